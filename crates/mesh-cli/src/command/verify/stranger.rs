//! Every route, asked by those who must not get in: nobody, and whoever has a wrong token.

use std::fmt::Write as _;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::report::Finding;
use super::seen::Seen;
use super::target::{Asks, Target};
use crate::client::CallFault;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who<'a> {
    Nobody,
    /// With this in place of the token, which is so.
    Impostor(&'a HeaderValue, &'a str),
}

impl Who<'_> {
    fn told(self) -> String {
        match self {
            Self::Nobody => "a request without a token or signature".to_owned(),
            Self::Impostor(_, what) => format!("a request with {what}"),
        }
    }

    fn let_in(self) -> String {
        match self {
            Self::Nobody => "unsigned request accepted: whoever knows the address".to_owned(),
            Self::Impostor(..) => self.told(),
        }
    }
}

/// Where MCP is spoken.
const RPC: [&str; 4] = ["/rpc", "/mcp", "/api/v1/mcp", "/"];

const METHODS: [(&str, &str); 8] = [
    (
        "initialize",
        r#"{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"mesh","version":"1"}}"#,
    ),
    ("server/discover", "{}"),
    ("ping", "{}"),
    ("tools/list", "{}"),
    (
        "tools/call",
        r#"{"name":"get_system_health","arguments":{}}"#,
    ),
    ("resources/list", "{}"),
    ("resources/read", r#"{"uri":"aoma://health"}"#),
    ("prompts/list", "{}"),
];

/// `?live` opens `/health`, and must open nothing else.
const PAGES: [&str; 10] = [
    "/",
    "/health",
    "/metrics",
    "/metrics/prometheus",
    "/tools",
    "/tools/get_system_health",
    "/sse",
    "/metrics?live",
    "/tools?live",
    "/sse?live",
];

const POSTS: [&str; 2] = ["/tools/get_system_health", "/messages?session=none"];

/// One thing to ask for.
struct Question {
    /// As it is told, such as `POST /rpc tools/call`.
    name: String,
    method: Method,
    path: String,
    body: Option<String>,
}

impl Question {
    fn get(path: &str) -> Self {
        Self {
            name: format!("GET {path}"),
            method: Method::GET,
            path: path.to_owned(),
            body: None,
        }
    }

    fn post(path: &str) -> Self {
        Self {
            name: format!("POST {path}"),
            method: Method::POST,
            path: path.to_owned(),
            body: Some("{}".to_owned()),
        }
    }

    fn rpc(path: &str, (method, params): (&str, &str)) -> Self {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
        Self {
            name: format!("POST {path} {method}"),
            body: Some(body),
            ..Self::post(path)
        }
    }
}

/// What to ask for: all there is, or as much as tells whether a token is compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extent {
    Every,
    Few,
}

fn questions(target: &Target, extent: Extent) -> Vec<Question> {
    let call = METHODS[4];
    if matches!(extent, Extent::Few) {
        return vec![
            Question::rpc(target.rpc_path(), call),
            Question::get("/health"),
        ];
    }
    let mut questions = Vec::new();
    let own = (!RPC.contains(&target.rpc_path())).then_some(target.rpc_path());
    for path in RPC.into_iter().chain(own) {
        questions.extend(METHODS.map(|method| Question::rpc(path, method)));
    }
    questions.push(Question::rpc("/rpc?live", call));
    questions.extend(PAGES.map(Question::get));
    questions.extend(POSTS.map(Question::post));
    questions
}

/// How a stranger was met.
enum Met {
    Refused(StatusCode),
    /// The route is not there.
    Absent,
    Open(String),
}

/// Asks; tells how that went on every route.
pub(super) async fn turned_away(target: &Target, who: Who<'_>, extent: Extent) -> Finding {
    let mut refused = Vec::new();
    let mut open = Vec::new();
    for question in questions(target, extent) {
        match met(target, &question, who).await {
            Err(fault) => return Finding::fail(fault.to_string()),
            Ok(Met::Refused(status)) => refused.push(status),
            Ok(Met::Absent) => {}
            Ok(Met::Open(how)) => open.push(format!("`{}` ({how})", question.name)),
        }
    }
    if !open.is_empty() {
        return Finding::fail(lets_in(target, who, &open));
    }
    match refused.first() {
        Some(status) => Finding::ok(format!("{} gets {}", who.told(), status.as_u16())),
        None => Finding::fail(format!("{} is not refused: no route is there", who.told())),
    }
}

/// More would not be read.
const MAX_TOLD: usize = 12;

fn lets_in(target: &Target, who: Who<'_>, open: &[String]) -> String {
    let mut told = open[..open.len().min(MAX_TOLD)].join(", ");
    if open.len() > MAX_TOLD {
        write!(told, " and {} more", open.len() - MAX_TOLD)
            .expect("writing to a string cannot fail");
    }
    let remedy = match target.asks {
        Asks::Signature(_) => "set the URL's AuthType to AWS_IAM",
        _ => "set `MESH_BEARER_SHA256`, or have whatever stands before the server refuse",
    };
    format!("{} gets through at {told}; {remedy}", who.let_in())
}

async fn met(target: &Target, question: &Question, who: Who<'_>) -> Result<Met, CallFault> {
    let endpoint = target.at(&question.path)?.anonymous();
    let mut request = endpoint.request(question.method.clone());
    if let Who::Impostor(authorization, _) = who {
        request = request.header(AUTHORIZATION, authorization);
    }
    if let Some(body) = &question.body {
        request = request
            .header(ACCEPT, "application/json, text/event-stream")
            .header(CONTENT_TYPE, "application/json")
            .body(body.clone());
    }
    let response = endpoint.exchange(request).await?;
    let status = response.status();
    // What is open may be a stream that does not end.
    if status.is_success() {
        return Ok(Met::Open(status.as_u16().to_string()));
    }
    let seen = Seen::whole(response).await?;
    let is_answer = |body: &Value| body.get("result").is_some() || body.get("services").is_some();
    Ok(match status {
        _ if seen.json().as_ref().is_some_and(is_answer) => {
            Met::Open(format!("{}, and an answer with it", status.as_u16()))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Met::Refused(status),
        // AWS, of an `Authorization` that is no signature.
        StatusCode::BAD_REQUEST if matches!(target.asks, Asks::Signature(_)) => {
            Met::Refused(status)
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Met::Absent,
        _ => Met::Open(format!("{}, in place of a refusal", status.as_u16())),
    })
}

/// What `/health?live` may say to anyone.
const LIVENESS: [&str; 2] = ["status", "version"];

/// Monitors have no token: liveness may be open to them, and tells them nothing else. A URL that asks for signatures lets
/// nothing through to the function, not even that.
pub(super) async fn liveness(target: &Target) -> Option<Finding> {
    let live = match target.at("/health?live") {
        Ok(live) => live.anonymous(),
        Err(fault) => return Some(Finding::fail(fault.to_string())),
    };
    let seen = match Seen::of(&live, live.get()).await {
        Ok(seen) => seen,
        Err(fault) => return Some(Finding::fail(fault.to_string())),
    };
    if !seen.status.is_success() {
        return None;
    }
    if matches!(target.asks, Asks::Signature(_)) {
        let open = "`GET /health?live` (200)".to_owned();
        return Some(Finding::fail(lets_in(target, Who::Nobody, &[open])));
    }
    let told = seen.json().unwrap_or_default();
    let mut told = told.as_object().into_iter().flat_map(|told| told.keys());
    let more = told.find(|name| !LIVENESS.contains(&name.as_str()))?;
    Some(Finding::fail(format!(
        "`GET /health?live` tells everyone `{more}`"
    )))
}
