//! What became of each request, in one log line.
//!
//! Writing takes longer than many an answer. Where a host says that it will do so, the lines wait until the answer is sent.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use mesh_core::{Caller, Outcome, Trace};

/// A request that has ended: never a header, a body or an argument.
#[derive(Clone, Debug)]
pub struct Record {
    pub request_id: Arc<str>,
    /// Absent where the request was refused before anyone asked who sent it.
    pub caller: Option<Caller>,
    pub method: Method,
    pub path: String,
    /// None where the client left before there was one.
    pub status: Option<StatusCode>,
    pub tool: Option<&'static str>,
    pub outcome: Option<Outcome>,
    pub failure: Option<&'static str>,
    pub elapsed: Duration,
    pub trace: Option<Trace>,
}

/// When a line is written.
#[derive(Debug, Default)]
pub enum Journal {
    /// As soon as its request has ended.
    #[default]
    AtOnce,
    /// When the host says so: see [`Journal::take`].
    Later(Mutex<Vec<Record>>),
}

impl Journal {
    pub(crate) fn put(&self, record: Record) {
        match self {
            Self::AtOnce => record.write(),
            Self::Later(waiting) => waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(record),
        }
    }

    /// What has ended since the last time; of requests at the same time, also those whose answers are still on their way.
    #[must_use]
    pub fn take(&self) -> Vec<Record> {
        match self {
            Self::AtOnce => Vec::new(),
            Self::Later(waiting) => {
                std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

impl Record {
    pub fn write(&self) {
        tracing::info!(
            request_id = &*self.request_id,
            caller = self.caller.as_ref().map(Caller::id),
            method = self.method.as_str(),
            path = self.path,
            status = self.status.map(|status| status.as_u16()),
            tool = self.tool,
            outcome = self.outcome.map(name),
            failure = self.failure,
            duration_us = u64::try_from(self.elapsed.as_micros()).unwrap_or(u64::MAX),
            trace_id = self.trace.as_ref().map(Trace::id),
            "request"
        );
    }
}

const fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
    }
}
