//! The files in a corpus's folder `vectors`. A corpus may have been copied from anywhere: no link in it is followed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::regular::{self, Links};

/// Ten times the published model.
const MAX_MODEL_BYTES: u64 = 256 * 1024 * 1024;

pub(super) fn folder(corpus: &Path) -> PathBuf {
    corpus.join("vectors")
}

pub(super) fn model_path(corpus: &Path) -> PathBuf {
    folder(corpus).join("model.bin")
}

pub(super) fn table_path(corpus: &Path) -> PathBuf {
    folder(corpus).join("passages.bin")
}

/// The model; `None` where there is none.
pub(super) fn read_model(corpus: &Path) -> io::Result<Option<Vec<u8>>> {
    found(
        check_folder(corpus)
            .and_then(|()| regular::read(&model_path(corpus), Links::Refused, MAX_MODEL_BYTES)),
    )
}

/// The table, to be read; `None` where there is none.
pub(super) fn open_table(corpus: &Path) -> io::Result<Option<fs::File>> {
    found(check_folder(corpus).and_then(|()| regular::open(&table_path(corpus), Links::Refused)))
}

pub(super) fn check_folder(corpus: &Path) -> io::Result<()> {
    if folder(corpus).symlink_metadata()?.is_dir() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::NotADirectory,
        "`vectors` is not a folder; delete it",
    ))
}

fn found<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
