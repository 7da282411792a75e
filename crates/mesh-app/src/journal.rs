//! What became of each request: one log line, and a span where somebody collects them.
//!
//! Writing takes longer than many an answer. Where a host says that it will do so, the lines wait until the answer is sent.

mod strangers;

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use http::{Method, StatusCode};
use mesh_core::{Caller, Outcome, ToolName, Trace, lock};

pub(crate) use strangers::Strangers;

/// A request that has ended: never a header, a body or an argument.
#[derive(Clone, Debug)]
pub struct RequestRecord {
    pub request_id: Arc<str>,
    /// Absent where the request was refused before anyone asked who sent it.
    pub caller: Option<Caller>,
    pub method: Method,
    pub path: String,
    /// The answer's status; none where the client left before there was one.
    pub status: Option<StatusCode>,
    /// One of the protocol's own; a client's invention is not repeated.
    pub mcp_method: Option<&'static str>,
    pub tool: Option<ToolName>,
    pub outcome: Option<Outcome>,
    pub failure: Option<&'static str>,
    pub ended: SystemTime,
    pub elapsed: Duration,
    pub trace: Option<Trace>,
    /// The id of the request's span, where one was made for what was asked of upstreams.
    pub span: Option<[u8; 8]>,
    /// What was asked of upstreams for it, where spans are collected.
    pub calls: Vec<UpstreamCall>,
}

/// What was asked of an upstream: never an argument, an address or a result.
#[derive(Clone, Debug)]
pub struct UpstreamCall {
    pub upstream: String,
    /// Asked over standard input and output, and not over HTTP.
    pub is_process: bool,
    pub method: &'static str,
    /// The tool or the prompt, by the upstream's own name.
    pub target: Option<String>,
    pub span: [u8; 8],
    pub ended: SystemTime,
    pub elapsed: Duration,
    /// The code of a JSON-RPC error, `tool_error`, or [`mesh_gateway::Fault::kind`].
    pub failure: Option<Cow<'static, str>>,
}

/// When a line is written, and whether its record is kept for [`Journal::take`].
#[derive(Debug, Default)]
pub enum Journal {
    /// A line is written as soon as its request has ended, and no record is kept.
    #[default]
    AtOnce,
    /// A line is written as soon as its request has ended, and its record is kept.
    AtOnceAndKept(Mutex<Vec<RequestRecord>>),
    /// No line is written here: whoever takes the records writes them.
    Later(Mutex<Vec<RequestRecord>>),
}

/// How many records are kept while nobody takes them; no more are kept then.
const MAX_KEPT: usize = 2048;

impl Journal {
    pub(crate) fn put(&self, record: RequestRecord) {
        let kept = match self {
            Self::AtOnce => return record.write(),
            Self::AtOnceAndKept(kept) => {
                record.write();
                kept
            }
            Self::Later(kept) => kept,
        };
        let mut kept = lock(kept);
        if kept.len() < MAX_KEPT {
            kept.push(record);
        }
    }

    /// What has ended since the last time; of requests at the same time, also those whose answers are still on their way.
    #[must_use]
    pub fn take(&self) -> Vec<RequestRecord> {
        match self {
            Self::AtOnce => Vec::new(),
            Self::AtOnceAndKept(kept) | Self::Later(kept) => std::mem::take(&mut *lock(kept)),
        }
    }
}

impl RequestRecord {
    pub fn write(&self) {
        tracing::info!(
            request_id = &*self.request_id,
            caller = self.caller.as_ref().map(Caller::id),
            method = self.method.as_str(),
            path = self.path,
            status = self.status.map(|status| status.as_u16()),
            mcp_method = self.mcp_method,
            tool = self.tool.as_ref().map(ToolName::as_str),
            outcome = self.outcome.map(name),
            failure = self.failure,
            duration_us = u64::try_from(self.elapsed.as_micros()).unwrap_or(u64::MAX),
            trace_id = self.trace.as_ref().map(Trace::id),
            "request"
        );
    }
}

pub(crate) const fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
    }
}
