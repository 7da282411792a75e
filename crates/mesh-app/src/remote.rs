//! Tools of upstreams, on the way of every call: seen by whoever may, called within the deadline, answered as they answered.

mod arguments;
mod item;
mod relay;
mod span;
mod subscription;

use std::cell::LazyCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mesh_core::{Deadline, Outcome};
use mesh_gateway::catalogue::family;
use mesh_gateway::link::relink;
use mesh_gateway::raw::{Members, without_meta};
use mesh_gateway::{
    Asked, Fault, Gateway, ItemKind, Items, Listener, Question, RemoteItem, RemoteTool, State, Step,
};
use mesh_tools::ToolError;
use mesh_tools::ask::Talk;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

pub(crate) use self::item::{completion, prompt, resource};
use self::relay::Required;
use self::span::Span;
pub(crate) use self::subscription::{Held, Subscribed, found, heard as next_update, subscribe};
use crate::access::Granted;
use crate::app::App;
use crate::dispatch::Call;
use crate::listing::Listing;
use crate::mcp::Incoming;

/// An upstream that asks again and again is not asked again.
const MAX_ROUNDS: usize = 8;

/// What an upstream says that nobody has heard yet: steps, and questions.
const MAX_UNHEARD: usize = 64;

/// Who has answered (MCP 2026-07-28, basic, `_meta`): to our clients that is this server.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// What is listed of a server that does not run, or no more, is what was last heard of it.
const STATE: &str = "aoma-mesh/state";

/// What an upstream answered, in the words of its own revision.
pub(crate) type Answered = Result<Box<RawValue>, Fault>;

impl App {
    /// The tool of an upstream that is called by this name within a scope, whoever may call it.
    pub(crate) fn remote_tool(&self, scope: Option<&str>, name: &str) -> Option<Arc<RemoteTool>> {
        let catalogue = self.gateway.as_ref()?.catalogue();
        match scope {
            Some(upstream) => catalogue.tool_of(upstream, name).cloned(),
            None => catalogue.tool(name).cloned(),
        }
    }
}

/// For the `_meta` of a list: the servers that something in it is of and that are not up, each with its state.
pub(crate) fn states(app: &App, listing: &Listing) -> Option<Map<String, Value>> {
    let gateway = app.gateway.as_ref()?;
    let states = listing.servers.iter().filter_map(|server| {
        let state = gateway.state(server).filter(|state| *state != State::Up)?;
        Some((server.to_string(), state.as_str().into()))
    });
    let states: Map<_, _> = states.collect();
    (!states.is_empty()).then(|| Map::from_iter([(STATE.to_owned(), states.into())]))
}

/// Whether a caller sees a tool: its team does, and the policy has nothing against it.
pub(crate) fn sees(granted: Option<&Granted>, tool: &RemoteTool) -> bool {
    granted.is_none_or(|granted| granted.denied_remote(tool).is_none())
}

/// As [`sees`], of a prompt or a resource.
pub(crate) fn sees_item(granted: Option<&Granted>, kind: ItemKind, item: &RemoteItem) -> bool {
    granted.is_none_or(|granted| granted.allows_remote(kind, item))
}

