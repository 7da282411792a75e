use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::knowledge::knowledge_answer::KnowledgeAnswer;

/// What people ask again, they ask soon; what a vendor holds may change.
const KEPT_FOR: Duration = Duration::from_secs(300);
const MAX_ANSWERS: usize = 64;

/// The last answers that a model has written, by everything they depend on.
#[derive(Debug, Default)]
pub(crate) struct AnswerCache(Mutex<VecDeque<Kept>>);

#[derive(Debug)]
struct Kept {
    key: String,
    answer: KnowledgeAnswer,
    at: Instant,
}

impl AnswerCache {
    /// The answer, and its age.
    pub(super) fn get(&self, key: &str, now: Instant) -> Option<(KnowledgeAnswer, Duration)> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|kept| now.saturating_duration_since(kept.at) < KEPT_FOR);
        let kept = answers.iter().find(|kept| kept.key == key)?;
        Some((kept.answer.clone(), now.saturating_duration_since(kept.at)))
    }

    pub(super) fn keep(&self, key: String, answer: KnowledgeAnswer, now: Instant) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|kept| kept.key != key);
        answers.truncate(MAX_ANSWERS - 1);
        answers.push_front(Kept {
            key,
            answer,
            at: now,
        });
    }
}
