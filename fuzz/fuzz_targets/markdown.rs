#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, markdown};

fuzz_target!(|bytes: &[u8]| mesh_fuzz::passages(markdown::read("docs/page.md", bytes, &mut Notes::default())));
