//! Any bytes as the body of a message: never a 5xx, always JSON or nothing, and the id comes back.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mesh_fuzz::Edge;
use serde_json::Value;

static EDGE: LazyLock<Edge> = LazyLock::new(Edge::new);

fuzz_target!(|body: &[u8]| {
    let answer = EDGE.post(body);
    let sent = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let is_request = sent.get("method").is_some();
    if let (true, Some(id), Some(body)) = (is_request, sent.get("id"), answer.body) {
        assert_eq!(body.get("id"), Some(id), "{body}");
    }
});
