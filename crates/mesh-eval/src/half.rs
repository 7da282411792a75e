use sha2::{Digest, Sha256};

use crate::question::Question;

/// Which questions may be looked at while tuning, and which only to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    Development,
    HeldOut,
}

impl Half {
    pub const ALL: [Self; 2] = [Self::Development, Self::HeldOut];

    /// By the question's hash: the same for everybody, and no choice of ours.
    #[must_use]
    pub fn of(query: &str) -> Self {
        Self::by_byte(query, 0)
    }

    /// As [`Self::of`], by another byte of the hash: the sets of `sets/` are themselves halves by the first.
    #[must_use]
    pub fn by_byte(query: &str, byte: usize) -> Self {
        if Sha256::digest(query.as_bytes())[byte] % 2 == 0 {
            Self::Development
        } else {
            Self::HeldOut
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::HeldOut => "held out",
        }
    }

    /// The questions of this half.
    #[must_use]
    pub fn take(self, questions: &[Question]) -> Vec<Question> {
        let mine = questions
            .iter()
            .filter(|question| Self::of(&question.text) == self);
        mine.cloned().collect()
    }
}
