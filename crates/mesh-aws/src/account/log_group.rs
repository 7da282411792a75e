use mesh_core::Deadline;
use serde::Deserialize;
use serde_json::json;

use super::Account;
use crate::endpoint::Service;
use crate::{CallError, call};

/// Where a function's log goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogGroup {
    #[serde(rename = "logGroupName")]
    pub name: String,
    /// For ever, where none is set.
    #[serde(rename = "retentionInDays")]
    pub retention_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Groups {
    log_groups: Vec<LogGroup>,
}

impl Account {
    /// The log group of exactly this name, if there is one.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn log_group(
        &self,
        name: &str,
        deadline: Deadline,
    ) -> Result<Option<LogGroup>, CallError> {
        // They come by name, so the exact one is the first of those that begin with it.
        let body = json!({ "logGroupNamePrefix": name, "limit": 1 }).to_string();
        let operation = "DescribeLogGroups";
        let answer = call::json(&self.aws, Service::Logs, operation, body, deadline).await?;
        let groups: Groups =
            serde_json::from_slice(&answer.body).map_err(|_| CallError::unreadable())?;
        Ok(groups
            .log_groups
            .into_iter()
            .find(|group| group.name == name))
    }
}