pub(crate) async fn call(
    app: &App,
    gateway: &Gateway,
    call: &Call<'_>,
    tool: &RemoteTool,
    arguments: &Value,
    deadline: Deadline,
) -> Result<Answered, ToolError> {
    let started = Instant::now();
    let arguments = arguments::of(call.incoming.written.as_ref(), arguments, tool)?;
    let mut more = relay::resumed(call.talk);
    for _ in 0..MAX_ROUNDS {
        let of = (gateway, &*tool.upstream);
        let span = Span::begin(app, call.incoming, of, "tools/call", Some(&tool.own_name));
        let (steps, told_steps) = mpsc::channel(MAX_UNHEARD);
        let (questions, asked_questions) = mpsc::channel(MAX_UNHEARD);
        let asked = Asked {
            deadline: before(deadline),
            listener: Listener {
                steps: call.talk.takes_progress().then_some(steps),
                questions: tool.relays.then_some(questions),
                capabilities: relay::capabilities(call.talk, tool.relays),
            },
            ..asked(app, call.incoming, &span)
        };
        let called = gateway.call(tool, &arguments, more, asked);
        let answered = heard(called, told_steps, asked_questions, call.talk, tool).await?;
        span.end(&answered);
        if matches!(answered, Err(Fault::Asks)) {
            return Err(relay::not_relayed(tool.name.as_str(), &tool.upstream));
        }
        if let Err(Fault::Rpc(error)) = &answered
            && let Some(missing) = relay::missing(error)
        {
            return Err(match tool.relays {
                true => ToolError::MissingCapability(missing),
                false => relay::not_relayed(tool.name.as_str(), &tool.upstream),
            });
        }
        match answered
            .as_ref()
            .ok()
            .and_then(|result| Required::read(result))
        {
            None => return told(app, call.incoming, &tool.upstream, started, answered),
            Some(_) if !tool.relays => {
                return Err(relay::not_relayed(tool.name.as_str(), &tool.upstream));
            }
            Some(required) => more = required.answered(call.talk).await?,
        }
    }
    Err(relay::without_end(tool.name.as_str()))
}

/// What went wrong on the way is ours to tell; an upstream's own error is its own.
fn told(
    app: &App,
    incoming: &Incoming,
    upstream: &str,
    started: Instant,
    answered: Answered,
) -> Result<Answered, ToolError> {
    let outcome = match &answered {
        Ok(_) | Err(Fault::Rpc(_)) => Outcome::Success,
        Err(_) => Outcome::Failure,
    };
    let (label, metrics) = (family(upstream), &app.services.metrics);
    metrics.vendor(label, outcome, started.elapsed());
    let answered = match answered {
        Ok(result) if result.get().len() > app.config.gateway.max_result_bytes => {
            Err(Fault::TooLarge(result.get().len() as u64))
        }
        answered => answered,
    };
    match answered {
        Ok(result) => {
            let result = without_meta(result, SERVER_INFO);
            Ok(Ok(with_its_own_links(app, incoming, upstream, result)))
        }
        Err(fault) if !matches!(fault, Fault::Rpc(_)) => Err(failed(app, upstream, &fault)),
        answered => Ok(answered),
    }
}

/// A result whose links lead to the upstream that gave it, for whoever has asked.
fn with_its_own_links(
    app: &App,
    incoming: &Incoming,
    upstream: &str,
    result: Box<RawValue>,
) -> Box<RawValue> {
    let listing = LazyCell::new(|| app.listing_of(incoming));
    relink(result, |uri| match listing.view.resource(uri) {
        Some(_) => Some(Items::qualified(upstream, uri)),
        None => listing.items.if_elsewhere(upstream, uri),
    })
}

/// What an envelope takes beside a result.
const OVERHEAD: u64 = 64 * 1024;

/// A little is left for the answer that names who was late.
fn before(deadline: Deadline) -> Deadline {
    const MOMENT: Duration = Duration::from_millis(100);
    let now = Instant::now();
    let left = deadline.remaining(now);
    deadline.at_most(now, left.saturating_sub(MOMENT).max(left / 2))
}

/// Tells the caller how far the upstream says it has come, to the last step, and asks what it asks.
async fn heard<T>(
    work: impl Future<Output = T>,
    mut steps: mpsc::Receiver<Step>,
    mut questions: mpsc::Receiver<Question>,
    talk: &dyn Talk,
    tool: &RemoteTool,
) -> Result<T, ToolError> {
    let mut work = std::pin::pin!(work);
    let mut asked = 0;
    let done = loop {
        tokio::select! {
            biased;
            Some(step) = steps.recv() => tell(talk, step).await,
            Some(question) = questions.recv() => {
                // The work goes on meanwhile: it may give up the question.
                let answered = relay::ask(talk, tool, question, asked);
                asked += 1;
                tokio::select! {
                    answered = answered => answered?,
                    done = &mut work => break done,
                }
            }
            done = &mut work => break done,
        }
    };
    while let Ok(step) = steps.try_recv() {
        tell(talk, step).await;
    }
    Ok(done)
}

