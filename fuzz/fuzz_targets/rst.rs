#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, rst};

fuzz_target!(|bytes: &[u8]| mesh_fuzz::passages(rst::read("docs/page.rst", bytes, &mut Notes::default())));
