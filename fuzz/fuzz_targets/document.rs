#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, document};

// The formats of offices and compressed text: a small file unpacks to a large one.
const PATHS: [&str; 8] = [
    "docs/page.docx",
    "docs/page.odt",
    "docs/page.epub",
    "docs/page.pptx",
    "docs/page.xlsx",
    "docs/page.rtf",
    "docs/CHANGES.gz",
    "docs/page.md.gz",
];

fuzz_target!(|bytes: &[u8]| {
    for path in PATHS {
        mesh_fuzz::passages(document::read(path, bytes, &mut Notes::default()));
    }
});
