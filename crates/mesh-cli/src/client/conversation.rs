use std::time::Duration;

use mesh_app::config::Era;
use serde_json::{Map, Value, json};
use tokio::time;

use super::endpoint::{Endpoint, Headers};
use super::event_stream::EventStream;
use super::fault::CallFault;
use super::legacy::{self, Legacy};
use super::modern::Modern;

/// Some older servers never answer a method they do not know; past this they are taken for one.
const PROBE: Duration = Duration::from_secs(5);

/// No server has a thousand pages of tools; one that says so is going round in circles.
pub(super) const MAX_PAGES: usize = 1000;

/// An open conversation, whichever way it was opened.
#[derive(Debug)]
pub(crate) enum Conversation {
    Modern(Modern),
    Legacy(Legacy),
    EventStream(Box<EventStream>),
}

impl Conversation {
    pub(crate) async fn open(endpoint: Endpoint, era: Era) -> Result<Self, CallFault> {
        match era {
            Era::Modern => Modern::discover(endpoint).await.map(Self::Modern),
            Era::Legacy => Self::legacy(endpoint).await,
            Era::Auto => Self::newest(endpoint).await,
        }
    }

    async fn newest(endpoint: Endpoint) -> Result<Self, CallFault> {
        let probe = time::timeout(PROBE, Modern::discover(endpoint.clone())).await;
        match probe.unwrap_or(Err(CallFault::TimedOut(PROBE))) {
            Ok(modern) => Ok(Self::Modern(modern)),
            Err(fault) if fault.may_be_older() => Self::legacy(endpoint).await,
            Err(fault) => Err(fault),
        }
    }

    /// MCP 2025-11-25, basic/transports, Backwards Compatibility: a server that refuses the POST of `initialize` may speak
    /// the older transport. Where it does not, the first refusal is the one that says something.
    async fn legacy(endpoint: Endpoint) -> Result<Self, CallFault> {
        let refusal = match Legacy::initialize(endpoint.clone(), legacy::NEWEST).await {
            Ok(legacy) => return Ok(Self::Legacy(legacy)),
            Err(CallFault::Status { status, reason }) if status.is_client_error() => {
                CallFault::Status { status, reason }
            }
            Err(fault) => return Err(fault),
        };
        match time::timeout(PROBE, EventStream::open(&endpoint)).await {
            Ok(Ok(stream)) => Ok(Self::EventStream(Box::new(stream))),
            Ok(Err(fault @ CallFault::Elsewhere(_))) => Err(fault),
            _ => Err(refusal),
        }
    }

    /// What the server said of itself when the conversation was opened; nothing, over the oldest transport.
    pub(crate) fn opening(&self) -> Option<&Value> {
        match self {
            Self::Modern(modern) => Some(modern.opening()),
            Self::Legacy(legacy) => Some(legacy.opening()),
            Self::EventStream(_) => None,
        }
    }

    pub(crate) async fn request(
        &mut self,
        method: &str,
        params: Value,
    ) -> Result<Value, CallFault> {
        match self {
            Self::Modern(modern) => modern.request(method, params, Headers::new()).await,
            Self::Legacy(legacy) => legacy.request(method, &params).await,
            Self::EventStream(stream) => stream.request(method, &params).await,
        }
    }

    pub(crate) async fn call(
        &mut self,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Value, CallFault> {
        if let Self::Modern(modern) = self {
            return modern.call(tool, arguments).await;
        }
        let params = json!({"name": tool, "arguments": arguments});
        self.request("tools/call", params).await
    }

    /// The contents of a resource.
    pub(crate) async fn read(&mut self, uri: &str) -> Result<Value, CallFault> {
        self.request("resources/read", json!({"uri": uri})).await
    }

    /// Every tool, page after page.
    pub(crate) async fn tools(&mut self) -> Result<Vec<Value>, CallFault> {
        let mut tools = Vec::new();
        let mut params = json!({});
        for _ in 0..MAX_PAGES {
            let mut page = self.request("tools/list", params).await?;
            let listed = page.get_mut("tools").and_then(Value::as_array_mut);
            tools.append(listed.ok_or(CallFault::NoList)?);
            match page.get("nextCursor") {
                Some(cursor) if !cursor.is_null() => params = json!({"cursor": cursor}),
                _ => return Ok(tools),
            }
        }
        Err(CallFault::EndlessList)
    }

    pub(crate) async fn close(self) {
        if let Self::Legacy(legacy) = self {
            legacy.close().await;
        }
    }
}
