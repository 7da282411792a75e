#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::{Notes, document};

// Word documents and compressed text: the formats in which a small file unpacks to a large one.
fuzz_target!(|bytes: &[u8]| {
    for path in ["docs/page.docx", "docs/CHANGES.gz", "docs/page.md.gz"] {
        mesh_fuzz::passages(document::read(path, bytes, &mut Notes::default()));
    }
});
