use std::time::Instant;

use super::Upstream;
use super::now::Phase;
use crate::state::{State, Stats};

impl Upstream {
    pub(crate) fn state(&self) -> State {
        if self.awaits_approval().is_some() {
            return State::Unapproved;
        }
        let now = self.lock();
        match &now.phase {
            _ if now.is_out() => State::Down,
            Phase::Up(connection) if connection.wire.over().is_none() => State::Up,
            Phase::Starting(_) => State::Starting,
            _ if now.failures > 0 => State::Down,
            _ => State::Idle,
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        let state = self.state();
        let now = self.lock();
        let (revision, noise, said) = match &now.phase {
            Phase::Up(connection) => (
                connection.era.revision().map(str::to_owned),
                connection.wire.noise(),
                connection.wire.said(),
            ),
            _ => (None, 0, now.said.clone()),
        };
        Stats {
            name: self.entry.name.clone(),
            state,
            revision,
            noise,
            said: said.filter(|said| !said.trim().is_empty()),
            last_success: now.last_success,
            fault: (now.failures > 0).then(|| now.last_fault.clone()).flatten(),
            retry_in: now
                .out_until
                .and_then(|until| until.checked_duration_since(Instant::now())),
            counts: self.counts.read(),
        }
    }
}
