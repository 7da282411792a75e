//! What a caller may not use, it neither sees nor calls, whichever way it comes.

use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt as _;
use mesh_app::edge::Edge;
use mesh_core::{Caller, KeyId};
use mesh_tools::{Catalog, registry};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{CATALOG, Corpus, build};

const POLICY: &str = r#"
[team.speakers]
members = ["key:speaker"]
read = ["echo"]
resources = ["test://thing/open-*"]
[team.speakers.arguments.echo]
text = ["hello", "bye"]
[team.speakers.limits]
read = { per_minute = 3, concurrent = 1 }

[team.all]
members = ["key:admin"]
read = ["*"]
deny = ["crash"]
resources = ["*"]
"#;

struct Server {
    router: Router,
    _folder: tempfile::TempDir,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    retry_after: Option<String>,
    body: Value,
}

impl Server {
    fn start() -> Self {
        Self::of(POLICY, &[], CATALOG)
    }

    fn of(policy: &str, settings: &[(&str, &str)], catalog: Catalog) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("policy.toml");
        std::fs::write(&file, policy).expect("written");
        let file = file.to_str().expect("UTF-8");
        let settings = [&[("MESH_POLICY", file)], settings].concat();
        Self {
            router: mesh_app::router(build(&settings, catalog)),
            _folder: folder,
        }
    }

    async fn send(&self, key: &str, request: http::request::Builder, body: &Value) -> Answer {
        let edge = Edge {
            request_id: "r1".into(),
            caller: Some(Caller::Key(KeyId::new(key))),
            deadline: None,
        };
        let request = request.header("host", "localhost").extension(edge);
        let request = request.body(Body::from(body.to_string()));
        let answer = self.router.clone().oneshot(request.expect("a request"));
        let (parts, body) = answer.await.expect("infallible").into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer {
            status: parts.status.as_u16(),
            retry_after: parts
                .headers
                .get("retry-after")
                .map(|value| value.to_str().expect("text").to_owned()),
            body: serde_json::from_slice(&body).expect("JSON"),
        }
    }

    async fn rpc(&self, key: &str, method: &str, params: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.send(key, http::Request::post("/rpc"), &body)
            .await
            .body
    }

    async fn modern(&self, key: &str, method: &str) -> Value {
        let params = json!({"_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }});
        let request = http::Request::post("/rpc")
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method);
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.send(key, request, &body).await.body
    }

    async fn call(&self, key: &str, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        self.rpc(key, "tools/call", params).await
    }
}

fn names(list: &Value, member: &str) -> Vec<String> {
    let list = list["result"][member]
        .as_array()
        .or(list[member].as_array());
    let names = list.expect("a list").iter();
    names
        .map(|one| one["name"].as_str().expect("a name").to_owned())
        .collect()
}

fn told(answer: &Value) -> &str {
    let result = &answer["result"];
    assert_eq!(result["isError"], true, "{answer}");
    result["content"][0]["text"].as_str().expect("text")
}

#[tokio::test]
async fn every_list_has_what_the_caller_may_use_and_no_more() {
    let server = Server::start();
    let all = server.rpc("admin", "tools/list", json!({})).await;
    let all = names(&all, "tools");
    assert!(all.contains(&"nothing".to_owned()) && !all.contains(&"crash".to_owned()));
    for (key, tools, templates) in [
        ("speaker", vec!["echo".to_owned()], 1),
        ("admin", all, 1),
        ("nobody", vec![], 0),
    ] {
        let plain = server
            .send(key, http::Request::get("/tools"), &Value::Null)
            .await;
        for list in [
            server.rpc(key, "tools/list", json!({})).await,
            server.modern(key, "tools/list").await,
            plain.body,
        ] {
            assert_eq!(names(&list, "tools"), tools, "{key}");
        }
        let list = server.modern(key, "resources/templates/list").await;
        assert_eq!(names(&list, "resourceTemplates").len(), templates, "{key}");
        assert_eq!(list["result"]["cacheScope"], "private");
    }
}

#[tokio::test]
async fn a_denied_call_names_the_tool_and_the_team_and_no_rule() {
    let server = Server::start();
    let denied = server.call("speaker", "crash", json!({})).await;
    assert_eq!(
        told(&denied),
        "the tool `crash` is not allowed to the team `speakers`"
    );
    let ruled_out = server.call("admin", "crash", json!({})).await;
    assert_eq!(
        told(&ruled_out),
        "the tool `crash` is not allowed to the team `all`"
    );
    let nobody = server
        .call("nobody", "echo", json!({"text": "hello"}))
        .await;
    assert_eq!(
        told(&nobody),
        "the tool `echo` is not allowed: this caller is in no team"
    );
    let plain = http::Request::post("/tools/crash");
    let plain = server.send("speaker", plain, &json!({})).await;
    assert_eq!(plain.status, 403, "{plain:?}");
    let unknown = server.call("speaker", "no_such", json!({})).await;
    assert_eq!(unknown["error"]["code"], -32602);
}

