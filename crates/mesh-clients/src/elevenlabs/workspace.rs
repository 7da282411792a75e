//! What a workspace has been set up with: settings, secrets, MCP servers, webhooks, agents.
//!
//! What is read is kept as it came, beside the part that is understood: fields that are not known here are not to be lost, and
//! whoever writes compares what was kept with what was sent, as unknown fields are dropped in silence.

mod agents;
mod mcp_servers;
mod mcp_tools;
mod secrets;
mod settings;
mod webhooks;

use bytes::Bytes;
use http::{Method, header};
use mesh_core::{Deadline, Secret};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Charge, ElevenLabs, ElevenLabsError};

pub use agents::Agent;
pub use mcp_servers::McpServer;
pub use mcp_tools::{ApprovalState, ApprovalStatus, ListedTools, ToolApproval, ToolPolicy};
pub use secrets::StoredSecret;
pub use settings::ConvaiSettings;
pub use webhooks::{NewWebhook, Webhook};

/// A list of a hundred tools with their schemas takes 200 kB.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

impl ElevenLabs {
    /// Reads something of the workspace.
    async fn look<T: DeserializeOwned>(
        &self,
        key: &Secret,
        path: &str,
        deadline: Deadline,
    ) -> Result<T, ElevenLabsError> {
        self.read(key, path, deadline, MAX_BYTES).await
    }

    /// Writes something, and reads what it says to that.
    async fn write<T: DeserializeOwned>(
        &self,
        method: Method,
        key: &Secret,
        path: &str,
        body: &impl Serialize,
        deadline: Deadline,
    ) -> Result<T, ElevenLabsError> {
        let request = self.json(method, key, path, body)?;
        self.change(request, deadline, MAX_BYTES).await
    }

    /// Deletes something: the answer may be empty.
    async fn delete(
        &self,
        key: &Secret,
        path: &str,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let mut request = self.json(Method::DELETE, key, path, &Value::Null)?;
        *request.body_mut() = Bytes::new();
        request.headers_mut().remove(header::CONTENT_TYPE);
        self.spend(request, deadline, MAX_BYTES).await.map(drop)
    }
}

/// What an answer has to have.
fn text(answer: &Value, field: &'static str) -> Result<String, ElevenLabsError> {
    let found = answer[field].as_str().map(str::to_owned);
    found.ok_or_else(|| lacking(field))
}

fn list<'a>(answer: &'a Value, field: &'static str) -> Result<&'a [Value], ElevenLabsError> {
    let found = answer[field].as_array().map(Vec::as_slice);
    found.ok_or_else(|| lacking(field))
}

/// A list of ids, which may be absent.
fn ids(list: &Value) -> Vec<String> {
    let ids = list.as_array().into_iter().flatten();
    ids.filter_map(|id| id.as_str().map(str::to_owned))
        .collect()
}

fn lacking(field: &'static str) -> ElevenLabsError {
    ElevenLabsError::UnexpectedAnswer {
        what: format!("it has no `{field}`"),
        charge: Charge::None,
    }
}
