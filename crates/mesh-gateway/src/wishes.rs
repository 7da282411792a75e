//! The resources of one upstream that somebody wants to hear of. They outlive its connections, and whatever else its entry says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use mesh_core::{Deadline, lock};
use tokio::sync::{broadcast, watch};
use tokio::time::timeout_at;

use crate::fault::Fault;

/// A bound against clients that subscribe without end.
const MAX: usize = 5_000;

/// A resource holds something else than before, by the upstream's own URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub upstream: Arc<str>,
    pub uri: String,
}

#[derive(Debug)]
pub(crate) struct Wishes {
    upstream: Arc<str>,
    by_uri: Mutex<BTreeMap<String, Wish>>,
    /// Counted up with each change of them.
    changed: watch::Sender<u64>,
    updates: broadcast::Sender<Update>,
}

#[derive(Debug)]
struct Wish {
    /// How many want to hear of it; of none, it has to be told that nobody does any more.
    count: usize,
    state: State,
    /// Since the upstream was told last, a session was gone in which it was to be.
    was_lost: bool,
}

#[derive(Clone, Debug)]
enum State {
    New,
    /// The upstream knows.
    Told,
    /// One that it replaces knew, or it may have said something that was not heard.
    Renewed,
    Refused(Fault),
}

/// What a wish needs of the upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Subscribe(String),
    Unsubscribe(String),
}

/// Somebody wants to hear of a resource, until this is dropped.
#[derive(Debug)]
pub struct Subscription {
    wishes: Arc<Wishes>,
    uri: String,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.wishes.leave(&self.uri);
    }
}

impl Wishes {
    pub(crate) fn new(upstream: &str, updates: broadcast::Sender<Update>) -> Self {
        Self {
            upstream: upstream.into(),
            by_uri: Mutex::default(),
            changed: watch::channel(0).0,
            updates,
        }
    }

    /// # Errors
    /// Where there is no room for another.
    pub(crate) fn join(self: &Arc<Self>, uri: &str) -> Result<Subscription, Fault> {
        {
            let mut by_uri = self.lock();
            if by_uri.len() >= MAX && !by_uri.contains_key(uri) {
                let told = format!("{MAX} of its resources are subscribed to, and no more can be");
                return Err(Fault::Refused(told));
            }
            let wish = by_uri.entry(uri.to_owned()).or_insert(Wish {
                count: 0,
                state: State::New,
                was_lost: false,
            });
            wish.count += 1;
            if matches!(wish.state, State::Refused(_)) {
                wish.state = State::New;
            }
        }
        self.has_changed();
        Ok(Subscription {
            wishes: Arc::clone(self),
            uri: uri.to_owned(),
        })
    }

    fn leave(&self, uri: &str) {
        {
            let mut by_uri = self.lock();
            let Some(wish) = by_uri.get_mut(uri) else {
                return;
            };
            wish.count -= 1;
            if wish.count == 0 && !matches!(wish.state, State::Told) {
                by_uri.remove(uri);
            }
        }
        self.has_changed();
    }

