//! The three ways to speak to an upstream.

mod aside;
mod back_off;
mod child;
mod destination;
pub mod events;
mod headers;
mod lines;
mod sse;
mod stdio;
mod streamable;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use mesh_core::{Deadline, Trace};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::address::Address;
use crate::era::Era;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::inbox::{Inbox, Kept, Listener};
use crate::mirrored::Mirrored;

pub(crate) use back_off::BackOff;
pub(crate) use child::{Group, Launch, resident_bytes};
pub use child::{INHERITED, MAX_ENDING};
pub(crate) use headers::{Headers, Signature};

use self::sse::Sse;
use self::stdio::Stdio;
use self::streamable::Streamable;

/// A stream is read for as long as it lasts.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(366 * 24 * 3600);

/// A connection to an upstream.
#[derive(Debug)]
pub(crate) enum Wire {
    Stdio(Stdio),
    Streamable(Arc<Streamable>),
    Sse(Sse),
}

/// A member of the parameters of a request, as JSON.
pub(crate) type Param<'a> = (&'static str, Cow<'a, str>);

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) name: &'a str,
    /// Arguments that the tool wants to see in headers too.
    pub(crate) mirrored: &'a [Mirrored],
}

impl<'a> About<'a> {
    pub(crate) const fn named(name: &'a str) -> Self {
        Self {
            name,
            mirrored: &[],
        }
    }
}

/// A request to an upstream.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) params: &'a [Param<'a>],
    /// What 2026-07-28 repeats of it in headers.
    pub(crate) about: Option<About<'a>>,
    pub(crate) listener: &'a Listener,
    /// Where what is said of it is to be heard after its answer, too.
    pub(crate) kept: Option<&'a Kept>,
    /// The servers that it came through before us.
    pub(crate) hops: Hops,
    pub(crate) trace: Option<Trace>,
    pub(crate) era: Era,
    pub(crate) deadline: Deadline,
    /// The largest result that is of use.
    pub(crate) max_bytes: u64,
}

impl Request<'_> {
    /// Its parameters, with what `_meta` has to say of the request of that number.
    fn params_for(&self, id: u64) -> String {
        let mut meta = self.era.meta(&self.listener.capabilities);
        if self.listener.steps.is_some() {
            meta.insert("progressToken".to_owned(), id.into());
        }
        if let Some(trace) = &self.trace {
            meta.insert(
                "traceparent".to_owned(),
                trace.traceparent(trace.parent).into(),
            );
        }
        let mut params = String::from("{");
        for (name, value) in self.params {
            let _ = write!(params, r#""{name}":{value},"#);
        }
        match meta.is_empty() {
            true => {
                params.truncate(params.trim_end_matches(',').len());
                params.push('}');
            }
            false => {
                let _ = write!(params, r#""_meta":{}}}"#, Value::Object(meta));
            }
        }
        params
    }

    /// MCP, basic/utilities/cancellation: an opening is not taken back.
    fn can_be_cancelled(&self) -> bool {
        self.method != "initialize"
    }
}

impl Wire {
    /// Starts a process.
    ///
    /// # Errors
    /// [`Fault::Start`].
    pub(crate) fn start(launch: &Launch, inbox: Arc<Inbox>) -> Result<Self, Fault> {
        Stdio::start(launch, inbox).map(Self::Stdio)
    }

    /// Speaks Streamable HTTP; nothing is sent yet.
    pub(crate) fn streamable(address: Address, headers: Headers, inbox: Arc<Inbox>) -> Self {
        Self::Streamable(Arc::new(Streamable::new(address, headers, inbox)))
    }

    /// Opens the stream of HTTP+SSE.
    pub(crate) async fn sse(
        address: Address,
        headers: Headers,
        inbox: Arc<Inbox>,
        deadline: Deadline,
    ) -> Result<Self, Fault> {
        Sse::open(address, headers, inbox, deadline)
            .await
            .map(Self::Sse)
    }

    pub(crate) async fn request(&self, request: Request<'_>) -> Result<Box<RawValue>, Fault> {
        let result = match self {
            Self::Stdio(wire) => wire.request(request).await,
            Self::Streamable(wire) => wire.request(request).await,
            Self::Sse(wire) => wire.request(request).await,
        }?;
        // MCP 2025-11-25, schema, "Result".
        match result.get().starts_with('{') {
            true => Ok(result),
            false => Err(Fault::Garbage("its result is no object".to_owned())),
        }
    }

    pub(crate) async fn notify(&self, method: &str, deadline: Deadline) -> Result<(), Fault> {
        match self {
            Self::Stdio(wire) => wire.notify(method, deadline).await,
            Self::Streamable(wire) => wire.notify(method, deadline).await,
            Self::Sse(wire) => wire.notify(method, deadline).await,
        }
    }

    /// What is spoken from here on.
    pub(crate) fn agreed(&self, era: Era) {
        if let Self::Streamable(wire) = self {
            wire.agreed(era);
        }
    }

    /// Hears what an upstream over HTTP says without being asked; the other two are heard from the beginning.
    pub(crate) fn listen(&self, era: Era) {
        if let Self::Streamable(wire) = self {
            wire.start_listening(era);
        }
    }

    /// Why it can be used no more.
    pub(crate) fn over(&self) -> Option<Fault> {
        match self {
            Self::Stdio(wire) => wire.over(),
            Self::Streamable(_) => None,
            Self::Sse(wire) => wire.over(),
        }
    }

    /// What is shown to an upstream over HTTP.
    pub(crate) fn headers(&self) -> Option<&Headers> {
        match self {
            Self::Stdio(_) => None,
            Self::Streamable(wire) => Some(wire.headers()),
            Self::Sse(wire) => Some(wire.headers()),
        }
    }

    /// The last of what a process wrote to standard error.
    pub(crate) fn said(&self) -> Option<String> {
        match self {
            Self::Stdio(wire) => Some(wire.said()),
            Self::Streamable(_) | Self::Sse(_) => None,
        }
    }

    /// Lines of a process that were no messages.
    pub(crate) fn noise(&self) -> u64 {
        match self {
            Self::Stdio(wire) => wire.noise(),
            Self::Streamable(_) | Self::Sse(_) => 0,
        }
    }

    /// Of a process: the group that it leads.
    pub(crate) fn group(&self) -> Option<Group> {
        match self {
            Self::Stdio(wire) => wire.group(),
            Self::Streamable(_) | Self::Sse(_) => None,
        }
    }

    /// Ends a process, or a stream, at once.
    pub(crate) fn kill(&self) {
        match self {
            Self::Stdio(wire) => wire.kill(),
            Self::Sse(wire) => wire.end(),
            Self::Streamable(_) => {}
        }
    }

    /// Ends it: a process with all it has started, a session by saying so.
    pub(crate) async fn end(&self, deadline: Deadline) {
        match self {
            Self::Stdio(wire) => wire.end().await,
            Self::Streamable(wire) => wire.end(deadline).await,
            Self::Sse(wire) => wire.end(),
        }
    }
}
