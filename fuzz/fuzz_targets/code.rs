//! Source of several languages, which the first byte chooses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_index::ingest::Notes;
use mesh_index::ingest::code::{self, File};

const NAMES: [&str; 8] = [
    "a.rs", "a.py", "a.ts", "a.go", "a.java", "a.c", "a.sh", "LICENSE",
];

fuzz_target!(|source: (u8, &[u8])| {
    let file = File {
        path: NAMES[usize::from(source.0) % NAMES.len()],
        repository: "here",
        last_modified: "2026-01-01T00:00:00Z",
    };
    for passage in code::read(file, source.1, &mut Notes::default()).into_iter().flatten() {
        assert!(
            1 <= passage.line_start && passage.line_start <= passage.line_end,
            "{passage:?}"
        );
        assert!(passage.line_end <= passage.line_count, "{passage:?}");
    }
});
