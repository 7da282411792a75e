use std::path::Path;

use anyhow::Result;

use crate::half::Half;
use crate::pages::{self, Page};
use crate::question::Question;
use crate::{archive, bookindex};

/// Pages, and questions of which people said where the answer is.
#[derive(Clone, Debug)]
pub struct JudgedSet {
    pub name: &'static str,
    pub pages: Vec<Page>,
    pub questions: Vec<Question>,
    /// The byte of a question's hash that says in which half it is.
    halved_by: usize,
}

impl JudgedSet {
    /// The name of the set whose questions are the entries of a book index.
    pub const MANUAL: &str = "book index";

    /// The book index of the manual in `folder`.
    pub fn of_manual(folder: &Path) -> Result<Self> {
        Ok(Self {
            name: Self::MANUAL,
            pages: pages::read(folder)?,
            questions: bookindex::read(folder)?,
            halved_by: 0,
        })
    }

    /// An archive of `sets/`, unpacked below `folder`.
    pub fn of_archive(name: &'static str, folder: &Path) -> Result<Self> {
        let (questions, pages) = archive::unpack(name, folder)?;
        Ok(Self {
            name,
            pages: pages::read(&pages)?,
            questions,
            halved_by: 1,
        })
    }

    #[must_use]
    pub fn half(&self, half: Half) -> Vec<Question> {
        let mine = self
            .questions
            .iter()
            .filter(|question| Half::by_byte(&question.text, self.halved_by) == half);
        mine.cloned().collect()
    }
}
