use std::collections::VecDeque;
use std::time::SystemTime;

use mesh_core::Datum;

/// A quarter of an hour: a service that is away for longer has told its own operators, and memory is for requests.
const MAX: usize = 15;

/// What was measured and is not yet sent, oldest first; each with the time it is to be sent under.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    drains: VecDeque<Drain>,
}

#[derive(Clone, Debug)]
pub(super) struct Drain {
    pub(super) at: SystemTime,
    pub(super) data: Vec<Datum>,
}

impl Backlog {
    /// Takes what was measured up to `at`. Beyond the bound the oldest is let go, and returned.
    pub(super) fn add(&mut self, at: SystemTime, data: Vec<Datum>) -> Option<Drain> {
        if data.is_empty() {
            return None;
        }
        self.drains.push_back(Drain { at, data });
        if self.drains.len() > MAX {
            return self.drains.pop_front();
        }
        None
    }

    pub(super) fn oldest(&self) -> Option<&Drain> {
        self.drains.front()
    }

    /// The oldest was sent.
    pub(super) fn sent(&mut self) {
        self.drains.pop_front();
    }
}
