use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::endpoint::{Endpoint, Headers};
use super::fault::CallFault;
use super::message::{self, Id};

/// The newest revision that opens with `initialize`; the server answers with the one it prefers.
pub(super) const NEWEST: &str = "2025-11-25";

/// A conversation opened with `initialize` over Streamable HTTP (2025-03-26 to 2025-11-25, and many servers of 2024-11-05).
#[derive(Debug)]
pub(crate) struct Legacy {
    endpoint: Endpoint,
    /// What every request after the first carries: the agreed revision, and the session where there is one.
    headers: Headers,
    has_session: bool,
    opening: Value,
    next: Id,
}

/// The parameters of `initialize`.
pub(super) fn opening(revision: &str) -> Value {
    json!({"protocolVersion": revision, "capabilities": {}, "clientInfo": message::client_info()})
}

impl Legacy {
    /// Asks for `revision`; the server answers with that or another.
    pub(crate) async fn initialize(endpoint: Endpoint, revision: &str) -> Result<Self, CallFault> {
        let mut next = Id::FIRST;
        let id = next.take();
        let request = message::request(id, "initialize", &opening(revision));
        let reply = endpoint.ask(id, &request, &Headers::new()).await?;
        let opening = message::result(reply.message)?;
        let agreed = opening["protocolVersion"].as_str().unwrap_or(revision);
        let version = HeaderValue::from_str(agreed)
            .map_err(|_| CallFault::NotMcp("without a protocol version".to_owned()))?;
        let mut headers = vec![(HeaderName::from_static("mcp-protocol-version"), version)];
        let has_session = reply.session.is_some();
        let session = reply
            .session
            .map(|id| (HeaderName::from_static("mcp-session-id"), id));
        headers.extend(session);
        let legacy = Self {
            endpoint,
            headers,
            has_session,
            opening,
            next,
        };
        let initialized = message::notification("notifications/initialized");
        legacy.endpoint.tell(&initialized, &legacy.headers).await?;
        Ok(legacy)
    }

    pub(super) async fn request(
        &mut self,
        method: &str,
        params: &Value,
    ) -> Result<Value, CallFault> {
        let id = self.next.take();
        let request = message::request(id, method, params);
        let reply = self.endpoint.ask(id, &request, &self.headers).await?;
        message::result(reply.message)
    }

    /// The result of `initialize`.
    pub(super) fn opening(&self) -> &Value {
        &self.opening
    }

    pub(crate) async fn close(self) {
        if self.has_session {
            self.endpoint.leave(&self.headers).await;
        }
    }
}
