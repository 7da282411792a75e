//! MCP servers of every era, faithful in what a client can see, on loopback.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

/// Serves until the test process ends; gives the address.
pub(crate) fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    listener.set_nonblocking(true).expect("a socket");
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            axum::serve(listener, router).await.expect("serving");
        });
    });
    format!("http://{address}")
}

/// An address where nobody listens.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

/// The methods a fake was asked, in order.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    fn note(&self, method: &str) {
        self.0.lock().expect("no panic").push(method.to_owned());
    }

    pub(crate) fn list(&self) -> Vec<String> {
        self.0.lock().expect("no panic").clone()
    }
}

fn result(body: &Value, result: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": body["id"], "result": result})
}

fn refusal(body: &Value, code: i32, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": body["id"], "error": {"code": code, "message": message}})
}

/// What the tools of all fakes do: echo says its arguments, fail fails.
fn tool(body: &Value) -> Value {
    let params = &body["params"];
    let text = params["arguments"].to_string();
    let is_error = params["name"] == "fail";
    json!({"content": [{"type": "text", "text": text}], "isError": is_error})
}

/// What every resource of all fakes holds: a text that names it, and a picture.
fn resource(body: &Value) -> Value {
    let uri = body["params"]["uri"].as_str().expect("a uri");
    let text = json!({"uri": uri, "text": format!("text of {uri}")});
    let picture = json!({"uri": "notes://two", "mimeType": "image/png", "blob": "AAAA"});
    json!({"contents": [text, picture]})
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A server of 2026-07-28 that minds every header, and answers calls in a stream.
pub(crate) fn modern(asked: Asked) -> String {
    serve(
        Router::new()
            .route("/", post(modern_post))
            .with_state(asked),
    )
}

async fn modern_post(
    State(asked): State<Asked>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let method = body["method"].as_str().expect("a method");
    asked.note(method);
    let meta = &body["params"]["_meta"];
    assert_eq!(
        meta["io.modelcontextprotocol/protocolVersion"],
        "2026-07-28"
    );
    assert_eq!(
        meta["io.modelcontextprotocol/clientCapabilities"],
        json!({})
    );
    assert_eq!(header(&headers, "mcp-protocol-version"), Some("2026-07-28"));
    assert_eq!(header(&headers, "mcp-method"), Some(method));
    match method {
        "server/discover" => Json(result(&body, &json!({"supportedVersions": ["2026-07-28"]}))),
        "tools/list" => Json(result(&body, &page(&body))),
        "tools/call" => return modern_call(&headers, &body),
        "resources/read" => {
            assert_eq!(header(&headers, "mcp-name"), body["params"]["uri"].as_str());
            Json(result(&body, &resource(&body)))
        }
        _ => Json(refusal(&body, -32601, "Method not found")),
    }
    .into_response()
}

/// Two pages of tools; the second has one that mirrors an argument into a header.
fn page(body: &Value) -> Value {
    let plain = json!({"name": "echo", "description": "Says it again.\nAt length."});
    let schema = json!({"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}});
    let mirrored = json!({"name": "regional", "inputSchema": schema});
    match body["params"]["cursor"].as_str() {
        None => json!({"tools": [plain], "nextCursor": "second"}),
        Some("second") => json!({"tools": [mirrored]}),
        Some(other) => panic!("no such cursor: {other}"),
    }
}

fn modern_call(headers: &HeaderMap, body: &Value) -> Response {
    let name = body["params"]["name"].as_str().expect("a name");
    assert_eq!(header(headers, "mcp-name"), Some(name));
    if name == "regional" && header(headers, "mcp-param-region") != Some("eu") {
        let refusal = refusal(body, -32020, "Mcp-Param-Region is missing");
        return (StatusCode::BAD_REQUEST, Json(refusal)).into_response();
    }
    let answer = match name {
        "ask" => json!({"resultType": "input_required", "inputRequests": {}}),
        _ => tool(body),
    };
    let progress = json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": {}});
    let answer = result(body, &answer);
    events(format!(
        ": hello\r\n\r\ndata: {progress}\r\n\r\nevent: message\r\ndata: {answer}\r\n\r\n"
    ))
}

pub(crate) fn events(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], text).into_response()
}

/// A server of 2025-11-25 with sessions, which knows nothing newer.
pub(crate) fn legacy(asked: Asked) -> String {
    let routes = post(legacy_post).delete(legacy_delete);
    serve(Router::new().route("/mcp", routes).with_state(asked)) + "/mcp"
}

/// The same, which answers nobody who leaves.
pub(crate) fn legacy_that_lets_nobody_go(asked: Asked) -> String {
    let routes = post(legacy_post).delete(std::future::pending::<StatusCode>);
    serve(Router::new().route("/mcp", routes).with_state(asked)) + "/mcp"
}

async fn legacy_post(
    State(asked): State<Asked>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let method = body["method"].as_str().expect("a method");
    asked.note(method);
    if method == "initialize" {
        assert_eq!(body["params"]["capabilities"], json!({}));
        let answer = result(&body, &json!({"protocolVersion": "2025-06-18"}));
        return ([("mcp-session-id", "one")], Json(answer)).into_response();
    }
    if header(&headers, "mcp-session-id") != Some("one") {
        return (StatusCode::BAD_REQUEST, "no session").into_response();
    }
    assert_eq!(header(&headers, "mcp-protocol-version"), Some("2025-06-18"));
    match method {
        "notifications/initialized" => StatusCode::ACCEPTED.into_response(),
        "tools/call" => Json(result(&body, &tool(&body))).into_response(),
        "resources/read" => Json(result(&body, &resource(&body))).into_response(),
        _ => Json(refusal(&body, -32601, "Method not found")).into_response(),
    }
}

async fn legacy_delete(State(asked): State<Asked>, headers: HeaderMap) -> StatusCode {
    assert_eq!(header(&headers, "mcp-session-id"), Some("one"));
    asked.note("DELETE");
    StatusCode::NO_CONTENT
}

/// A server of 2024-11-05: answers come over the stream of `GET /sse`, and it pings before it answers.
pub(crate) fn event_stream(asked: Asked, messages: &'static str) -> String {
    let (send, receive) = mpsc::channel(16);
    let stream = Arc::new(Mutex::new(Some(receive)));
    let open = move || async move {
        let receive = stream.lock().expect("no panic").take().expect("one stream");
        let first = format!("event: endpoint\ndata: {messages}\n\n");
        let rest = ReceiverStream::new(receive);
        let lines = tokio_stream::once(first)
            .chain(rest)
            .map(Ok::<_, Infallible>);
        (
            [(header::CONTENT_TYPE, "text/event-stream")],
            Body::from_stream(lines),
        )
            .into_response()
    };
    let router = Router::new()
        .route("/sse", get(open))
        .route("/messages", post(event_stream_post))
        .with_state((asked, send));
    serve(router) + "/sse"
}

async fn event_stream_post(
    State((asked, send)): State<(Asked, mpsc::Sender<String>)>,
    Json(body): Json<Value>,
) -> StatusCode {
    let method = body["method"].as_str().unwrap_or("answer");
    asked.note(method);
    let answers = match method {
        "initialize" => vec![result(&body, &json!({"protocolVersion": "2024-11-05"}))],
        "tools/call" => vec![
            json!({"jsonrpc": "2.0", "id": "p", "method": "ping"}),
            result(&body, &tool(&body)),
        ],
        _ => vec![],
    };
    for answer in answers {
        let sent = send
            .send(format!("event: message\ndata: {answer}\n\n"))
            .await;
        sent.expect("the stream is open");
    }
    StatusCode::ACCEPTED
}
