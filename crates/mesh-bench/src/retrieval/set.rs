use std::path::Path;

use anyhow::Result;

use super::{archive, bookindex};
use crate::retrieval::half::Half;
use crate::retrieval::pages::{self, Page};
use crate::retrieval::question::Question;

/// Pages, and questions of which people said where the answer is.
#[derive(Clone, Debug)]
pub(crate) struct JudgedSet {
    pub(crate) name: &'static str,
    pub(crate) pages: Vec<Page>,
    pub(crate) questions: Vec<Question>,
    /// The byte of a question's hash that says in which half it is: the sets of `sets/` are themselves halves by the first.
    halved_by: usize,
}

impl JudgedSet {
    /// The name of the set whose questions are the entries of a book index.
    pub(crate) const MANUAL: &str = "book index";

    /// The book index of the manual in `folder`.
    pub(crate) fn of_manual(folder: &Path) -> Result<Self> {
        Ok(Self {
            name: Self::MANUAL,
            pages: pages::read(folder)?,
            questions: bookindex::read(folder)?,
            halved_by: 0,
        })
    }

    /// An archive of `sets/`, unpacked below `folder`.
    pub(crate) fn of_archive(name: &'static str, folder: &Path) -> Result<Self> {
        let (questions, pages) = archive::unpack(name, folder)?;
        Ok(Self {
            name,
            pages: pages::read(&pages)?,
            questions,
            halved_by: 1,
        })
    }

    pub(crate) fn half(&self, half: Half) -> Vec<Question> {
        half.take(&self.questions, self.halved_by)
    }
}
