use schemars::JsonSchema;
use serde::Deserialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::system::health::{Health, diagnostics, health};
use crate::tool::Tool;

/// # Check the server
/// Tells whether this server and what it searches are in order, by trying each now.
///
/// Use it when answers are missing or strange. It returns `status` (healthy, degraded or unhealthy), one row per service
/// with its latency and what is wrong, and the counters of this process.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetSystemHealth {
    /// Whether to return the counters of requests.
    #[serde(default = "yes")]
    include_metrics: bool,
    /// Whether to return settings and the state of the index too.
    #[serde(default)]
    include_diagnostics: bool,
}

const fn yes() -> bool {
    true
}

impl Tool for GetSystemHealth {
    const NAME: &'static str = "get_system_health";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Health;

    async fn call(self, cx: Context<'_>) -> Result<Health, ToolError> {
        let health = health(&cx).await;
        Ok(Health {
            metrics: health.metrics.filter(|_| self.include_metrics),
            diagnostics: self.include_diagnostics.then(|| diagnostics(&cx)),
            ..health
        })
    }
}
