use std::path::Path;

use anyhow::Result;

use crate::pages::{self, Page};
use crate::question::Question;
use crate::{archive, bookindex};

/// Pages, and questions of which people said where the answer is.
#[derive(Clone, Debug)]
pub struct JudgedSet {
    pub name: &'static str,
    pub pages: Vec<Page>,
    pub questions: Vec<Question>,
}

impl JudgedSet {
    /// The book index of the manual in `folder`.
    pub fn of_manual(folder: &Path) -> Result<Self> {
        Ok(Self {
            name: "book index",
            pages: pages::read(folder)?,
            questions: bookindex::read(folder)?,
        })
    }

    /// An archive of `sets/`, unpacked below `folder`.
    pub fn of_archive(name: &'static str, folder: &Path) -> Result<Self> {
        let (questions, pages) = archive::unpack(name, folder)?;
        Ok(Self {
            name,
            pages: pages::read(&pages)?,
            questions,
        })
    }
}
