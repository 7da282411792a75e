//! What is due between calls.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use mesh_core::Deadline;
use tokio::time::sleep_until;

use super::Upstream;
use super::now::{MAX_FAILURES, Phase};
use crate::connection::Connection;
use crate::credential::Freshness;
use crate::entry::Transport;
use crate::fault::Fault;
use crate::heard::Heard;
use crate::hops::Hops;
use crate::wire::MAX_ENDING;

/// Lists that an upstream says nothing of are read anew after so long.
const DEFAULT_TTL: Duration = Duration::from_secs(300);
/// And no more often than this, whatever it says, and whether they could be read or not.
pub(super) const MIN_TTL: Duration = Duration::from_secs(30);

impl Upstream {
    /// What is due between calls: its changed lists are read, a process that nobody uses is ended, and one of which nothing
    /// was ever heard, of whose resources somebody wants to hear, or that was down over HTTP, is tried again.
    async fn tend(self: &Arc<Self>) {
        if let Some(connection) = self.take_unused() {
            let deadline = Deadline::after(Instant::now(), MAX_ENDING);
            connection.wire.end(deadline).await;
            return;
        }
        let deadline = Deadline::after(Instant::now(), self.entry.options.start_timeout);
        if let Some(connection) = self.due_for_a_look() {
            self.check_health(&connection).await;
        }
        let has_said_so = self.has_said_so();
        if let Some(connection) = self.up().filter(|_| has_said_so || self.is_stale()) {
            let before = self.heard();
            let heard = self.hear(&connection, &Hops::default(), deadline).await;
            if has_said_so {
                let is_same = before.is_some_and(|before| self.lists_the_same(&before));
                self.lock().debounce.heard(is_same, Instant::now());
            }
            if let Err(Fault::SessionGone | Fault::Credentials(_)) = heard {
                self.forget(&connection);
                self.lock().are_lists_due = true;
            }
        } else if self.is_due_to_be_opened() {
            // What goes wrong is kept for whoever asks.
            let _ = self
                .connection(&Hops::default(), deadline, Freshness::Anew)
                .await;
        }
    }

    /// What is due is done by one at a time, and by nobody who waits.
    pub(crate) fn tend_apart(self: &Arc<Self>) {
        if self.is_tended.swap(true, Ordering::AcqRel) {
            return;
        }
        let upstream = Arc::clone(self);
        tokio::spawn(async move {
            let tended = AssertUnwindSafe(upstream.tend()).catch_unwind().await;
            upstream.is_tended.store(false, Ordering::Release);
            // A panic was logged where it was.
            drop(tended);
        });
    }

    /// The connection of which nothing was heard for a while; from now on it was looked after.
    fn due_for_a_look(&self) -> Option<Arc<Connection>> {
        const EVERY: Duration = Duration::from_secs(30);
        let connection = self.up()?;
        let mut now = self.lock();
        let heard = now.last_success.and_then(|at| at.elapsed().ok());
        let looked = now.looked_at.map(|at| at.elapsed());
        let is_due = [heard, looked]
            .into_iter()
            .flatten()
            .all(|since| since >= EVERY);
        if !is_due {
            return None;
        }
        now.looked_at = Some(Instant::now());
        Some(connection)
    }

    /// Sees whether it still answers, so that people hear of it before a call does. One that has not for three times is given up.
    async fn check_health(&self, connection: &Arc<Connection>) {
        const TIMEOUT: Duration = Duration::from_secs(5);
        let Some(fault) = connection.probe(TIMEOUT).await else {
            self.lock().is_there();
            return;
        };
        // Busy is not dead: a call under way has a deadline of its own.
        if *self.calls.borrow() > 0 {
            return;
        }
        // It is left alone below, for what was last met.
        let last = self.last_fault().filter(Fault::is_the_upstreams);
        let fault = match fault {
            Fault::LeftAlone { .. } => last.unwrap_or(Fault::TimedOut),
            fault => fault,
        };
        self.note(connection, Some(&fault));
        if self.lock().failures >= MAX_FAILURES {
            self.forget(connection);
            connection
                .wire
                .end(Deadline::after(Instant::now(), MAX_ENDING))
                .await;
        }
    }

    /// Also where somebody wants to hear of its resources, and nobody would tell; and one over HTTP that was down, as people look
    /// whether it still is: to ask costs little, and a process would be started for it.
    fn is_due_to_be_opened(&self) -> bool {
        let is_up = self.up().is_some();
        let is_missed = self.wishes.are_any() && !is_up;
        let is_remote = matches!(self.entry.transport, Transport::Http(_));
        let now = self.lock();
        let was_down = is_remote && !is_up && now.failures > 0;
        let is_out = now.out_until.is_some_and(|until| Instant::now() < until);
        let has_failed_from_the_start = now.heard.is_none() && now.last_fault.is_some();
        (has_failed_from_the_start || now.are_lists_due || is_missed || was_down) && !is_out
    }

    fn up(&self) -> Option<Arc<Connection>> {
        match &self.lock().phase {
            Phase::Up(connection) if connection.wire.over().is_none() => {
                Some(Arc::clone(connection))
            }
            _ => None,
        }
    }

    /// The connection to a process that nobody has used for a while; from now on there is none.
    fn take_unused(&self) -> Option<Arc<Connection>> {
        let mut now = self.lock();
        let rests = now
            .used
            .is_none_or(|used| used.elapsed() > self.entry.options.idle);
        let rests = rests && *self.calls.borrow() == 0 && !self.wishes.are_any();
        match (&self.entry.transport, &now.phase) {
            (Transport::Stdio(_), Phase::Up(connection)) if rests => {
                let connection = Arc::clone(connection);
                now.phase = Phase::Idle;
                Some(connection)
            }
            _ => None,
        }
    }

    fn is_stale(&self) -> bool {
        let now = self.lock();
        let was_tried = now.lists_tried_at.map(|at| at.elapsed());
        if was_tried.is_some_and(|since| since < MIN_TTL) {
            return false;
        }
        let ttl = now
            .heard
            .as_ref()
            .and_then(|heard| heard.ttl)
            .unwrap_or(DEFAULT_TTL);
        now.heard_at.is_none_or(|at| at.elapsed() > ttl)
    }

    /// Waits until it says that its lists have changed, and is worth listening to.
    pub(crate) async fn says_that_it_changed(&self) {
        let mut changes = self.changes.subscribe();
        // The sender lives as long as we do.
        let _ = changes.wait_for(|changes| *changes > 0).await;
        let until = self.lock().debounce.until();
        sleep_until(until.into()).await;
    }

    fn lists_the_same(&self, before: &Heard) -> bool {
        self.heard().is_some_and(|heard| heard.is_the_same(before))
    }

    /// Whether it has said since this was last asked that its lists changed, and is worth listening to.
    fn has_said_so(&self) -> bool {
        if !self.lock().debounce.is_over(Instant::now()) {
            return false;
        }
        self.changes
            .send_if_modified(|changes| std::mem::take(changes) > 0)
    }
}
