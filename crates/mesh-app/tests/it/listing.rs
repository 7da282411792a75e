//! Lists: the same each time, with caching hints where the revision has them, in one page, with schemas every client takes.

use axum::body::Body;
use http_body_util::BodyExt as _;
use mesh_app::edge::{Edge, Escaped};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{CATALOG, Corpus, TestApp, build};

const LISTS: [(&str, &str); 4] = [
    ("tools/list", "tools"),
    ("resources/list", "resources"),
    ("resources/templates/list", "resourceTemplates"),
    ("prompts/list", "prompts"),
];

#[tokio::test]
async fn a_list_is_the_same_each_time() {
    let app = TestApp::start().await;
    for (method, member) in LISTS {
        let first = app.legacy(method, json!({})).send().await;
        let second = app.legacy(method, json!({})).send().await;
        assert_eq!(first.body, second.body, "{method}");
        assert!(first.result()[member].is_array(), "{method}");
    }
}

#[tokio::test]
async fn a_platform_has_the_list_as_a_string_of_json_too() {
    let edge = Edge {
        request_id: "r1".into(),
        caller: None,
        deadline: None,
    };
    let request = http::Request::post("/rpc")
        .header("host", "localhost")
        .extension(edge)
        .body(Body::from(
            r#"{"jsonrpc": "2.0", "id": "q\"\u00e9\n", "method": "tools/list"}"#,
        ));
    let router = mesh_app::router(build(&[], CATALOG));
    let answer = router.oneshot(request.expect("a request")).await;
    let (parts, body) = answer.expect("infallible").into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let escaped = parts.extensions.get::<Escaped>().expect("is beside it");
    assert_eq!(escaped.body, body);
    let string: String = serde_json::from_slice(&escaped.json).expect("a string of JSON");
    assert_eq!(string.as_bytes(), body);
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(answer["id"], "q\"\u{e9}\n");
    assert!(answer["result"]["tools"].is_array(), "{answer}");
}

#[tokio::test]
async fn the_newest_revision_is_told_how_long_a_list_keeps() {
    let app = TestApp::start().await;
    for (method, _) in LISTS {
        let result = app.modern(method, json!({})).send().await.result();
        assert!(result["ttlMs"].as_u64() > Some(0), "{method}: {result}");
        assert_eq!(result["cacheScope"], "public", "{method}");
        assert_eq!(result["resultType"], "complete", "{method}");
    }
    let read = app
        .modern("resources/read", json!({"uri": "test://fixed"}))
        .send()
        .await
        .result();
    assert!(read["ttlMs"].as_u64() > Some(0));
    assert_eq!(read["cacheScope"], "private");
    assert_eq!(
        read["contents"][0],
        json!({"uri": "test://fixed", "mimeType": "text/plain", "text": "fixed text"})
    );
}

#[tokio::test]
async fn earlier_revisions_are_told_nothing_they_do_not_know() {
    let app = TestApp::start().await;
    for (method, member) in LISTS {
        let result = app.legacy(method, json!({})).send().await.result();
        let members: Vec<_> = result.as_object().expect("an object").keys().collect();
        assert_eq!(members, [member], "{method}");
    }
}

#[tokio::test]
async fn a_cursor_nobody_gave_is_refused() {
    let app = TestApp::start().await;
    for (method, _) in LISTS {
        let answer = app
            .legacy(method, json!({"cursor": "made-up"}))
            .send()
            .await;
        assert_eq!(answer.fault(), (200, -32602), "{method}");
    }
}

#[tokio::test]
async fn a_template_is_read_with_its_value_decoded() {
    let app = TestApp::start().await;
    let read = app
        .legacy("resources/read", json!({"uri": "test://thing/a%20b"}))
        .send()
        .await
        .result();
    assert_eq!(read["contents"][0]["text"], "a b");
    assert_eq!(read["contents"][0]["uri"], "test://thing/a%20b");
}

#[tokio::test]
async fn addresses_that_are_none_of_ours_are_not_found() {
    let app = TestApp::start().await;
    for uri in [
        "",
        "x",
        "test://",
        "test://thing/",
        "test://thing/a/b",
        "file:///etc/passwd",
        "test://thing/%FF",
    ] {
        let answer = app
            .legacy("resources/read", json!({"uri": uri}))
            .send()
            .await;
        assert_eq!(answer.fault(), (200, -32002), "{uri}");
    }
}

#[tokio::test]
async fn no_schema_of_the_product_has_a_union_with_null() {
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let settings = [("MESH_CORPUS", corpus.path().to_str().expect("UTF-8"))];
    let app = TestApp::serving(&settings, mesh_tools::registry::CATALOG).await;
    let tools = app.legacy("tools/list", json!({})).send().await.result();
    let names: Vec<_> = tools["tools"]
        .as_array()
        .expect("tools")
        .iter()
        .map(|tool| &tool["name"])
        .collect();
    assert!(names.contains(&&json!("query_aoma_knowledge")), "{names:?}");
    assert!(!names.contains(&&json!("search_jira_tickets")), "{names:?}");
    assert_eq!(nulls(&tools), Vec::<String>::new());
}

/// Every schema that allows `null` beside something else.
fn nulls(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let is_null = |branch: &Value| branch == "null" || branch["type"] == "null";
            let own = ["type", "anyOf", "oneOf", "enum"]
                .iter()
                .filter_map(|key| members.get(*key)?.as_array())
                .any(|branches| branches.iter().any(is_null));
            let own = own.then(|| value.to_string());
            own.into_iter()
                .chain(members.values().flat_map(nulls))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(nulls).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_product_declares_no_logging_and_answers_none() {
    let app = TestApp::serving(&[], mesh_tools::registry::CATALOG).await;
    let answer = app
        .legacy("logging/setLevel", json!({"level": "debug"}))
        .send()
        .await;
    assert_eq!(answer.fault(), (200, -32601));
}

#[tokio::test]
async fn a_tool_without_a_corpus_behind_it_is_neither_listed_nor_called() {
    let app = TestApp::serving(&[], mesh_tools::registry::CATALOG).await;
    let tools = app.legacy("tools/list", json!({})).send().await.result();
    let names: Vec<_> = tools["tools"]
        .as_array()
        .expect("tools")
        .iter()
        .map(|tool| &tool["name"])
        .collect();
    assert_eq!(names, ["get_system_health", "get_server_capabilities"]);
    let called = app
        .call(
            "query_aoma_knowledge",
            json!({"query": "x", "strategy": "focused"}),
        )
        .send()
        .await;
    assert_eq!(called.fault(), (200, -32602));
}
