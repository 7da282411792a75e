use sha2::{Digest, Sha256};

use crate::retrieval::question::Question;

/// Which questions may be looked at while tuning, and which only to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    Development,
    HeldOut,
}

impl Half {
    pub(crate) const ALL: [Self; 2] = [Self::Development, Self::HeldOut];

    /// By a byte of the question's hash: the same for everybody, and no choice of ours.
    fn of(query: &str, byte: usize) -> Self {
        if Sha256::digest(query.as_bytes())[byte] % 2 == 0 {
            Self::Development
        } else {
            Self::HeldOut
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::HeldOut => "held out",
        }
    }

    /// The questions of this half, by that byte of their hashes.
    pub(crate) fn take(self, questions: &[Question], byte: usize) -> Vec<Question> {
        let mine = questions
            .iter()
            .filter(|question| Self::of(&question.text, byte) == self);
        mine.cloned().collect()
    }
}
