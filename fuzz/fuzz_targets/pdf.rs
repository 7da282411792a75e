#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, pdf};

fuzz_target!(
    // The library below panics on some files, which the reader catches; libFuzzer's own hook would end the process before that.
    // What is not caught still ends it.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| mesh_fuzz::passages(pdf::read("docs/page.pdf", bytes, &mut Notes::default()))
);
