use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::error::OpenDirectoryError;
use tantivy::schema::Schema;

use crate::store::Fields;
use crate::store::trouble::{Trouble, told};

/// Why a corpus can't be read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "there is no corpus in `{0}` yet; make one with `mesh index --corpus {0} --knowledge DOCS`"
    )]
    Missing(PathBuf),
    #[error("`{0}` holds something else than a corpus; name the folder given to `mesh index`")]
    NotACorpus(PathBuf),
    #[error(
        "the corpus in `{folder}` has format {found}, this program reads format {expected}; {}", anew(folder, *found, *expected)
    )]
    Incompatible {
        folder: PathBuf,
        found: u32,
        expected: u32,
    },
    #[error(transparent)]
    Broken(CorpusFault),
}

fn anew(folder: &Path, found: u32, expected: u32) -> String {
    if found > expected {
        return "use the version that made it, or a newer one".to_owned();
    }
    let folder = folder.display();
    format!("have its sources read anew with `mesh index --corpus {folder}`")
}

/// What keeps a corpus from being read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusFault {
    /// What is in the folder may well be sound.
    #[error("the corpus in `{folder}` can't be read: {why}")]
    Io {
        folder: PathBuf,
        why: std::io::Error,
    },
    #[error("the corpus is damaged; delete its folder and index again: {}", told(.0))]
    Damage(TantivyError),
}

impl CorpusFault {
    fn of(folder: &Path, error: TantivyError) -> Self {
        let why = match error.into() {
            Trouble::Io(why) => why,
            Trouble::Busy => std::io::ErrorKind::WouldBlock.into(),
            Trouble::Damage(error) => return Self::Damage(error),
        };
        Self::Io {
            folder: folder.to_owned(),
            why,
        }
    }
}

impl OpenError {
    pub(super) fn absent(folder: &Path) -> Self {
        let folder = folder.to_owned();
        match std::fs::read_dir(&folder).map(|mut entries| entries.next().is_none()) {
            Ok(true) => Self::Missing(folder),
            Ok(false) => Self::NotACorpus(folder),
            Err(why) if why.kind() == std::io::ErrorKind::PermissionDenied => {
                Self::Broken(CorpusFault::Io { folder, why })
            }
            Err(_) => Self::Missing(folder),
        }
    }

    /// An index without a commit of ours: the first run hasn't ended, or it is somebody else's.
    pub(super) fn unfinished(folder: &Path, schema: &Schema) -> Self {
        if *schema == Fields::define().0 {
            Self::Missing(folder.to_owned())
        } else {
            Self::NotACorpus(folder.to_owned())
        }
    }

    pub(super) fn of(folder: &Path, error: TantivyError) -> Self {
        match error {
            TantivyError::OpenDirectoryError(
                OpenDirectoryError::DoesNotExist(_) | OpenDirectoryError::NotADirectory(_),
            ) => Self::Missing(folder.to_owned()),
            other => Self::Broken(CorpusFault::of(folder, other)),
        }
    }
}
