//! The one way to a tool, for `/rpc` and `/tools/{name}` alike: find it, bound it, run it, count it.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use mesh_core::{Caller, Deadline, Outcome};
use mesh_tools::ask::Talk;
use mesh_tools::{Entry, Reply, ToolError};
use serde_json::Value;

use crate::app::App;
use crate::tally::Tally;

/// What a call comes with, whichever door it came through.
pub(crate) struct Call<'a> {
    pub(crate) caller: Caller,
    pub(crate) deadline: Deadline,
    pub(crate) talk: &'a dyn Talk,
    pub(crate) tally: &'a Tally,
}

/// There is no tool of that name, or it is not listed.
#[derive(Debug)]
pub(crate) struct UnknownTool;

/// # Errors
/// [`UnknownTool`]; what goes wrong in a tool is the inner result.
pub(crate) async fn call(
    app: &App,
    call: Call<'_>,
    name: &str,
    arguments: Value,
) -> Result<Result<Reply, ToolError>, UnknownTool> {
    refresh(app);
    let Some(tool) = app.catalog.tool(name, &app.services) else {
        call.tally.failure("unknown_tool");
        return Err(UnknownTool);
    };
    call.tally.tool(tool.name);
    let started = Instant::now();
    let deadline = call.deadline.at_most(started, tool.budget);
    let work = tool.call(arguments, app.context(call.caller, deadline, call.talk));
    let result = bounded(deadline, work).await;
    count(app, &call, tool, &result, started);
    Ok(result)
}

/// Uses a corpus indexed anew, if there is one, before anything is looked up in it.
pub(crate) fn refresh(app: &App) {
    if let Some(corpus) = &app.services.corpus
        && let Err(error) = corpus.refresh()
    {
        tracing::warn!(%error, "the corpus could not be refreshed; what was open is served on");
    }
}

/// Ends work at its deadline, and turns a panic into an answer.
pub(crate) async fn bounded<T>(
    deadline: Deadline,
    work: BoxFuture<'_, Result<T, ToolError>>,
) -> Result<T, ToolError> {
    let left = deadline.remaining(Instant::now());
    let late = || ToolError::DeadlineExceeded {
        budget: deadline.budget(),
        slow: "the call",
    };
    if left.is_zero() {
        return Err(late());
    }
    match tokio::time::timeout(left, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(ToolError::internal("a call panicked; its message is above")),
        Err(_) => Err(late()),
    }
}

fn count(
    app: &App,
    call: &Call<'_>,
    tool: &Entry,
    result: &Result<Reply, ToolError>,
    started: Instant,
) {
    let outcome = match result {
        Ok(_) | Err(ToolError::InputRequired(_)) => {
            call.tally.success();
            Outcome::Success
        }
        Err(error) => {
            call.tally.failure(error.kind());
            Outcome::Failure
        }
    };
    let elapsed = started.elapsed();
    app.services.metrics.tool(tool.name, outcome, elapsed);
    let note = call.tally.read();
    if note.is_detached {
        app.services
            .metrics
            .request(Instant::now(), outcome, elapsed);
        tracing::info!(
            caller = %call.caller,
            tool = tool.name,
            failure = note.failure,
            duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            "call"
        );
    }
}
