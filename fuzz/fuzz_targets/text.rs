#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, text};

fuzz_target!(|bytes: &[u8]| mesh_fuzz::passages(text::read("docs/page.txt", bytes, &mut Notes::default())));
