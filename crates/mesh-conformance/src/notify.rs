//! Tools that say something before, or beside, their answer.

use std::time::Duration;

use mesh_tools::ask::Level;
use mesh_tools::changes::Change;
use mesh_tools::{Blocks, Context, Family, Needs, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;

/// # Progress
/// Reports progress three times.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct WithProgress {}

impl Tool for WithProgress {
    const NAME: &'static str = "test_tool_with_progress";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        for done in [0.0, 50.0, 100.0] {
            cx.progress(done, 100.0, "working").await;
            // The suite asks for 50 ms between them.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Blocks::text("done"))
    }
}

/// # Logging
/// Logs three messages.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct WithLogging {}

impl Tool for WithLogging {
    const NAME: &'static str = "test_tool_with_logging";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        for message in [
            "Tool execution started",
            "Tool processing data",
            "Tool execution completed",
        ] {
            cx.log(Level::Info, message).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Blocks::text("done"))
    }
}

/// # Logging on request
/// Logs a message where the request asked for it.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct LoggingTool {}

impl Tool for LoggingTool {
    const NAME: &'static str = "test_logging_tool";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        cx.log(Level::Info, "Tool execution").await;
        Ok(Blocks::text("done"))
    }
}

/// # Change of tools
/// Announces that the list of tools has changed.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TriggerToolChange {}

impl Tool for TriggerToolChange {
    const NAME: &'static str = "test_trigger_tool_change";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        cx.services.changes.announce(Change::Tools);
        Ok(Blocks::text("announced"))
    }
}

/// # Change of prompts
/// Announces that the list of prompts has changed.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TriggerPromptChange {}

impl Tool for TriggerPromptChange {
    const NAME: &'static str = "test_trigger_prompt_change";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        cx.services.changes.announce(Change::Prompts);
        Ok(Blocks::text("announced"))
    }
}
