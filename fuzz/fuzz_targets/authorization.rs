//! Any lines as `Authorization` headers of one request: all are refused, and in the same words.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mesh_fuzz::Edge;

static EDGE: LazyLock<Edge> = LazyLock::new(Edge::guarded);
static REFUSAL: LazyLock<Vec<u8>> = LazyLock::new(|| EDGE.authorized(&[]));

fuzz_target!(|bytes: &[u8]| {
    let lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
    assert_eq!(EDGE.authorized(&lines), *REFUSAL);
});
