//! Answers that a model has written, and those that one is writing: who asks the same meanwhile waits for that one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mesh_core::Deadline;
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout_at;

use crate::knowledge::knowledge_answer::KnowledgeAnswer;

/// What people ask again, they ask soon; what a vendor holds may change.
const KEPT_FOR: Duration = Duration::from_secs(300);
const MAX_ANSWERS: usize = 64;

/// By everything that an answer depends on, the last one asked for first.
#[derive(Debug, Default)]
pub(crate) struct AnswerCache(Mutex<VecDeque<(String, Slot)>>);

/// Locked for as long as the answer is being written.
type Slot = Arc<tokio::sync::Mutex<Option<Kept>>>;

#[derive(Debug)]
pub(super) struct Kept {
    /// None, where no model was needed: each who waits finds out alone, and none waits for another.
    answer: Option<KnowledgeAnswer>,
    at: Instant,
}

/// What a question meets.
pub(super) enum Turn {
    /// Somebody else's answer, with its age.
    Answered(Box<KnowledgeAnswer>),
    /// It is to be answered now. Others wait until this is let go.
    Writing(OwnedMutexGuard<Option<Kept>>),
    /// It is to be answered now, whatever others do: another is at it for longer than can be waited, or has nothing to share.
    Alone,
}

impl AnswerCache {
    pub(super) async fn turn(&self, key: String, deadline: Deadline) -> Turn {
        let now = Instant::now();
        let slot = self.slot(key, now);
        // The rest is enough for quotations, and often for a short text.
        let wait = deadline.at_most(now, deadline.remaining(now) * 3 / 4);
        let Ok(kept) = timeout_at(wait.at().into(), slot.lock_owned()).await else {
            return Turn::Alone;
        };
        let Some(Kept { answer, at }) = &*kept else {
            return Turn::Writing(kept);
        };
        let aged = |answer: &KnowledgeAnswer| Box::new(answer.clone().aged(at.elapsed()));
        answer
            .as_ref()
            .map_or(Turn::Alone, |answer| Turn::Answered(aged(answer)))
    }

    fn slot(&self, key: String, now: Instant) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|(_, slot)| is_of_use(slot, now));
        if let Some((_, slot)) = slots.iter().find(|(known, _)| *known == key) {
            return Arc::clone(slot);
        }
        slots.truncate(MAX_ANSWERS - 1);
        let slot = Slot::default();
        slots.push_front((key, Arc::clone(&slot)));
        slot
    }
}

/// Whether it holds an answer that may still be given, or somebody writes or waits.
fn is_of_use(slot: &Slot, now: Instant) -> bool {
    let is_awaited = Arc::strong_count(slot) > 1;
    slot.try_lock().map_or(true, |kept| match &*kept {
        None => is_awaited,
        Some(Kept { answer, at }) => {
            let is_fresh = now.saturating_duration_since(*at) < KEPT_FOR;
            is_fresh && answer.as_ref().is_some_and(KnowledgeAnswer::may_be_kept)
        }
    })
}

impl Kept {
    /// What is left for those who have waited, and for those who ask later where it may be kept. Nothing, where the model has
    /// failed: the next one asks it again.
    pub(super) fn of(answer: &KnowledgeAnswer) -> Option<Self> {
        let is_shared = answer.may_be_shared();
        (is_shared || !answer.is_written()).then(|| Self {
            answer: is_shared.then(|| answer.clone()),
            at: Instant::now(),
        })
    }
}
