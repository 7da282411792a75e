#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, html};

fuzz_target!(|bytes: &[u8]| mesh_fuzz::passages(html::read("docs/page.html", bytes, &mut Notes::default())));
