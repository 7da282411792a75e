//! The log: a line a request, with what an operator needs, and nothing of what was said.

use mesh_index::SearchError;
use mesh_tools::catalog::Uses;
use mesh_tools::{Blocks, Catalog, Context, Entry, Family, Needs, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{Calls, Corpus, Log, Session, TOKEN, TestApp, unique};

async fn logged(tool: &str, arguments: Value) -> (Log, Value) {
    let log = Log::capture();
    let app = TestApp::start().await;
    let call = app
        .call(tool, arguments)
        .without("accept")
        .to("/rpc?question=hush-query");
    call.header("x-request-id", "mine")
        .header("x-other", "hush-header")
        .send()
        .await;
    let lines = log.requests();
    assert_eq!(lines.len(), 1, "{lines:?}");
    (log, lines[0].clone())
}

#[tokio::test]
async fn a_request_s_line_has_these_fields() {
    let (_log, mut line) = logged("echo", json!({"text": "hello"})).await;
    let duration = line["duration_us"].take();
    assert!(duration.as_u64() > Some(0), "{duration}");
    assert_eq!(
        line,
        json!({
            "message": "request",
            "request_id": "mine",
            "caller": "local",
            "method": "POST",
            "path": "/rpc",
            "status": 200,
            "mcp_method": "tools/call",
            "tool": "echo",
            "outcome": "success",
            "duration_us": null,
        })
    );
}

#[tokio::test]
async fn a_ping_is_a_request_that_succeeds() {
    let log = Log::capture();
    let app = TestApp::start().await;
    let ping = app.curl(&json!({"id": 1, "method": "ping"}));
    assert_eq!(ping.send().await.result(), json!({}));
    let lines = log.requests();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (&lines[0]["mcp_method"], &lines[0]["outcome"]),
        (&json!("ping"), &json!("success"))
    );
    let metrics = app.get("/metrics").header("accept", "text/plain");
    let metrics = metrics.send().await.text();
    assert!(
        metrics.contains("aoma_mesh_http_requests_success_total 1\n"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_failure_s_line_says_which() {
    for (tool, failure) in [
        ("echo", "invalid_arguments"),
        ("stall", "deadline_exceeded"),
        ("crash", "internal"),
        ("no-such", "unknown_tool"),
    ] {
        let (_log, line) = logged(tool, json!({})).await;
        assert_eq!(
            (&line["outcome"], &line["failure"]),
            (&json!("failure"), &json!(failure)),
            "{line}"
        );
    }
}

#[tokio::test]
async fn no_argument_header_query_or_answer_is_logged() {
    let (log, _line) = logged("echo", json!({"text": "hush-argument", "hush-name": 1})).await;
    assert!(!log.text().contains("hush-"), "{}", log.text());
}

#[tokio::test]
async fn no_argument_or_token_is_logged_in_a_session_either() {
    let log = Log::capture();
    let app = TestApp::guarded().await;
    let bearer = format!("Bearer {TOKEN}");
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "hush-client", "version": "1"}});
    let opened = app
        .legacy("initialize", params)
        .without("mcp-protocol-version")
        .header("authorization", &bearer)
        .send()
        .await;
    let id = opened.header("mcp-session-id").to_owned();
    let call = app
        .call("echo", json!({"text": "hush-argument"}))
        .header("mcp-session-id", &id);
    let answer = call.header("authorization", &bearer).send().await;
    assert!(answer.text().contains("hush-argument"));
    for secret in ["hush-argument", TOKEN, &id] {
        assert!(!log.text().contains(secret), "{secret}\n{}", log.text());
    }
}

#[tokio::test]
async fn a_stream_s_line_is_written_at_its_end() {
    let log = Log::capture();
    let app = TestApp::start().await;
    let params = json!({"name": "report", "_meta": {"progressToken": 1}});
    app.legacy("tools/call", params)
        .stream()
        .await
        .messages()
        .await;
    let lines = log.requests();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["tool"], &lines[0]["outcome"]),
        (&json!("report"), &json!("success"))
    );
}

#[tokio::test]
async fn a_call_whose_client_has_left_has_a_line_when_it_ends() {
    let log = Log::capture();
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let opened = log.requests().len();
    let key = unique();
    let call = session.call("hold", json!({"key": key}));
    let call = call.header("x-request-id", "left").stream().await;
    Calls::until(&key, "began").await;
    drop(call);
    let request = log.after(opened, "request").await;
    assert_eq!(request["request_id"], "left");
    assert_eq!(request.get("outcome"), None, "{request}");
    Calls::note(&key, "released");
    let mut ended = log.after(0, "call").await;
    let duration = ended["duration_us"].take();
    assert!(duration.as_u64() > Some(0), "{duration}");
    assert_eq!(
        ended,
        json!({
            "message": "call",
            "request_id": "left",
            "caller": "local",
            "tool": "hold",
            "outcome": "success",
            "duration_us": null,
        })
    );
    let metrics = app.get("/metrics").header("accept", "text/plain");
    let metrics = metrics.send().await.text();
    let counted = "aoma_mesh_http_requests_success_total 2\n";
    assert!(metrics.contains(counted), "{metrics}");
}

/// Panics where it searches, and says what it was asked.
#[derive(Deserialize, JsonSchema)]
struct Delve {
    query: String,
}

impl Tool for Delve {
    const NAME: &'static str = "delve";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let search = move |_: &mesh_index::Corpus| -> Result<Blocks, SearchError> {
            panic!("nothing is like `{}`", self.query)
        };
        cx.search(search).await
    }
}

#[tokio::test]
async fn what_a_panic_of_a_search_says_is_not_logged() {
    static TOOLS: [Entry; 1] = [Entry::of::<Delve>()];
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let log = Log::capture();
    let settings = [("MESH_CORPUS", corpus.path().to_str().expect("UTF-8"))];
    let catalog = Catalog {
        tools: &TOOLS,
        resources: &[],
        templates: &[],
        prompts: &[],
        uses: Uses {
            logging: false,
            idle_subscriptions: false,
        },
    };
    let app = TestApp::serving(&settings, catalog).await;
    let call = app.call("delve", json!({"query": "hush-query"}));
    let answer = call.without("accept").send().await;
    assert!(answer.told().0, "{}", answer.text());
    assert!(log.text().contains("a search panicked"), "{}", log.text());
    assert!(!log.text().contains("hush-query"), "{}", log.text());
}

#[tokio::test]
async fn a_path_is_told_by_its_route() {
    let log = Log::capture();
    let app = TestApp::start().await;
    for path in ["/tools/echo", "/tools/unknown", "/unknown"] {
        app.get(path).send().await;
    }
    let paths: Vec<_> = log
        .requests()
        .iter()
        .map(|line| line["path"].clone())
        .collect();
    assert_eq!(paths, ["/tools/echo", "/tools/{name}", "other"]);
}

#[tokio::test]
async fn a_refused_caller_leaves_a_line_without_a_name() {
    let log = Log::capture();
    let app = TestApp::guarded().await;
    let answer = app.get("/tools").send().await;
    assert_eq!(answer.status, 401);
    let lines = log.requests();
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!(
        (&line["status"], &line["caller"]),
        (&json!(401), &Value::Null)
    );
    assert_eq!(line["failure"], "unauthorized");
}
