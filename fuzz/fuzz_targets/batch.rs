//! Any elements of a batch, one a line: as many answers as there are elements that are due one.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mesh_fuzz::Edge;
use serde_json::Value;

static EDGE: LazyLock<Edge> = LazyLock::new(Edge::new);
const MAX: usize = 50;

fuzz_target!(|lines: &str| {
    let elements: Vec<Value> = lines
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let due = elements.iter().filter(|element| is_due(element)).count();
    let (count, body) = (elements.len(), Value::Array(elements).to_string());
    let answer = EDGE.post(body.as_bytes());
    match answer.body {
        None => assert_eq!(due, 0, "{body}"),
        Some(Value::Array(answers)) => assert_eq!(answers.len(), due, "{body}"),
        Some(_) => assert!(count == 0 || count > MAX, "{body}"),
    }
});

/// Whether JSON-RPC has an answer follow: not to notifications, and not to answers.
fn is_due(element: &Value) -> bool {
    let has = |member: &str| element.get(member).is_some();
    match element.get("method") {
        Some(Value::String(method)) => has("id") || !method.starts_with("notifications/"),
        Some(_) => true,
        None => !has("result") && !has("error"),
    }
}
