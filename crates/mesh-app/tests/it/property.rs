//! Whatever the body: never a 5xx, always JSON or nothing, the id comes back, and a batch has as many answers as are due.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt as _;
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::support::{CATALOG, build};

struct Edge {
    runtime: Runtime,
    router: Router,
}

static EDGE: LazyLock<Edge> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .expect("a runtime");
    let router = runtime.block_on(async { mesh_app::router(build(&[], CATALOG)) });
    Edge { runtime, router }
});

/// The answer's body, or nothing where it is 202; what must hold of every answer is asserted.
fn post(body: Vec<u8>, headers: &[(&str, &str)]) -> Result<Option<Value>, TestCaseError> {
    let mut request = http::Request::post("/rpc").header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body)).expect("a request");
    let (status, bytes) = EDGE.runtime.block_on(async {
        let response = EDGE
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.expect("a whole body");
        (status, body.to_bytes())
    });
    let text = String::from_utf8_lossy(&bytes);
    prop_assert!(status < 500, "{status}: {text}");
    if status == 202 {
        prop_assert!(bytes.is_empty(), "{text}");
        return Ok(None);
    }
    let body = serde_json::from_slice(&bytes);
    prop_assert!(body.is_ok(), "{status}: {text}");
    Ok(body.ok())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Eighths are read and written without loss.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            hash_map(member(), inner, 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A member's name: one that means something, or any.
fn member() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "jsonrpc",
            "id",
            "method",
            "params",
            "result",
            "error",
            "name",
            "arguments",
            "uri",
            "cursor",
            "_meta",
            "text",
            "progressToken",
            "protocolVersion",
            "ref",
            "argument",
            "inputResponses",
            "requestState",
        ])
        .prop_map(str::to_owned),
        ".{0,8}",
    ]
}

fn method() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => prop::sample::select(vec![
            "initialize", "ping", "tools/list", "tools/call", "resources/list", "resources/read", "prompts/list",
            "prompts/get", "completion/complete", "logging/setLevel", "resources/subscribe", "server/discover",
            "subscriptions/listen", "notifications/initialized", "notifications/cancelled", "notifications/progress",
        ])
        .prop_map(Value::from),
        1 => any_json(),
    ]
}

fn params() -> impl Strategy<Value = Value> {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    prop_oneof![
        any_json(),
        any_json().prop_map(|arguments| json!({"name": "echo", "arguments": arguments})),
        any_json().prop_map(|text| json!({"name": "echo", "arguments": {"text": text}})),
        any_json().prop_map(|uri| json!({"uri": uri})),
        any_json().prop_map(move |name| json!({"name": name, "_meta": meta})),
    ]
}

/// Something like a message: each member may be there or not, and may be anything.
fn message() -> impl Strategy<Value = Value> {
    let jsonrpc = prop::option::of(prop_oneof![4 => Just(json!("2.0")), 1 => any_json()]);
    let id = prop::option::of(any_json());
    let method = prop::option::weighted(0.9, method());
    let rest = prop::option::weighted(
        0.1,
        (prop::sample::select(vec!["result", "error"]), any_json()),
    );
    (jsonrpc, id, method, prop::option::of(params()), rest).prop_map(
        |(jsonrpc, id, method, params, rest)| {
            let members = [
                ("jsonrpc", jsonrpc),
                ("id", id),
                ("method", method),
                ("params", params),
            ];
            let present = members
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            present
                .chain(rest)
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        },
    )
}

/// Whether JSON-RPC has an answer follow: not to notifications, and not to answers.
fn is_due(element: &Value) -> bool {
    let has = |member: &str| element.get(member).is_some();
    match element.get("method") {
        Some(Value::String(method)) => has("id") || !method.starts_with("notifications/"),
        Some(_) => true,
        None => !has("result") && !has("error"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(body in vec(any::<u8>(), 0..400)) {
        post(body, &[])?;
    }

    #[test]
    fn any_json_is_answered(body in any_json()) {
        post(body.to_string().into_bytes(), &[])?;
    }

    #[test]
    fn anything_like_a_message_is_answered_with_its_id(sent in message()) {
        let answer = post(sent.to_string().into_bytes(), &[])?;
        // What is due no answer may still be refused.
        if is_due(&sent) {
            let answer = answer.unwrap_or_default();
            prop_assert_eq!(&answer["jsonrpc"], "2.0");
            if let Some(id) = sent.get("id") {
                let is_an_id = id.is_string() || id.is_number();
                prop_assert_eq!(answer.get("id"), Some(if is_an_id { id } else { &Value::Null }));
            }
        }
    }

    #[test]
    fn a_cut_message_is_answered(sent in message(), at in any::<prop::sample::Index>()) {
        let mut body = sent.to_string().into_bytes();
        body.truncate(at.index(body.len()));
        post(body, &[])?;
    }

    #[test]
    fn a_batch_has_as_many_answers_as_are_due(sent in vec(prop_oneof![3 => message(), 1 => any_json()], 1..12)) {
        let due = sent.iter().filter(|element| is_due(element)).count();
        match post(Value::from(sent).to_string().into_bytes(), &[])? {
            None => prop_assert_eq!(due, 0),
            Some(answers) => prop_assert_eq!(answers.as_array().map(Vec::len), Some(due)),
        }
    }

    #[test]
    fn any_headers_are_answered(
        sent in message(),
        version in prop_oneof![Just("2026-07-28".to_owned()), Just("2025-11-25".to_owned()), "[ -~]{0,20}"],
        name in "[ -~]{0,40}",
        session in "[ -~]{0,40}",
        accept in "[ -~]{0,40}",
    ) {
        let headers = [
            ("mcp-protocol-version", version.as_str()),
            ("mcp-method", "tools/call"),
            ("mcp-name", &name),
            ("mcp-session-id", &session),
            ("accept", &accept),
        ];
        post(sent.to_string().into_bytes(), &headers)?;
    }
}
