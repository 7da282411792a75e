//! The one way to a tool, for `/rpc` and `/tools/{name}` alike: find it in the caller's view, bound it, run it, count it.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use mesh_core::{Deadline, Outcome};
use mesh_doors::limits::Admitted;
use mesh_index::Corpus;
use mesh_tools::ask::Talk;
use mesh_tools::{Entry, Needs, Reply, ToolError};
use serde_json::Value;

use crate::access::Granted;
use crate::app::App;
use crate::mcp::Incoming;

/// What a call comes with, whichever door it came through.
pub(crate) struct Call<'a> {
    pub(crate) incoming: &'a Incoming,
    pub(crate) talk: &'a dyn Talk,
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
    refresh(app).await;
    let tool = app.catalog.tool(name).ok_or_else(|| unknown(&call))?;
    let started = Instant::now();
    let deadline = call.incoming.request.deadline.at_most(started, tool.budget);
    let provided = if tool.is_ready(&app.services) {
        Ok(())
    } else {
        app.services.provide(tool.needs, deadline).await
    };
    let granted = app.access.of(&call.incoming.request.caller);
    let result = match provided.and_then(|()| within_limits(app, &call, granted.as_ref(), tool)) {
        Err(error) => Err(error),
        Ok(_running) => {
            let listing = app.listing_for(granted.as_ref());
            let mut permit = listing.view.permit(name).ok_or_else(|| unknown(&call))?;
            if let Some(granted) = granted {
                permit = permit.judged_by(Box::new(granted.judge(tool)));
            }
            let cx = app
                .context(call.incoming, call.talk, &listing.view)
                .until(deadline);
            admitted(app, tool.needs, deadline, permit.call(arguments, cx)).await
        }
    };
    call.incoming.tally.tool(&tool.name);
    count(app, &call, tool, &result, started);
    Ok(result)
}

/// Refuses what the policy denies, and what is more than the caller may have; the call counts as running until what is returned
/// is dropped. Without a policy nothing of it is bounded.
fn within_limits(
    app: &App,
    call: &Call<'_>,
    granted: Option<&Granted>,
    tool: &Entry,
) -> Result<Option<Admitted>, ToolError> {
    let Some(granted) = granted else {
        return Ok(None);
    };
    if let Some(denied) = granted.denied(tool) {
        return Err(ToolError::Denied(denied.to_string()));
    }
    let limit = granted.limit_of(tool.effect);
    let caller = call.incoming.request.caller.id();
    let admitted = app
        .limiter
        .admit(caller, tool.effect, limit, Instant::now());
    admitted
        .map(Some)
        .map_err(|refused| ToolError::RateLimited {
            told: refused.to_string(),
            retry_after: refused.retry_in,
        })
}

fn unknown(call: &Call<'_>) -> UnknownTool {
    call.incoming.tally.failure("unknown_tool");
    UnknownTool
}

/// Has ready what is to be listed: a corpus indexed anew, and one that could not be had before. Nobody waits here for one that
/// is on its way, as what needs it is listed, nor for secrets.
pub(crate) async fn prepare(app: &App, deadline: Deadline) {
    /// A store that refuses says so at once.
    const TIMEOUT: Duration = Duration::from_secs(1);
    refresh(app).await;
    let corpus_handle = &app.services.corpus_handle;
    if corpus_handle.fault().is_none() || corpus_handle.underway_since().is_some() {
        return;
    }
    let deadline = deadline.at_most(Instant::now(), TIMEOUT);
    if let Err(error) = corpus_handle.arrive(deadline).await {
        tracing::warn!(%error, "what needs the corpus is not listed");
    }
}

/// Uses a corpus indexed anew, if there is one, before anything is looked up in it; where looking for it and reading it take
/// longer than whoever noticed it should wait, what was open is served until then.
pub(crate) async fn refresh(app: &App) {
    const TIMEOUT: Duration = Duration::from_secs(1);
    let Some(newer) = app.services.corpus().and_then(Corpus::newer) else {
        return;
    };
    let opened = tokio::task::spawn_blocking(|| {
        if let Err(error) = newer.open() {
            tracing::warn!(%error, "the corpus could not be refreshed; what was open is served on");
        }
    });
    // A panic was logged where it was.
    let _late = tokio::time::timeout(TIMEOUT, opened).await;
}

/// Runs work that needs what `needs` names; where the corpus has more to do than it can, refuses instead.
pub(crate) async fn admitted<T>(
    app: &App,
    needs: Needs,
    deadline: Deadline,
    work: BoxFuture<'_, Result<T, ToolError>>,
) -> Result<T, ToolError> {
    if !needs.kinds().is_empty() {
        app.services.admission.check(Instant::now(), deadline)?;
    }
    bounded(deadline, work).await
}

/// Ends work at its deadline, and turns a panic into an answer.
async fn bounded<T>(
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
            call.incoming.tally.success();
            Outcome::Success
        }
        Err(error) => {
            if matches!(error, ToolError::DeadlineExceeded { .. }) {
                app.services.metrics.deadline_exceeded();
            }
            call.incoming.tally.failure(error.kind());
            Outcome::Failure
        }
    };
    let elapsed = started.elapsed();
    app.services
        .metrics
        .tool(tool.name.metric_label(), outcome, elapsed);
    let note = call.incoming.tally.read();
    if note.is_detached {
        app.services
            .metrics
            .request(Instant::now(), outcome, elapsed);
        tracing::info!(
            caller = %call.incoming.request.caller,
            tool = tool.name.as_str(),
            failure = note.failure,
            duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            "call"
        );
    }
}
