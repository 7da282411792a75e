//! What is said beside requests: nobody waits to hear what became of it.

use std::time::{Duration, Instant};

use mesh_core::Deadline;
use mesh_http::Bounds;
use tokio::runtime::Handle;

use super::Request;
use crate::fault::Fault;
use crate::message;

/// Sends a message over HTTP whose fate changes nothing.
pub(super) fn aside<F>(send: impl FnOnce(Bounds) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    const TIMEOUT: Duration = Duration::from_secs(2);
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(send(Bounds {
            deadline: Deadline::after(Instant::now(), TIMEOUT),
            max_bytes: 64 * 1024,
        }));
    }
}

/// Takes a request back when nobody waits for it any more.
pub(super) struct Cancels<S: FnOnce(String)> {
    say: Option<S>,
    id: u64,
}

impl<S: FnOnce(String)> Cancels<S> {
    pub(super) fn new(request: &Request<'_>, id: u64, say: S) -> Self {
        Self {
            say: Some(say).filter(|_| request.can_be_cancelled()),
            id,
        }
    }

    /// An upstream that has answered, or is gone, has nothing to take back.
    pub(super) fn unless_late<T>(&mut self, answered: &Result<T, Fault>) {
        if !matches!(answered, Err(Fault::TimedOut)) {
            self.say = None;
        }
    }
}

impl<S: FnOnce(String)> Drop for Cancels<S> {
    fn drop(&mut self) {
        if let Some(say) = self.say.take() {
            say(message::cancelled(self.id));
        }
    }
}
