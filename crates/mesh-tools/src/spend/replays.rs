//! Agents call again when an answer is late or lost. The same call of the same caller within ten minutes is not paid twice:
//! it has the first one's answer, or waits for it; where that has none and may have been charged, it is refused.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mesh_clients::elevenlabs::Spending;
use mesh_core::Caller;
use tokio::sync::watch;

use super::uncertain;
use crate::error::ToolError;
use crate::reply::{Block, Body, Content, Reply};

pub(super) const KEPT_FOR: Duration = Duration::from_secs(600);
const MAX_BYTES: usize = 32 * 1024 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Replays(Mutex<VecDeque<Slot>>);

/// What makes two calls the same: who calls which tool, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// [`Caller::id`]: a token that is renewed is the same caller's.
    pub(crate) caller: Box<str>,
    pub(crate) tool: &'static str,
    /// SHA-256 of the arguments.
    pub(crate) digest: [u8; 32],
}

#[derive(Debug)]
struct Slot {
    key: Key,
    state: State,
}

#[derive(Debug)]
enum State {
    Running(watch::Receiver<Outcome>),
    Done {
        reply: Arc<Reply>,
        bytes: usize,
        at: Instant,
    },
    /// It ended without an answer, and may have been charged.
    Uncertain {
        at: Instant,
    },
}

/// Of a call that has ended. An answer may be minutes of sound, and is shared with all that wait for it.
pub(super) type Outcome = Option<Result<Arc<Reply>, ToolError>>;

/// What a call meets.
pub(super) enum Turn<'r> {
    First(Paying<'r>),
    Again(Arc<Reply>),
    Join(watch::Receiver<Outcome>),
    Refused(ToolError),
}

/// The call that pays. Whoever waits for it hears how it ends, also where it is given up.
pub(super) struct Paying<'r> {
    replays: &'r Replays,
    key: Key,
    spending: Spending,
    tell: watch::Sender<Outcome>,
}

impl Replays {
    /// `fresh` pays again, unless the same is under way. `spending` is what the call is going to send.
    pub(super) fn turn(&self, key: Key, fresh: bool, spending: &Spending) -> Turn<'_> {
        let mut slots = self.lock();
        slots.retain(|slot| !slot.is_over());
        let known = slots.iter().position(|slot| slot.key == key);
        match known.map(|place| (place, &slots[place].state)) {
            Some((_, State::Running(running))) => return Turn::Join(running.clone()),
            Some((_, State::Done { reply, .. })) if !fresh => {
                return Turn::Again(Arc::clone(reply));
            }
            Some((_, State::Uncertain { .. })) if !fresh => {
                return Turn::Refused(uncertain::refused());
            }
            Some((place, State::Done { .. } | State::Uncertain { .. })) => {
                slots.remove(place);
            }
            None => {}
        }
        let (tell, running) = watch::channel(None);
        slots.push_back(Slot {
            key: key.clone(),
            state: State::Running(running),
        });
        Turn::First(Paying {
            replays: self,
            key,
            spending: spending.clone(),
            tell,
        })
    }

    /// Whether such a call would have an answer, or a refusal, of one before it.
    pub(super) fn knows(&self, key: &Key, fresh: bool) -> bool {
        let mut slots = self.lock();
        slots.retain(|slot| !slot.is_over());
        let known = slots.iter().find(|slot| slot.key == *key);
        known.is_some_and(|slot| !fresh || matches!(slot.state, State::Running(_)))
    }

    /// What an answer of this caller held under that address.
    pub(crate) fn content(&self, caller: &Caller, uri: &str) -> Option<Content> {
        let mut slots = self.lock();
        slots.retain(|slot| !slot.is_over());
        let own = slots.iter().filter(|slot| *slot.key.caller == *caller.id());
        let mut blocks = own.flat_map(|slot| match &slot.state {
            State::Done { reply, .. } => reply.blocks.as_slice(),
            State::Running(_) | State::Uncertain { .. } => &[],
        });
        blocks.find_map(|block| match block {
            Block::Resource(content) if content.uri == uri => Some(content.clone()),
            _ => None,
        })
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is remembered of a call that has ended.
    fn end(&self, key: &Key, state: Option<State>) {
        let mut slots = self.lock();
        slots.retain(|slot| slot.key != *key);
        let key = key.clone();
        slots.extend(state.map(|state| Slot { key, state }));
        while slots.iter().map(Slot::bytes).sum::<usize>() > MAX_BYTES {
            let Some(oldest) = slots.iter().position(|slot| slot.bytes() > 0) else {
                break;
            };
            slots.remove(oldest);
        }
    }
}

impl Slot {
    fn is_over(&self) -> bool {
        match &self.state {
            State::Running(_) => false,
            State::Done { at, .. } | State::Uncertain { at } => at.elapsed() >= KEPT_FOR,
        }
    }

    fn bytes(&self) -> usize {
        match &self.state {
            State::Running(_) | State::Uncertain { .. } => 0,
            State::Done { bytes, .. } => *bytes,
        }
    }
}

