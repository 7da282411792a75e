//! What the official Python SDK (`mcp` 1.30) says to list a server's tools, with the headers that are stored for it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, Roots};
use serde_json::{Map, Value, json};

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BYTES: u64 = 16 * 1024 * 1024;
const MAX_PAGES: i32 = 50;

struct Session {
    http: HttpClient,
    url: String,
    headers: HeaderMap,
    bounds: Bounds,
}

/// A server, and what is shown to it.
pub(super) struct Target {
    pub(super) url: String,
    pub(super) headers: HeaderMap,
}

impl Target {
    pub(super) fn of(
        config: &Map<String, Value>,
        secrets: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        if config["transport"] != "STREAMABLE_HTTP" {
            return Err("the server opened no event stream".to_owned());
        }
        let url = config["url"].as_str().ok_or("the address is a secret")?;
        Ok(Self {
            url: url.to_owned(),
            headers: headers(&config["request_headers"], secrets)?,
        })
    }
}

pub(super) async fn tools(target: Target) -> Result<Vec<Value>, String> {
    let mut headers = target.headers;
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let both = HeaderValue::from_static("application/json, text/event-stream");
    headers.insert(header::ACCEPT, both);
    let mut session = Session {
        http: HttpClient::new(Roots::compiled_in()),
        url: target.url,
        headers,
        bounds: Bounds {
            deadline: Deadline::after(Instant::now(), TIMEOUT),
            max_bytes: MAX_BYTES,
        },
    };
    session.open().await?;
    let listed = session.tools().await;
    session.close().await;
    listed
}

fn headers(stored: &Value, secrets: &BTreeMap<String, String>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in stored.as_object().into_iter().flatten() {
        let value = match value["secret_id"].as_str() {
            Some(id) => secrets.get(id).map(String::as_str),
            None => value.as_str(),
        };
        let name = http::HeaderName::try_from(name).map_err(|error| error.to_string())?;
        let value = HeaderValue::from_str(value.ok_or("a secret is gone")?);
        headers.insert(name, value.map_err(|error| error.to_string())?);
    }
    Ok(headers)
}

impl Session {
    async fn open(&mut self) -> Result<(), String> {
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "mcp", "version": "0.1.0"},
        });
        let request = json!({"method": "initialize", "params": params, "jsonrpc": "2.0", "id": 0});
        let (headers, opened) = self.post(&request).await?;
        if let Some(session) = headers.get("mcp-session-id") {
            self.headers.insert("mcp-session-id", session.clone());
        }
        let agreed = opened["result"]["protocolVersion"]
            .as_str()
            .ok_or("it is no MCP server")?;
        let agreed = HeaderValue::from_str(agreed).map_err(|error| error.to_string())?;
        self.headers.insert("mcp-protocol-version", agreed);
        let told = json!({"method": "notifications/initialized", "jsonrpc": "2.0"});
        self.post(&told).await.map(drop)
    }

    async fn tools(&self) -> Result<Vec<Value>, String> {
        let mut tools = Vec::new();
        let mut cursor = Value::Null;
        for page in 1..=MAX_PAGES {
            let mut request = json!({"method": "tools/list", "jsonrpc": "2.0", "id": page});
            if !cursor.is_null() {
                request["params"] = json!({ "cursor": cursor });
            }
            let (_, mut answer) = self.post(&request).await?;
            let listed = answer["result"]["tools"]
                .as_array_mut()
                .ok_or("it lists no tools")?;
            tools.append(listed);
            cursor = answer["result"]["nextCursor"].take();
            if cursor.is_null() {
                break;
            }
        }
        Ok(tools)
    }

    async fn close(self) {
        if self.headers.contains_key("mcp-session-id") {
            let request = self.request(Method::DELETE, Bytes::new());
            // Servers may decline.
            let _ = self.http.send(request, self.bounds).await;
        }
    }

    async fn post(&self, message: &Value) -> Result<(HeaderMap, Value), String> {
        let request = self.request(Method::POST, message.to_string().into());
        let answer = self.http.send(request, self.bounds).await;
        let (head, body) = answer.map_err(|error| error.to_string())?.into_parts();
        let body = body.whole().await.map_err(|error| error.to_string())?;
        Ok((head.headers, read(&body)))
    }

    fn request(&self, method: Method, body: Bytes) -> Request<Bytes> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.url.parse().expect("it was checked");
        *request.headers_mut() = self.headers.clone();
        request
    }
}

/// JSON, alone or as the last event of a stream.
fn read(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body);
    let event = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("data: "));
    serde_json::from_str(event.unwrap_or(&text)).unwrap_or_default()
}
