//! Who may stay connected. Whoever connects is a stranger until a request of theirs is let in. Strangers have few places and
//! little time, and a new one takes the place of the oldest: however many stay, the next is served.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use mesh_core::lock;
use rustix::process::{Resource, getrlimit};
use tokio_util::sync::CancellationToken;

/// A stranger's request is let in within this time of connecting, or never.
const STRANGER_LIFETIME: Duration = Duration::from_secs(30);
/// A client that misspelled its token may try again; one that repeats it is cut off.
const MAX_REFUSALS: usize = 10;

const MAX_CALLERS: usize = 800;
const MAX_STRANGERS: usize = 200;
/// File descriptors for all that is no connection: the corpus, the log, connections of our own.
const OTHER_DESCRIPTORS: usize = 64;
/// One in so many is a stranger's, where descriptors are scarce.
const STRANGERS_SHARE: usize = 5;

/// Every open connection of a listener. Cloning shares them.
#[derive(Clone, Debug)]
pub(super) struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    max_callers: usize,
    max_strangers: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    callers: usize,
    /// Connections that have shown no caller yet, by a number that grows with each: the oldest comes first.
    strangers: BTreeMap<u64, CancellationToken>,
}

/// One connection's place, held until it closes. It stands in the extensions of each of its requests.
#[derive(Debug)]
pub(crate) struct Place {
    shared: Arc<Shared>,
    number: u64,
    /// Tells the connection to close.
    closing: CancellationToken,
    refusals: AtomicUsize,
}

impl Connections {
    /// As many as the process's file descriptors allow.
    pub(super) fn within_limits() -> Self {
        let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
        let room = descriptors
            .saturating_sub(OTHER_DESCRIPTORS)
            .max(STRANGERS_SHARE);
        let strangers = MAX_STRANGERS.min(room / STRANGERS_SHARE);
        Self::new(MAX_CALLERS.min(room - strangers), strangers)
    }

    fn new(max_callers: usize, max_strangers: usize) -> Self {
        Self(Arc::new(Shared {
            max_callers,
            max_strangers,
            open: Mutex::default(),
        }))
    }

    /// A place for who has just connected, if need be that of the oldest stranger.
    pub(super) fn admit(&self) -> Arc<Place> {
        let closing = CancellationToken::new();
        let mut open = self.0.lock();
        if open.strangers.len() >= self.0.max_strangers {
            open.close_oldest_stranger();
        }
        let number = open.next;
        open.next += 1;
        open.strangers.insert(number, closing.clone());
        Arc::new(Place {
            shared: Arc::clone(&self.0),
            number,
            closing,
            refusals: AtomicUsize::new(0),
        })
    }

    /// Frees a file descriptor, if a stranger has one.
    pub(super) fn close_oldest_stranger(&self) {
        self.0.lock().close_oldest_stranger();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Open> {
        lock(&self.open)
    }
}

impl Open {
    fn close_oldest_stranger(&mut self) {
        if let Some((_, closing)) = self.strangers.pop_first() {
            closing.cancel();
        }
    }
}

impl Place {
    /// A request was let in: the connection may stay, as long as there is room for callers.
    pub(crate) fn let_in(&self) {
        let mut open = self.shared.lock();
        if open.callers < self.shared.max_callers && open.strangers.remove(&self.number).is_some() {
            open.callers += 1;
        }
    }

    /// Notes that a request was refused; whether it was one too many.
    pub(crate) fn refuse(&self) -> bool {
        self.refusals.fetch_add(1, Ordering::Relaxed) + 1 >= MAX_REFUSALS
    }

    /// Ends when the connection has to close.
    pub(super) async fn closing(&self) {
        let lifetime = async {
            tokio::time::sleep(STRANGER_LIFETIME).await;
            if !self.shared.lock().strangers.contains_key(&self.number) {
                std::future::pending().await
            }
        };
        tokio::select! {
            () = self.closing.cancelled() => {}
            () = lifetime => {}
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.shared.lock();
        // Neither a stranger nor told to close: a caller.
        if open.strangers.remove(&self.number).is_none() && !self.closing.is_cancelled() {
            open.callers -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn is_closing(place: &Place) -> bool {
        place.closing().now_or_never().is_some()
    }

    #[tokio::test]
    async fn a_new_stranger_takes_the_place_of_the_oldest_and_of_no_caller() {
        let connections = Connections::new(10, 2);
        let caller = connections.admit();
        caller.let_in();
        let strangers = [connections.admit(), connections.admit()];
        assert!(!is_closing(&strangers[0]));
        let newest = connections.admit();
        let closing =
            [&caller, &strangers[0], &strangers[1], &newest].map(|place| is_closing(place));
        assert_eq!(closing, [false, true, false, false]);
    }

    #[tokio::test]
    async fn a_caller_without_room_stays_a_stranger_until_one_leaves() {
        let connections = Connections::new(1, 1);
        let first = connections.admit();
        first.let_in();
        let second = connections.admit();
        second.let_in();
        drop(connections.admit());
        assert!(is_closing(&second));
        drop(first);
        let third = connections.admit();
        third.let_in();
        drop(connections.admit());
        assert!(!is_closing(&third));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stranger_s_time_is_bounded_and_a_caller_s_is_not() {
        let connections = Connections::new(1, 2);
        let (stranger, caller) = (connections.admit(), connections.admit());
        caller.let_in();
        stranger.closing().await;
        let stays = tokio::time::timeout(STRANGER_LIFETIME * 10, caller.closing());
        stays.await.expect_err("it may stay");
    }

    #[tokio::test]
    async fn a_place_that_is_given_up_is_free_again() {
        let connections = Connections::new(1, 1);
        for _ in 0..3 {
            let place = connections.admit();
            place.let_in();
            drop(place);
            drop(connections.admit());
        }
        let open = connections.0.lock();
        assert_eq!((open.callers, open.strangers.len()), (0, 0));
    }
}