impl Paying<'_> {
    /// The outcome, once it is kept and told.
    pub(super) fn end(self, outcome: Result<Reply, ToolError>) -> Result<Arc<Reply>, ToolError> {
        let outcome = outcome.map(Arc::new);
        let state = match &outcome {
            Ok(reply) => Some(State::done(Arc::clone(reply))),
            Err(_) => self.uncertainty(),
        };
        self.replays.end(&self.key, state);
        self.tell.send_replace(Some(outcome.clone()));
        outcome
    }

    fn uncertainty(&self) -> Option<State> {
        let at = Instant::now();
        let may_have_charged = self.spending.may_have_charged();
        may_have_charged.then_some(State::Uncertain { at })
    }
}

impl State {
    fn done(reply: Arc<Reply>) -> Self {
        Self::Done {
            bytes: size(&reply),
            reply,
            at: Instant::now(),
        }
    }
}

impl Drop for Paying<'_> {
    fn drop(&mut self) {
        if self.tell.borrow().is_none() {
            self.replays.end(&self.key, self.uncertainty());
        }
    }
}

fn size(reply: &Reply) -> usize {
    let blocks = reply.blocks.iter().map(|block| match block {
        Block::Text(text) => text.len(),
        Block::Image { data, .. } | Block::Audio { data, .. } => data.len(),
        Block::Resource(content) => match &content.body {
            Body::Text(text) | Body::Blob(text) => text.len(),
        },
        Block::Link(link) => link.uri.len(),
    });
    blocks.sum::<usize>() + 1024
}

#[cfg(test)]
mod tests {
    use mesh_core::Subject;
    use serde_json::json;

    use super::*;

    fn key(tool: &'static str) -> Key {
        Key {
            caller: Caller::Local.id().into(),
            tool,
            digest: [0; 32],
        }
    }

    #[test]
    fn a_caller_whose_token_was_renewed_reads_its_own() {
        let bearer_of = |expiry: u64| {
            let claims = json!({"iss": "https://id", "sub": "ann", "exp": expiry});
            let subject = Subject::new(claims.as_object().cloned().expect("an object"));
            Caller::Subject(Arc::new(subject.expect("a subject")))
        };
        let replays = Replays::default();
        let key = |expiry| Key {
            caller: bearer_of(expiry).id().into(),
            ..key("a")
        };
        ended(first(&replays, key(1)), reply(10));
        let again = turn(&replays, key(2), false);
        assert!(matches!(again, Turn::Again(_)));
        assert!(replays.content(&bearer_of(2), "elevenlabs://10").is_some());
    }

    fn reply(bytes: usize) -> Reply {
        Reply {
            blocks: vec![Block::Resource(Content {
                uri: format!("elevenlabs://{bytes}"),
                media_type: "audio/mpeg".to_owned(),
                body: Body::Blob("A".repeat(bytes)),
            })],
            ..Reply::default()
        }
    }

    fn turn(replays: &Replays, key: Key, fresh: bool) -> Turn<'_> {
        replays.turn(key, fresh, &Spending::default())
    }

    fn first<'r>(replays: &'r Replays, key: Key) -> Paying<'r> {
        match turn(replays, key, false) {
            Turn::First(paying) => paying,
            _ => panic!("it is known"),
        }
    }

    fn ended(paying: Paying<'_>, reply: Reply) {
        paying.end(Ok(reply)).expect("it ended well");
    }

    #[tokio::test]
    async fn the_same_call_waits_and_then_has_the_first_one_s_answer() {
        let replays = Replays::default();
        let paying = first(&replays, key("speak"));
        let Turn::Join(mut running) = turn(&replays, key("speak"), true) else {
            panic!("it is paid twice");
        };
        ended(paying, reply(1));
        running.changed().await.expect("told");
        let joined = running.borrow().clone().expect("an outcome");
        assert_eq!(*joined.expect("an answer"), reply(1));
        assert!(
            matches!(turn(&replays, key("speak"), false), Turn::Again(again) if *again == reply(1))
        );
        assert!(matches!(turn(&replays, key("speak"), true), Turn::First(_)));
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_is_told_to_who_waits_and_is_not_kept() {
        let replays = Replays::default();
        let paying = first(&replays, key("speak"));
        let Turn::Join(mut running) = turn(&replays, key("speak"), false) else {
            panic!("it is paid twice");
        };
        drop(paying);
        running.changed().await.expect_err("nobody tells any more");
        drop(first(&replays, key("speak")));
    }

    #[test]
    fn the_oldest_answers_make_room_and_each_caller_reads_its_own() {
        let replays = Replays::default();
        let half = MAX_BYTES / 2;
        for (tool, bytes) in [("a", half - 1), ("b", half - 2), ("c", half - 3)] {
            ended(first(&replays, key(tool)), reply(bytes));
        }
        let has = |caller: &Caller, bytes: usize| {
            replays
                .content(caller, &format!("elevenlabs://{bytes}"))
                .is_some()
        };
        assert!(!has(&Caller::Local, half - 1));
        assert!(
            !has(&Caller::Local, half - 2),
            "the two of them have a little more"
        );
        assert!(has(&Caller::Local, half - 3));
        assert!(!has(&Caller::Bearer, half - 3));
    }
}