    /// Waits until the upstream knows of a wish.
    ///
    /// # Errors
    /// Where it refuses, or does not answer in time.
    pub(crate) async fn told(&self, uri: &str, deadline: Deadline) -> Result<(), Fault> {
        let mut changes = self.changed.subscribe();
        loop {
            changes.borrow_and_update();
            match self.lock().get(uri).map(|wish| wish.state.clone()) {
                Some(State::Told) => return Ok(()),
                Some(State::Refused(fault)) => return Err(fault),
                Some(State::New | State::Renewed) => {}
                None => return Err(Fault::TimedOut),
            }
            let changed = timeout_at(deadline.at().into(), changes.changed()).await;
            if !matches!(changed, Ok(Ok(()))) {
                return Err(Fault::TimedOut);
            }
        }
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn are_any(&self) -> bool {
        self.lock().values().any(|wish| wish.count > 0)
    }

    /// All that somebody wants to hear of.
    pub(crate) fn uris(&self) -> Vec<String> {
        let by_uri = self.lock();
        let wanted = by_uri.iter().filter(|(_, wish)| wish.count > 0);
        wanted.map(|(uri, _)| uri.clone()).collect()
    }

    /// What the upstream has to be told. Who nobody wants to hear of is forgotten.
    pub(crate) fn due(&self) -> Vec<Due> {
        let mut by_uri = self.lock();
        let mut due = Vec::new();
        by_uri.retain(|uri, wish| match (wish.count, &wish.state) {
            (0, State::Told) => {
                due.push(Due::Unsubscribe(uri.clone()));
                false
            }
            (0, _) => false,
            (_, State::New | State::Renewed) => {
                due.push(Due::Subscribe(uri.clone()));
                true
            }
            _ => true,
        });
        due
    }

    /// The upstream has taken it.
    pub(crate) fn is_told(&self, uri: &str) {
        self.settle(uri, State::Told);
    }

    /// The upstream refuses it, or gave no answer; one that it has told of before is asked for again then.
    pub(crate) fn is_refused(&self, uri: &str, fault: &Fault) {
        let is_renewed = |wish: &Wish| matches!(wish.state, State::Renewed);
        let was_told = self.lock().get(uri).is_some_and(is_renewed);
        if !was_told || matches!(fault, Fault::Rpc(_)) {
            self.settle(uri, State::Refused(fault.clone()));
        }
    }

    /// The session is gone in which the upstream was to be told. Says whether that is tried once more.
    pub(crate) fn is_lost(&self, uri: &str) -> bool {
        let mut by_uri = self.lock();
        let wish = by_uri.get_mut(uri);
        wish.is_some_and(|wish| !std::mem::replace(&mut wish.was_lost, true))
    }

    fn settle(&self, uri: &str, state: State) {
        let was_missed = {
            let mut by_uri = self.lock();
            let Some(wish) = by_uri.get_mut(uri) else {
                return;
            };
            let before = std::mem::replace(&mut wish.state, state);
            wish.was_lost = false;
            matches!((&before, &wish.state), (State::Renewed, State::Told))
        };
        if was_missed {
            self.send(uri);
        }
        self.has_changed();
    }

    /// Nothing of what the last connection was told holds any more.
    pub(crate) fn renew(&self) {
        {
            let mut by_uri = self.lock();
            by_uri.retain(|_, wish| wish.count > 0);
            for wish in by_uri.values_mut() {
                if !matches!(wish.state, State::New) {
                    wish.state = State::Renewed;
                }
            }
        }
        self.has_changed();
    }

    /// The upstream says that a resource, or one beneath it, holds something else.
    pub(crate) fn updated(&self, uri: &str) {
        let meant: Vec<String> = {
            let by_uri = self.lock();
            let meant = by_uri.keys().filter(|wished| is_within(uri, wished));
            meant.cloned().collect()
        };
        meant.iter().for_each(|wished| self.send(wished));
    }

    /// What it said for a while was not heard.
    pub(crate) fn has_missed_something(&self) {
        self.uris().iter().for_each(|uri| self.send(uri));
    }

    fn send(&self, uri: &str) {
        // Nobody listening is no fault.
        let _ = self.updates.send(Update {
            upstream: Arc::clone(&self.upstream),
            uri: uri.to_owned(),
        });
    }

    fn has_changed(&self) {
        self.changed.send_modify(|changed| *changed += 1);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Wish>> {
        lock(&self.by_uri)
    }
}

/// MCP, server/resources: what is told of may be beneath what was subscribed to.
fn is_within(uri: &str, wished: &str) -> bool {
    uri.strip_prefix(wished).is_some_and(|rest| {
        rest.is_empty() || wished.ends_with('/') || rest.starts_with(['/', '?', '#'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes() -> (Arc<Wishes>, broadcast::Receiver<Update>) {
        let (updates, heard) = broadcast::channel(16);
        (Arc::new(Wishes::new("lib", updates)), heard)
    }

    fn heard(updates: &mut broadcast::Receiver<Update>) -> Vec<String> {
        std::iter::from_fn(|| updates.try_recv().ok())
            .map(|update| update.uri)
            .collect()
    }

    #[test]
    fn an_upstream_is_told_once_of_what_several_want_to_hear_of() {
        let (wishes, _updates) = wishes();
        let one = wishes.join("a:x").expect("room");
        let two = wishes.join("a:x").expect("room");
        assert_eq!(wishes.due(), [Due::Subscribe("a:x".to_owned())]);
        wishes.is_told("a:x");
        assert_eq!(wishes.due(), []);
        drop(one);
        assert_eq!(wishes.due(), []);
        drop(two);
        assert_eq!(wishes.due(), [Due::Unsubscribe("a:x".to_owned())]);
        assert_eq!((wishes.due(), wishes.are_any()), (Vec::new(), false));
    }

    #[test]
    fn what_may_have_been_missed_is_told_when_it_is_renewed() {
        let (wishes, mut updates) = wishes();
        let _kept = wishes.join("a:x").expect("room");
        wishes.is_told("a:x");
        assert_eq!(heard(&mut updates), [""; 0]);
        wishes.renew();
        assert_eq!(wishes.due(), [Due::Subscribe("a:x".to_owned())]);
        wishes.is_told("a:x");
        assert_eq!(heard(&mut updates), ["a:x"]);
    }

    #[test]
    fn only_what_somebody_wants_to_hear_of_is_told() {
        let (wishes, mut updates) = wishes();
        let _file = wishes.join("file:///a").expect("room");
        for (uri, told) in [
            ("file:///a", true),
            ("file:///a/b", true),
            ("file:///a#1", true),
            ("file:///ab", false),
            ("file:///", false),
        ] {
            wishes.updated(uri);
            assert_eq!(heard(&mut updates).len(), usize::from(told), "{uri}");
        }
    }
}
