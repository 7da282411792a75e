use std::path::{Path, PathBuf};

use super::known::known;
use super::plan::IndexError;
use crate::store::folder::remembered;
use crate::store::{Link, Source};

/// A source of a corpus, and what the corpus has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub source: Source,
    /// Where it was when it was named.
    pub root: PathBuf,
    /// Where people open what it holds.
    pub link: Option<Link>,
    /// Files, or commits where it is a repository.
    pub files: u64,
    pub passages: u64,
}

/// The sources of the corpus in `dir`; none where there is no corpus.
///
/// # Errors
/// Where the corpus cannot be read.
pub fn list(dir: &Path) -> Result<Vec<Listed>, IndexError> {
    let Some((header, manifest)) = remembered(dir)? else {
        return Ok(Vec::new());
    };
    let listed = header.sources.into_iter().map(|source| {
        let files = known(manifest.files(&source));
        Listed {
            root: header.roots.of(&source),
            link: header.links.of(&source).cloned(),
            files: files.len() as u64,
            passages: files.values().map(|file| file.passages).sum(),
            source,
        }
    });
    Ok(listed.collect())
}
