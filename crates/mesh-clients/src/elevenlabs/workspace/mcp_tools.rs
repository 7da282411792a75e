use http::Method;
use mesh_core::{Deadline, Secret};
use serde::Serialize;
use serde_json::Value;

use super::mcp_servers::path;
use super::{ElevenLabs, ElevenLabsError, list, text};
use crate::elevenlabs::client::id;

/// What ElevenLabs found when it connected to a server.
#[derive(Clone, Debug)]
pub struct ListedTools {
    /// The tools as the server described them; or the vendor's words on why there are none.
    pub tools: Result<Vec<Value>, String>,
    /// Only where tools are approved one by one.
    pub statuses: Vec<ApprovalStatus>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalStatus {
    pub tool: String,
    pub state: ApprovalState,
    pub policy: Option<ToolPolicy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalState {
    UpToDate,
    /// What the tool says of itself has changed since.
    NeedsReview,
    NotApproved,
}

/// Whether a person is asked before a tool is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolPolicy {
    AutoApproved,
    RequiresApproval,
}

#[derive(Clone, Debug, Serialize)]
pub struct ToolApproval {
    pub tool_name: String,
    pub tool_description: String,
    pub input_schema: Value,
    pub approval_policy: ToolPolicy,
}

impl ElevenLabs {
    /// `GET /v1/convai/mcp-servers/{id}/tools`: ElevenLabs connects to the server and lists its tools.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet; not that it could not connect.
    pub async fn mcp_tools(
        &self,
        key: &Secret,
        server_id: &str,
        deadline: Deadline,
    ) -> Result<ListedTools, ElevenLabsError> {
        let path = format!("{}/tools", path(server_id)?);
        let answer: Value = self.look(key, &path, deadline).await?;
        let tools = match answer["success"] == true {
            true => Ok(list(&answer, "tools")?.to_vec()),
            false => Err(answer["error_message"].as_str().unwrap_or("").to_owned()),
        };
        let statuses = answer["tool_approval_statuses"].as_array();
        let statuses = statuses.into_iter().flatten();
        Ok(ListedTools {
            tools,
            statuses: statuses
                .map(|status| read_status(status, server_id))
                .collect::<Result<_, _>>()?,
        })
    }

    /// `POST /v1/convai/mcp-servers/{id}/tool-approvals`, also in place of one that is there.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn approve_mcp_tool(
        &self,
        key: &Secret,
        server_id: &str,
        approval: &ToolApproval,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let path = format!("{}/tool-approvals", path(server_id)?);
        let answer: Value = self
            .write(Method::POST, key, &path, approval, deadline)
            .await?;
        text(&answer, "id").map(drop)
    }

    /// `DELETE /v1/convai/mcp-servers/{id}/tool-approvals/{tool}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn withdraw_mcp_tool(
        &self,
        key: &Secret,
        server_id: &str,
        tool: &str,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let path = format!("{}/tool-approvals/{}", path(server_id)?, id(tool)?);
        self.delete(key, &path, deadline).await
    }
}

/// Its id is `mcp:SERVER:TOOL`.
fn read_status(status: &Value, server_id: &str) -> Result<ApprovalStatus, ElevenLabsError> {
    let tool_id = text(status, "tool_id")?;
    let tool = tool_id.strip_prefix(&format!("mcp:{server_id}:"));
    Ok(ApprovalStatus {
        tool: tool.unwrap_or(&tool_id).to_owned(),
        state: match status["state"].as_str() {
            Some("up_to_date") => ApprovalState::UpToDate,
            Some("needs_review") => ApprovalState::NeedsReview,
            _ => ApprovalState::NotApproved,
        },
        policy: match status["approval_policy"].as_str() {
            Some("auto_approved") => Some(ToolPolicy::AutoApproved),
            Some("requires_approval") => Some(ToolPolicy::RequiresApproval),
            _ => None,
        },
    })
}
