use std::path::PathBuf;

use tantivy::TantivyError;

use crate::record::Kind;
use crate::store::SourceKind;
use crate::store::trouble::{Trouble, told};

/// Why a corpus can't be written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("`{0}` is not empty and holds no corpus; name an empty or a new folder")]
    NotACorpus(PathBuf),
    #[error(
        "the corpus in `{folder}` has format {found}, this program writes format {expected}; index with the version that made it, or into another \
         folder"
    )]
    Incompatible {
        folder: PathBuf,
        found: u32,
        expected: u32,
    },
    #[error("another run is indexing into `{0}`; wait until it has ended")]
    Locked(PathBuf),
    #[error("a {kind} record can't come from a {source_kind} source")]
    WrongKind { kind: Kind, source_kind: SourceKind },
    #[error("the corpus in `{folder}` can't be read or written, it is as it was: {why}")]
    Io {
        folder: PathBuf,
        why: std::io::Error,
    },
    #[error("the corpus is damaged; delete its folder and index again: {}", told(.0))]
    Broken(TantivyError),
}

impl StoreError {
    pub(crate) fn of(folder: &std::path::Path, error: TantivyError) -> Self {
        match error.into() {
            Trouble::Busy => Self::Locked(folder.to_owned()),
            Trouble::Io(why) => Self::Io {
                folder: folder.to_owned(),
                why,
            },
            Trouble::Damage(error) => Self::Broken(error),
        }
    }
}
