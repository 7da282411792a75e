//! What is done for a caller, within its limits and on the record.

use mesh_core::Effect;
use mesh_doors::policy::Denied;
use mesh_tools::ToolError;
use serde_json::Value;

use super::bounded;
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
    /// The policy keeps it from the caller, to whom it is unknown; the record has the reason.
    pub(super) is_hidden: bool,
}

/// Something that a caller wants to read by other means than a tool of the catalogue.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// The method, as a rule.
    pub(crate) what: &'a str,
    pub(crate) arguments: &'a Value,
    /// See [`App::hides_resource`] and its like.
    pub(crate) is_hidden: bool,
}

/// Has something else than a tool done for a caller, by its deadline, within its limits and on the record.
pub(crate) async fn read<T: Measured>(
    app: &App,
    incoming: &Incoming,
    reading: Reading<'_>,
    work: impl Future<Output = Result<T, ToolError>> + Send,
) -> Result<T, ToolError> {
    let deadline = incoming.request.deadline;
    let granted = app.access.of(&incoming.request.caller);
    let what = What {
        name: reading.what,
        effect: Effect::Read,
        arguments: reading.arguments,
        denied: None,
        is_hidden: reading.is_hidden,
    };
    let work = bounded(deadline, Box::pin(work));
    let result = on_record(app, incoming, granted.as_ref(), what, work).await;
    app.audit.flush(deadline).await;
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
    let is_hidden = what.is_hidden;
    let recorded = app
        .audit
        .begin(incoming, granted, what.name, effect, what.arguments);
    let admitted = admit(app, incoming, granted, what, deadline).await;
    let _running =
        admitted.inspect_err(|error| recorded.iter().for_each(|line| line.refused(error)))?;
    let result = work.await;
    recorded.iter().for_each(|line| match &result {
        Err(_) if is_hidden => line.hidden(),
        result => line.ended(result),
    });
    result.and_then(|result| bounded_result(granted, effect, result))
}