async fn tell(talk: &dyn Talk, step: Step) {
    let message = step.message.unwrap_or_default();
    let total = step.total.unwrap_or_default();
    talk.progress(step.done, total, &message).await;
}

/// An upstream's failure, told so that a person knows which one it is and what to do.
pub(crate) fn failed(app: &App, upstream: &str, fault: &Fault) -> ToolError {
    let told = match fault {
        Fault::TooLarge(bytes) => {
            let limit = app.config.gateway.max_result_bytes;
            return ToolError::InvalidArguments(format!(
                "`{upstream}` answered with {bytes} bytes or more, and a result may have {limit}: ask for less, by narrower \
                 arguments or in pages"
            ));
        }
        Fault::LeftAlone { retry_in, after } => format!(
            "`{upstream}` is down: {after}. It is tried again in {} s",
            retry_in.as_secs().max(1)
        ),
        Fault::Busy | Fault::NoRoom => format!("`{upstream}` is busy: {fault}. Try again"),
        Fault::TimedOut => format!("`{upstream}` gave no answer in time"),
        Fault::Credentials(status) => format!(
            "`{upstream}` needs other credentials: it answered HTTP {status} to those we have"
        ),
        Fault::Login => format!(
            "`{upstream}` needs a person's login, which is not supported; use a token or client credentials"
        ),
        Fault::Unapproved(why) => format!("`{upstream}` is not started: {why}"),
        Fault::Unresolved(missing) => format!("`{upstream}` has no credentials: {missing}"),
        Fault::Status(_) if fault.is_of_the_call() => {
            format!("`{upstream}` refuses this call: {fault}")
        }
        fault => format!("`{upstream}` is down: {fault}"),
    };
    tracing::warn!(upstream, fault = fault.kind(), "an upstream failed");
    ToolError::Unavailable(told)
}

fn asked(app: &App, incoming: &Incoming, span: &Span) -> Asked {
    Asked {
        deadline: before(incoming.request.deadline),
        hops: incoming.hops.clone(),
        trace: span.trace(),
        listener: Listener::default(),
        max_bytes: app.config.gateway.max_result_bytes as u64 + OVERHEAD,
    }
}

/// A result in the words of the caller's revision: what only some of them have is added, or taken away.
pub(crate) fn for_handshake(result: Box<RawValue>) -> Box<RawValue> {
    const STRUCTURED: &str = "structuredContent";
    let may_be_newer = ["resultType", "ttlMs", STRUCTURED];
    if !may_be_newer.iter().any(|name| result.get().contains(name)) {
        return result;
    }
    let Some(mut members) = Members::of(&result) else {
        return result;
    };
    let all = members.0.len();
    members.0.retain(|(name, value)| match &**name {
        "resultType" | "ttlMs" | "cacheScope" => false,
        // Before 2026-07-28 it is an object, and clients refuse what is none; its text stays.
        STRUCTURED => value.starts_with('{'),
        _ => true,
    });
    match members.0.len() < all {
        true => members.write(),
        false => result,
    }
}

/// The members of a result beside `resultType` and `_meta`, which the caller's own revision writes; and its `_meta`.
///
/// A result needs its `main` member.
pub(crate) fn members(result: &RawValue, main: &str) -> (String, Option<Map<String, Value>>) {
    let nothing = || format!(r#""{main}":[]"#);
    let Some(mut members) = Members::of(result) else {
        return (nothing(), None);
    };
    let meta = members
        .get("_meta")
        .and_then(|meta| serde_json::from_str(meta).ok());
    for name in ["resultType", "ttlMs", "cacheScope", "_meta"] {
        members.remove(name);
    }
    let written = members.write();
    let inner = written.get().trim_start_matches('{');
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    match inner.is_empty() {
        true => (nothing(), meta),
        false => (inner.to_owned(), meta),
    }
}
