use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use mesh_gateway::mirrored;

use super::conversation::MAX_PAGES;
use super::endpoint::{Endpoint, Headers};
use super::fault::CallFault;
use super::message::{self, Id};

pub(crate) const VERSION: &str = "2026-07-28";

/// MCP 2026-07-28, server/utilities: the headers do not repeat the body.
const HEADER_MISMATCH: i64 = -32020;

/// A conversation without an opening: every request says all there is to know (2026-07-28).
#[derive(Debug)]
pub(crate) struct Modern {
    endpoint: Endpoint,
    opening: Value,
    next: Id,
}

impl Modern {
    /// Asks the server whether it speaks this revision.
    pub(crate) async fn discover(endpoint: Endpoint) -> Result<Self, CallFault> {
        let mut modern = Self {
            endpoint,
            opening: Value::Null,
            next: Id::FIRST,
        };
        modern.opening = modern
            .request("server/discover", json!({}), Headers::new())
            .await?;
        let versions = modern.opening.get("supportedVersions");
        let versions = versions.and_then(Value::as_array);
        if versions.is_some_and(|versions| versions.iter().any(|version| version == VERSION)) {
            return Ok(modern);
        }
        Err(CallFault::NotMcp(format!(
            "from a server that does not speak {VERSION}"
        )))
    }

    /// The result of `server/discover`.
    pub(super) fn opening(&self) -> &Value {
        &self.opening
    }

    pub(super) async fn request(
        &mut self,
        method: &str,
        mut params: Value,
        extra: Headers,
    ) -> Result<Value, CallFault> {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": VERSION,
            "io.modelcontextprotocol/clientInfo": message::client_info(),
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let mut headers = headers(method, &params);
        headers.extend(extra);
        let id = self.next.take();
        let request = message::request(id, method, &params);
        let reply = self.endpoint.ask(id, &request, &headers).await?;
        message::result(reply.message)
    }

    /// Calls a tool. Which arguments go into headers as well only the tool's schema knows; it is fetched when the server
    /// misses them, which it does before it runs anything.
    pub(super) async fn call(
        &mut self,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Value, CallFault> {
        let params = json!({"name": tool, "arguments": arguments});
        let called = self
            .request("tools/call", params.clone(), Headers::new())
            .await;
        match called {
            Err(CallFault::Refused {
                code: HEADER_MISMATCH,
                ..
            }) => {
                let schema = self.schema(tool).await?;
                let mirrored = mirrored::params(&schema, arguments);
                self.request("tools/call", params, mirrored).await
            }
            called => called,
        }
    }

    async fn schema(&mut self, tool: &str) -> Result<Value, CallFault> {
        let mut params = json!({});
        for _ in 0..MAX_PAGES {
            let mut page = self.request("tools/list", params, Headers::new()).await?;
            let tools = page["tools"].as_array_mut();
            let found =
                tools.and_then(|tools| tools.iter_mut().find(|listed| listed["name"] == tool));
            if let Some(found) = found {
                return Ok(found["inputSchema"].take());
            }
            match page.get("nextCursor") {
                Some(cursor) if !cursor.is_null() => params = json!({"cursor": cursor}),
                _ => return Ok(Value::Null),
            }
        }
        Err(CallFault::EndlessList)
    }
}

fn headers(method: &str, params: &Value) -> Headers {
    let mut headers = vec![
        (
            HeaderName::from_static("mcp-protocol-version"),
            HeaderValue::from_static(VERSION),
        ),
        (
            HeaderName::from_static("mcp-method"),
            mirrored::value(method),
        ),
    ];
    let name = params.get("name").or_else(|| params.get("uri"));
    if let Some(name) = name.and_then(Value::as_str) {
        headers.push((HeaderName::from_static("mcp-name"), mirrored::value(name)));
    }
    headers
}
