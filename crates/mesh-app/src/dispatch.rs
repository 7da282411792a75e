//! The one way to a tool, for `/rpc` and `/tools/{name}` alike: find it in the caller's view, bound it, run it, count it.

mod limits;

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use mesh_core::{Deadline, Effect, Outcome, ToolName};
use mesh_doors::policy::Denied;
use mesh_gateway::name::advertised;
use mesh_gateway::{Gateway, RemoteTool};
use mesh_index::Corpus;
use mesh_tools::ask::Talk;
use mesh_tools::{Entry, Needs, Reply, ToolError};
use serde_json::Value;

use self::limits::{admit, bounded_result};
use crate::access::Granted;
use crate::app::App;
use crate::consent::Consents;
use crate::mcp::{Incoming, Measured, Stamp};
use crate::remote::{self, Answered};
use crate::tool_search::{self, ToolSearch};

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
            prepare(app, None, call.incoming.request.deadline).await;
        }
        let listing = app.listing_of(call.incoming);
        if let Some(search) = &listing.search {
            return Ok(match name {
                tool_search::SEARCH => search_tools(app, &call, search, arguments).await,
                _ => call_wrapped(app, call, arguments).await,
            });
        }
    }
    call_named(app, call, name, arguments).await
}

async fn search_tools(
    app: &App,
    call: &Call<'_>,
    search: &ToolSearch,
    arguments: Value,
) -> Result<Called, ToolError> {
    let started = Instant::now();
    let name = ToolName::built_in(tool_search::SEARCH);
    let given = arguments.clone();
    let work = async { search.answer(arguments) };
    let result = read(app, call.incoming, name.as_str(), &given, work).await;
    count(app, call, &name, &result, started);
    result.map(|found| Called::Remote(Ok(found)))
}

/// The call is exactly that of the tool that it names.
async fn call_wrapped(app: &App, call: Call<'_>, arguments: Value) -> Result<Called, ToolError> {
    let tally = call.incoming.tally.clone();
    let (name, arguments) =
        tool_search::wrapped(arguments).inspect_err(|error| tally.failure(error.kind()))?;
    match call_named(app, call, &name, arguments).await {
        Ok(result) => result,
        Err(UnknownTool) => Err(tool_search::no_such_tool(&name)),
    }
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
            None => is_of(name, upstream),
        };
        known(app, is_its, call.incoming.request.deadline).await;
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

/// Whether a tool of this name would be the upstream's.
fn is_of(tool: &str, upstream: &str) -> bool {
    tool.strip_prefix(upstream)
        .is_some_and(|rest| rest.starts_with("__"))
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

/// Waits for those upstreams of which nothing was ever heard, as many clients list once.
async fn known(app: &App, is_meant: impl Fn(&str) -> bool, deadline: Deadline) {
    const TIMEOUT: Duration = Duration::from_secs(10);
    let Some(gateway) = &app.gateway else {
        return;
    };
    let deadline = deadline.at_most(Instant::now(), TIMEOUT);
    gateway.known_of(is_meant, deadline).await;
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
            let result = result.and_then(|reply| bounded_result(granted.as_ref(), effect, reply));
            recorded.iter().for_each(|line| line.ended(&result));
            result
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
    };
    let work = remote::call(app, gateway, call, tool, arguments.clone(), deadline);
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

/// What is asked for, as the record has it.
struct What<'a> {
    name: &'a str,
    effect: Effect,
    arguments: &'a Value,
    /// Why it is not to be had.
    denied: Option<Denied>,
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

async fn on_record<T: Measured>(
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

fn unknown(call: &Call<'_>) -> UnknownTool {
    call.incoming.tally.failure("unknown_tool");
    UnknownTool
}

/// Has ready what is to be listed: a corpus indexed anew, and one that could not be had before. Nobody waits here for one that
/// is on its way, as what needs it is listed, nor for secrets.
pub(crate) async fn prepare(app: &App, scope: Option<&str>, deadline: Deadline) {
    let is_meant = |upstream: &str| scope.is_none_or(|scope| scope == upstream);
    known(app, is_meant, deadline).await;
    prepare_own(app, deadline).await;
}

/// As [`prepare`], of what is ours.
pub(crate) async fn prepare_own(app: &App, deadline: Deadline) {
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
    let note = call.incoming.tally.read();
    if note.is_detached {
        app.services
            .metrics
            .request(Instant::now(), outcome, elapsed);
        tracing::info!(
            caller = %call.incoming.request.caller,
            tool = tool.as_str(),
            failure = note.failure,
            duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            "call"
        );
    }
}
