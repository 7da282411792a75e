use std::io;
use std::sync::Arc;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

/// What tantivy's error asks of whoever runs the program.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The machine's: a full disk, no permission. What is in the folder is sound.
    Io(io::Error),
    /// Another run holds the lock.
    Busy,
    /// What is in the folder can't be read.
    Damage(TantivyError),
}

impl From<TantivyError> for Trouble {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Busy,
            TantivyError::IoError(ref why)
            | TantivyError::LockFailure(LockError::IoError(ref why), _)
            | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError {
                io_error: ref why,
                ..
            })
            | TantivyError::OpenReadError(OpenReadError::IoError {
                io_error: ref why, ..
            })
            | TantivyError::OpenWriteError(OpenWriteError::IoError {
                io_error: ref why, ..
            }) if !is_of_content(why) => Self::Io(io::Error::new(why.kind(), Arc::clone(why))),
            // The thread that writes has ended, for a reason that tantivy keeps to itself; nothing was read.
            TantivyError::ErrorInThread(why) | TantivyError::SystemError(why) => {
                Self::Io(io::Error::other(why))
            }
            other => Self::Damage(other),
        }
    }
}

/// What is damaged, for people: tantivy's own words have the names of its types in them.
pub(crate) fn told(error: &TantivyError) -> String {
    match error {
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
            format!("`{}` is missing", file.display())
        }
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => {
            format!("`{}`: {io_error}", filepath.display())
        }
        TantivyError::IoError(why) => why.to_string(),
        TantivyError::DataCorruption(what) => format!("{what:?}"),
        other => other.to_string(),
    }
}

/// The file could be read, and holds something else than it should.
fn is_of_content(why: &io::Error) -> bool {
    matches!(
        why.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: io::ErrorKind) -> Trouble {
        TantivyError::from(io::Error::from(kind)).into()
    }

    #[test]
    fn a_full_disk_is_no_damage() {
        let Trouble::Io(why) = of(io::ErrorKind::StorageFull) else {
            panic!("is the machine's");
        };
        assert_eq!(why.to_string(), "no storage space");
    }

    #[test]
    fn what_is_damaged_is_told_without_names_of_types() {
        let short = io::Error::new(io::ErrorKind::UnexpectedEof, "is cut short");
        let error = OpenReadError::wrap_io_error(short, "a.store".into());
        assert_eq!(told(&error.into()), "`a.store`: is cut short");
        let gone = OpenReadError::FileDoesNotExist("a.store".into());
        assert_eq!(told(&gone.into()), "`a.store` is missing");
    }

    #[test]
    fn a_lock_that_cannot_be_made_is_no_damage() {
        let why = LockError::wrap_io_error(io::ErrorKind::PermissionDenied.into());
        let trouble = Trouble::from(TantivyError::LockFailure(why, None));
        assert!(
            matches!(trouble, Trouble::Io(why) if why.kind() == io::ErrorKind::PermissionDenied)
        );
    }

    #[test]
    fn a_file_cut_short_is_damage() {
        assert!(matches!(
            of(io::ErrorKind::UnexpectedEof),
            Trouble::Damage(_)
        ));
    }
}
