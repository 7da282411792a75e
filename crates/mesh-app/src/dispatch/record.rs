//! What is done for a caller, within its limits and on the record.

use mesh_core::Effect;
use mesh_doors::policy::Denied;
use mesh_tools::ToolError;
use serde_json::Value;

use super::limits::{admit, bounded_result};
use crate::access::Granted;
use crate::app::App;
use crate::mcp::{Incoming, Measured};

/// What is asked for, as the record has it.
pub(super) struct What<'a> {
    pub(super) name: &'a str,
    pub(super) effect: Effect,
    pub(super) arguments: &'a Value,
    /// Why it is not to be had.
    pub(super) denied: Option<Denied>,
}

/// Has something else than a tool done for a caller, within its limits and on the record: `what` is the method.
pub(crate) async fn read<T: Measured>(
    app: &App,
    incoming: &Incoming,
    what: &str,
    arguments: &Value,
    work: impl Future<Output = Result<T, ToolError>>,
) -> Result<T, ToolError> {
    let granted = app.access.of(&incoming.request.caller);
    let what = What {
        name: what,
        effect: Effect::Read,
        arguments,
        denied: None,
    };
    let result = on_record(app, incoming, granted.as_ref(), what, work).await;
    app.audit.flush(incoming.request.deadline).await;
    result
}

pub(super) async fn on_record<T: Measured>(
    app: &App,
    incoming: &Incoming,
    granted: Option<&Granted>,
    what: What<'_>,
    work: impl Future<Output = Result<T, ToolError>>,
) -> Result<T, ToolError> {
    let (effect, deadline) = (what.effect, incoming.request.deadline);
    let recorded = app
        .audit
        .begin(incoming, granted, what.name, effect, what.arguments);
    let admitted = admit(app, incoming, granted, what, deadline).await;
    let _running =
        admitted.inspect_err(|error| recorded.iter().for_each(|line| line.refused(error)))?;
    let result = work.await;
    let result = result.and_then(|result| bounded_result(granted, effect, result));
    recorded.iter().for_each(|line| line.ended(&result));
    result
}
