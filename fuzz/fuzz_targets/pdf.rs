#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, pdf};

fuzz_target!(|bytes: &[u8]| mesh_fuzz::passages(pdf::read("docs/page.pdf", bytes, &mut Notes::default())));
