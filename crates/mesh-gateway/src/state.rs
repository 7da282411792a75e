use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use mesh_core::lock;

use crate::fault::Fault;

/// How an upstream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A command that discovery found, and nobody has approved.
    Unapproved,
    /// Nothing needs it, or nothing has needed it yet.
    Idle,
    Starting,
    Up,
    /// What was last asked of it failed.
    Down,
}

impl State {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unapproved => "unapproved",
            Self::Idle => "idle",
            Self::Starting => "starting",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// What is known of an upstream.
#[derive(Clone, Debug)]
pub struct Stats {
    pub name: String,
    pub state: State,
    /// The MCP revision it speaks.
    pub revision: Option<String>,
    /// Lines of a process's output that were no messages.
    pub noise: u64,
    /// The last of what a process wrote to standard error.
    pub said: Option<String>,
    pub last_success: Option<SystemTime>,
    /// What is wrong, since when.
    pub fault: Option<(SystemTime, Fault)>,
    pub retry_in: Option<Duration>,
    pub counts: Counted,
}

/// Since the server started.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub calls: u64,
    pub starts: u64,
    pub errors: BTreeMap<&'static str, u64>,
    /// Of all calls together.
    pub taken: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Counted>);

impl Counts {
    pub(crate) fn call<T>(&self, result: &Result<T, Fault>, taken: Duration) {
        let mut counted = self.lock();
        counted.calls += 1;
        counted.taken += taken;
        if let Err(fault) = result {
            *counted.errors.entry(fault.kind()).or_default() += 1;
        }
    }

    pub(crate) fn start(&self) {
        self.lock().starts += 1;
    }

    pub(crate) fn read(&self) -> Counted {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counted> {
        lock(&self.0)
    }
}
