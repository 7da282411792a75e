//! The one way to a tool, for `/rpc` and `/tools/{name}` alike: find it in the caller's view, bound it, run it, count it.

mod limits;
mod ready;
mod record;
mod searched;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use mesh_core::{Deadline, Effect, Outcome, ToolName};
use mesh_gateway::name::{advertised, may_be_of};
use mesh_gateway::{Gateway, RemoteTool};
use mesh_tools::ask::Talk;
use mesh_tools::{Entry, Needs, Reply, ToolError};
use serde_json::Value;

use self::limits::{admit, bounded_result};
use self::ready::known;
pub(crate) use self::ready::{prepare, prepare_own, refresh};
pub(crate) use self::record::{Reading, read};
use self::record::{What, on_record};
use self::searched::{call_wrapped, search_tools};
use crate::access::Granted;
use crate::app::App;
use crate::consent::Consents;
use crate::journal;
use crate::mcp::{Incoming, Stamp};
use crate::remote::{self, Answered};
use crate::tool_search;

/// What a call comes with, whichever door it came through.
pub(crate) struct Call<'a> {
    pub(crate) incoming: &'a Incoming,
    pub(crate) talk: &'a dyn Talk,
    pub(crate) round: Round<'a>,
}

/// How a client that is asked answers.
#[derive(Clone, Copy)]
pub(crate) enum Round<'a> {
    /// While the call runs, if at all.
    Whole,
    /// By calling again, beside the state that it was given: what has this stamp, or none yet.
    Answering(Option<&'a Stamp>),
}

/// There is no tool of that name, or it is not listed.
#[derive(Debug)]
pub(crate) struct UnknownTool;

/// What a call came to.
pub(crate) enum Called {
    /// Of one of our own tools.
    Reply(Reply),
    /// Of an upstream's, in its own words.
    Remote(Answered),
}

/// # Errors
/// [`UnknownTool`]; what goes wrong in a tool is the inner result.
pub(crate) async fn call(
    app: &App,
    call: Call<'_>,
    name: &str,
    arguments: Value,
) -> Result<Result<Called, ToolError>, UnknownTool> {
    let deadline = call.incoming.request.deadline;
    let called = find_and_call(app, call, name, arguments).await;
    app.audit.flush(deadline).await;
    called
}

async fn find_and_call(
    app: &App,
    call: Call<'_>,
    name: &str,
    arguments: Value,
) -> Result<Result<Called, ToolError>, UnknownTool> {
    refresh(app).await;
    if call.incoming.scope.is_none() && [tool_search::SEARCH, tool_search::CALL].contains(&name) {
        if name == tool_search::SEARCH {
            prepare(app, None, call.incoming).await;
        }
        let listing = app.listing_of(call.incoming);
        if let Some(search) = &listing.search {
            return Ok(match name {
                tool_search::SEARCH => {
                    search_tools(app, &call, Arc::clone(search), arguments).await
                }
                _ => call_wrapped(app, call, arguments).await,
            });
        }
    }
    call_named(app, call, name, arguments).await
}

async fn call_named(
    app: &App,
    call: Call<'_>,
    name: &str,
    arguments: Value,
) -> Result<Result<Called, ToolError>, UnknownTool> {
    let scope = call.incoming.scope.as_deref();
    if let (None, Some(tool)) = (scope, app.catalog.tool(name)) {
        let result = call_own(app, call, tool, arguments).await?;
        return Ok(result.map(Called::Reply));
    }
    let Some(gateway) = &app.gateway else {
        return Err(unknown(&call));
    };
    if app.remote_tool(scope, name).is_none() {
        // It may be of one that nothing was ever heard of.
        let is_its = |upstream: &str| match scope {
            Some(scope) => upstream == scope,
            None => may_be_of(name, upstream, app.config.gateway.name_limit),
        };
        known(app, is_its, call.incoming).await;
    }
    let Some(tool) = app.remote_tool(scope, name) else {
        let silent = match scope {
            Some(upstream) => gateway.silence_of(upstream),
            None => gateway.silent(name),
        };
        let silent = silent.filter(|(upstream, _)| may_know(app, &call, name, upstream));
        let (upstream, fault) = silent.ok_or_else(|| unknown(&call))?;
        call.incoming.tally.failure(fault.kind());
        return Ok(Err(remote::failed(app, &upstream, &fault)));
    };
    let result = call_remote(app, gateway, &call, &tool, arguments).await;
    Ok(result.map(Called::Remote))
}