#[tokio::test]
async fn arguments_are_judged_as_the_tool_reads_them() {
    let server = Server::start();
    let said = server
        .call("speaker", "echo", json!({"text": "hello"}))
        .await;
    assert_eq!(said["result"]["structuredContent"]["text"], "hello");
    let other = server
        .call("speaker", "echo", json!({"Text": "secret"}))
        .await;
    assert_eq!(
        told(&other),
        "the tool `echo` is allowed to the team `speakers` only with certain values of `text`"
    );
}

#[tokio::test]
async fn what_is_indexed_is_told_to_those_who_may_look_into_it() {
    const POLICY: &str = r#"
[team.all]
members = ["key:*"]
read = ["family:system"]
[team.readers]
members = ["key:reader"]
read = ["family:knowledge"]
"#;
    let corpus = Corpus::of("A master is approved.");
    let folder = corpus.path().to_str().expect("UTF-8");
    let server = Server::of(POLICY, &[("MESH_CORPUS", folder)], registry::CATALOG);
    let client = json!({"name": "t", "version": "1"});
    let opening =
        json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
    for (key, is_told) in [("reader", true), ("other", false)] {
        let opened = server.rpc(key, "initialize", opening.clone()).await;
        let discovered = server.modern(key, "server/discover").await;
        for told in [&opened, &discovered] {
            let told = told["result"]["instructions"].as_str().expect("text");
            assert_eq!(told.contains("1 document"), is_told, "{key}: {told}");
        }
        assert_eq!(discovered["result"]["cacheScope"], "private");
        let capabilities = server.call(key, "get_server_capabilities", json!({})).await;
        let capabilities = &capabilities["result"]["structuredContent"];
        let indexed = &capabilities["server"]["indexed"];
        assert_eq!(indexed.is_string(), is_told, "{capabilities}");
        let features = capabilities["features"].as_array().map(Vec::len);
        assert_eq!(features, Some(usize::from(is_told)), "{capabilities}");
    }
}

#[tokio::test]
async fn a_family_of_resources_may_be_open_in_part() {
    let server = Server::start();
    let read = async |uri: &str| {
        let answer = server
            .rpc("speaker", "resources/read", json!({"uri": uri}))
            .await;
        answer["result"]["contents"][0]["text"].clone()
    };
    assert_eq!(read("test://thing/open-1").await, "open-1");
    assert_eq!(read("test://thing/closed").await, Value::Null);
    assert_eq!(read("test://fixed").await, Value::Null);
}

#[tokio::test]
async fn names_of_closed_resources_are_not_completed() {
    let server = Server::start();
    let complete = async |key: &str| {
        let reference = json!({"type": "ref/resource", "uri": "test://thing/{id}"});
        let params = json!({"ref": reference, "argument": {"name": "id", "value": "o"}});
        let answer = server.rpc(key, "completion/complete", params).await;
        answer["result"]["completion"].clone()
    };
    let open = complete("speaker").await;
    assert_eq!(open["values"], json!(["open-1"]), "{open}");
    assert_eq!(open["total"], 1, "{open}");
    let all = complete("admin").await;
    assert_eq!(all["values"], json!(["open-1", "other"]), "{all}");
}

