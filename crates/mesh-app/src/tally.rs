use std::sync::{Arc, Mutex, MutexGuard};

use mesh_core::{Caller, Outcome, ToolName, Trace, lock};

use crate::journal::UpstreamCall;
use crate::otlp::{begin, random};

/// What became of one HTTP request, noted down by whoever knows and read once for its log line.
///
/// The SDK runs a request on a task of its own, so the note travels in the request's extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Arc<Mutex<Note>>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Note {
    /// Absent where the request was refused before anyone asked who sent it.
    pub(crate) caller: Option<Caller>,
    /// What it asks for is looked at: whoever sent it has shown what lets them in, or needs nothing, and there is a policy.
    pub(crate) is_let_in: bool,
    /// Nobody could find out whether it is let in, or what it may use. Failing is ours then, and not a stranger's.
    pub(crate) is_undecided: bool,
    /// The MCP method, where it is one there is; of a batch the last.
    pub(crate) method: Option<&'static str>,
    /// The trace the message itself names.
    pub(crate) trace: Option<Trace>,
    /// Its own span, once something is asked of others within it.
    pub(crate) span: Option<RequestSpan>,
    pub(crate) calls: Vec<UpstreamCall>,
    /// The last tool called, where there was one.
    pub(crate) tool: Option<ToolName>,
    /// Failure wins: a batch with one failure has failed.
    pub(crate) outcome: Option<Outcome>,
    /// Of the failure: [`mesh_tools::ToolError::kind`], or a JSON-RPC error's.
    pub(crate) failure: Option<&'static str>,
    /// No HTTP request waits for it, or none any more, so it is read as soon as a call has ended.
    pub(crate) is_detached: bool,
}

/// The span of a request, and the trace that it is part of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestSpan {
    pub(crate) id: [u8; 8],
    pub(crate) trace: Trace,
}

impl Tally {
    /// For a call whose answer goes another way than its request's.
    pub(crate) fn detached() -> Self {
        let tally = Self::default();
        tally.note(|note| note.is_detached = true);
        tally
    }

    pub(crate) fn caller(&self, caller: Caller) {
        self.note(|note| note.caller = Some(caller));
    }

    pub(crate) fn let_in(&self) {
        self.note(|note| note.is_let_in = true);
    }

    pub(crate) fn undecided(&self) {
        self.note(|note| note.is_undecided = true);
    }

    pub(crate) fn message(&self, method: Option<&'static str>, trace: Option<Trace>) {
        self.note(|note| {
            note.method = method;
            note.trace = trace;
        });
    }

    /// The span of this request: one for all that is asked within it, of that trace or of one that begins here.
    pub(crate) fn span(&self, trace: Option<Trace>) -> Option<RequestSpan> {
        let span = RequestSpan {
            id: random()?,
            trace: trace.or_else(begin)?,
        };
        let mut one = span;
        self.note(|note| one = *note.span.get_or_insert(span));
        Some(one)
    }

    pub(crate) fn asked(&self, call: UpstreamCall) {
        /// One request asks others a few times.
        const MAX_CALLS: usize = 64;
        self.note(|note| {
            if note.calls.len() < MAX_CALLS {
                note.calls.push(call);
            }
        });
    }

    pub(crate) fn tool(&self, name: &ToolName) {
        self.note(|note| note.tool = Some(name.clone()));
    }

    pub(crate) fn success(&self) {
        self.note(|note| {
            note.outcome.get_or_insert(Outcome::Success);
        });
    }

    pub(crate) fn failure(&self, kind: &'static str) {
        self.note(|note| {
            note.outcome = Some(Outcome::Failure);
            note.failure = Some(kind);
        });
    }

    /// The trace that its message names.
    pub(crate) fn trace(&self) -> Option<Trace> {
        self.lock().trace
    }

    pub(crate) fn is_detached(&self) -> bool {
        self.lock().is_detached
    }

    /// See [`Note::failure`].
    pub(crate) fn failed_with(&self) -> Option<&'static str> {
        self.lock().failure
    }

    /// All of it, when its HTTP request is over: a call that goes on is counted by itself.
    pub(crate) fn close(&self) -> Note {
        let mut note = self.lock();
        note.is_detached |= note.outcome.is_none();
        note.clone()
    }

    fn note(&self, write: impl FnOnce(&mut Note)) {
        write(&mut self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, Note> {
        lock(&self.0)
    }
}