/// Whether a caller would be told of a tool, if there were one.
fn may_know(app: &App, call: &Call<'_>, tool: &str, upstream: &str) -> bool {
    let granted = app.access.of(&call.incoming.request.caller);
    let limit = app.config.gateway.name_limit;
    let advertised = call
        .incoming
        .scope
        .as_ref()
        .map(|_| advertised(upstream, tool, limit));
    let tool = advertised.as_ref().map_or(tool, ToolName::as_str);
    let team = app
        .gateway
        .as_ref()
        .and_then(|gateway| gateway.team(upstream));
    granted.is_none_or(|granted| granted.may_know(tool, upstream, team.as_deref()))
}

async fn call_own(
    app: &App,
    call: Call<'_>,
    tool: &'static Entry,
    arguments: Value,
) -> Result<Result<Reply, ToolError>, UnknownTool> {
    let started = Instant::now();
    let deadline = call.incoming.request.deadline.at_most(started, tool.budget);
    let granted = app.access.of(&call.incoming.request.caller);
    let (name, effect) = (tool.name.as_str(), tool.effect);
    let audit = &app.audit;
    let recorded = audit.begin(call.incoming, granted.as_ref(), name, effect, &arguments);
    let what = What {
        name,
        effect,
        arguments: &arguments,
        denied: granted.as_ref().and_then(|granted| granted.denied(tool)),
        is_hidden: false,
    };
    let admitted = admit(app, call.incoming, granted.as_ref(), what, deadline).await;
    let result = match admitted {
        Err(error) => {
            recorded.iter().for_each(|line| line.refused(&error));
            Err(error)
        }
        Ok(_running) => {
            let consents = Consents {
                app,
                call: &call,
                tool,
                line: recorded.as_ref(),
                deadline,
            };
            let result = run(consents, granted.as_ref(), arguments).await?;
            recorded.iter().for_each(|line| line.ended(&result));
            result.and_then(|reply| bounded_result(granted.as_ref(), effect, reply))
        }
    };
    drop(recorded);
    count(app, &call, &tool.name, &result, started);
    Ok(result)
}

async fn call_remote(
    app: &App,
    gateway: &Gateway,
    call: &Call<'_>,
    tool: &RemoteTool,
    arguments: Value,
) -> Result<Answered, ToolError> {
    let started = Instant::now();
    let (incoming, deadline) = (call.incoming, call.incoming.request.deadline);
    let granted = app.access.of(&incoming.request.caller);
    let granted = granted.as_ref();
    let judged = granted.and_then(|granted| {
        let denied = granted.denied_remote(tool);
        denied.or_else(|| granted.judge_remote(tool, &arguments))
    });
    let what = What {
        name: tool.name.as_str(),
        effect: tool.effect,
        arguments: &arguments,
        denied: judged,
        is_hidden: false,
    };
    let work = remote::call(app, gateway, call, tool, &arguments, deadline);
    let work = bounded(deadline, Box::pin(work));
    let result = on_record(app, incoming, granted, what, work).await;
    count(app, call, &tool.name, &result, started);
    result
}

async fn run(
    consents: Consents<'_>,
    granted: Option<&Granted>,
    arguments: Value,
) -> Result<Result<Reply, ToolError>, UnknownTool> {
    let Consents {
        app,
        call,
        tool,
        deadline,
        ..
    } = consents;
    if !tool.is_ready(&app.services)
        && let Err(error) = app.services.provide(tool.needs, deadline).await
    {
        return Ok(Err(error));
    }
    let listing = app.listing_for(granted, None);
    let permit = listing.view.permit(tool.name.as_str());
    let mut permit = permit.ok_or_else(|| unknown(call))?;
    if let Some(granted) = granted {
        permit = permit.judged_by(Box::new(granted.judge(tool)));
    }
    if tool.effect != Effect::Read {
        permit = permit.confirmed_by(Box::new(|asked| Box::pin(consents.confirm(asked))));
    }
    let cx = app.context(call.incoming, call.talk, &listing.view);
    let work = permit.call(arguments, cx.until(deadline));
    Ok(admitted(app, tool.needs, deadline, work).await)
}

fn unknown(call: &Call<'_>) -> UnknownTool {
    call.incoming.tally.failure("unknown_tool");
    UnknownTool
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

fn count<T>(
    app: &App,
    call: &Call<'_>,
    tool: &ToolName,
    result: &Result<T, ToolError>,
    started: Instant,
) {
    call.incoming.tally.tool(tool);
    let outcome = match result {
        Ok(_) | Err(ToolError::InputRequired(_) | ToolError::ConfirmationRequired { .. }) => {
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
        .tool(tool.metric_label(), outcome, elapsed);
    if call.incoming.tally.is_detached() {
        app.services
            .metrics
            .request(Instant::now(), outcome, elapsed);
        tracing::info!(
            request_id = call.incoming.request.id.as_deref(),
            caller = %call.incoming.request.caller,
            tool = tool.as_str(),
            outcome = journal::name(outcome),
            failure = call.incoming.tally.failed_with(),
            duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            "call"
        );
    }
}