#[tokio::test]
async fn a_route_tells_no_more_than_the_resource_of_the_same() {
    let server = Server::start();
    for path in ["/metrics", "/metrics/prometheus", "/health"] {
        let get = http::Request::get(path);
        let answer = server.send("speaker", get, &Value::Null).await;
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
    }
    for path in ["/metrics", "/health"] {
        let get = http::Request::get(path);
        let answer = server.send("admin", get, &Value::Null).await;
        assert_ne!(answer.status, 403, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn reading_counts_as_calls_do() {
    let server = Server::start();
    let read = async || {
        let uri = json!({"uri": "test://thing/open-1"});
        server.rpc("speaker", "resources/read", uri).await
    };
    for _ in 0..3 {
        assert_eq!(read().await["result"]["contents"][0]["text"], "open-1");
    }
    let refused = read().await;
    let wait = refused["error"]["data"]["retryAfterSeconds"].as_u64();
    assert!(wait > Some(0), "{refused}");
}

#[tokio::test]
async fn who_calls_more_than_a_team_may_is_told_when_to_come_back() {
    let server = Server::start();
    for _ in 0..3 {
        let said = server.call("speaker", "echo", json!({"text": "bye"})).await;
        assert_eq!(said["result"]["structuredContent"]["text"], "bye");
    }
    let refused = server.call("speaker", "echo", json!({"text": "bye"})).await;
    assert!(
        told(&refused)
            .starts_with("too many calls of tools that read: 3 a minute are allowed; try again in"),
        "{refused}"
    );
    let plain = http::Request::post("/tools/echo");
    let plain = server.send("speaker", plain, &json!({"text": "bye"})).await;
    assert_eq!(plain.status, 429);
    let wait: u64 = plain.retry_after.expect("a wait").parse().expect("seconds");
    assert!((1..=20).contains(&wait), "{wait}");
    // Others are not the ones who wait.
    let other = server.call("admin", "echo", json!({"text": "bye"})).await;
    assert_eq!(other["result"]["structuredContent"]["text"], "bye");
}

const SIZES: &str = r#"
[team.all]
members = ["key:small"]
read = ["echo"]
resources = ["*"]
limits.read.request_bytes = 40

[team.large]
members = ["key:large"]
read = ["*"]
"#;

#[tokio::test]
async fn what_is_larger_than_a_team_may_send_is_refused_before_anything_runs() {
    const REFUSED: &str = "the arguments have 41 bytes, and tools that read take 40 from this caller (`request_bytes`); \
        send less, or in several calls";
    let server = Server::of(SIZES, &[], CATALOG);
    let arguments = |letters: usize| json!({"text": "x".repeat(letters)});
    let said = server.call("small", "echo", arguments(29)).await;
    assert_eq!(said["result"]["isError"], Value::Bool(false), "{said}");
    let refused = server.call("small", "echo", arguments(30)).await;
    assert_eq!(told(&refused), REFUSED);
    let plain = http::Request::post("/tools/echo");
    let plain = server.send("small", plain, &arguments(30)).await;
    assert_eq!(plain.status, 413, "{plain:?}");
    assert_eq!(plain.body["message"], REFUSED);
    let uri = json!({"uri": format!("test://thing/{}", "x".repeat(40))});
    let read = server.rpc("small", "resources/read", uri.clone()).await;
    let message = read["error"]["message"].as_str().expect("a message");
    assert!(message.contains("take 40 from this caller"), "{read}");
    // It counts for its own callers alone.
    let said = server.call("large", "echo", arguments(3_000)).await;
    assert_eq!(said["result"]["isError"], Value::Bool(false), "{said}");
}

#[tokio::test]
async fn a_result_larger_than_a_team_may_have_is_told_of_in_its_place() {
    const SMALL: &str = r#"
[team.small]
members = ["key:small"]
read = ["*"]
resources = ["*"]
limits.read.result_bytes = 200
"#;
    let server = Server::of(SMALL, &[], CATALOG);
    let (few, many) = (json!({"text": "few"}), json!({"text": "y".repeat(200)}));
    let said = server.call("small", "echo", few).await;
    let said = &said["result"];
    assert_eq!(said["structuredContent"]["text"], "few");
    assert!(said.to_string().len() <= 200, "{said}");
    let refused = server.call("small", "echo", many.clone()).await;
    let plain = http::Request::post("/tools/echo");
    let plain = server.send("small", plain, &many).await;
    assert_eq!(plain.status, 422, "{plain:?}");
    for told in [
        told(&refused),
        plain.body["message"].as_str().expect("text"),
    ] {
        assert!(told.starts_with("the result has "), "{told}");
        assert!(
            told.ends_with(
                "tools that read give this caller 200 (`result_bytes`); ask for less, by narrower arguments, fewer results or \
                 in pages"
            ),
            "{told}"
        );
        assert!(!told.contains("yyy"), "{told}");
    }
    let read = async |id: &str| {
        let uri = json!({"uri": format!("test://thing/{id}")});
        server.rpc("small", "resources/read", uri).await
    };
    assert_eq!(
        read("open-1").await["result"]["contents"][0]["text"],
        "open-1"
    );
    let refused = read(&"z".repeat(200)).await;
    let message = refused["error"]["message"].as_str().expect("a message");
    assert!(message.starts_with("the result has "), "{refused}");
}
