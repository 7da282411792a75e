use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use super::files::{check_folder, folder};
use crate::store::directory::{as_folder, folder_as};

/// Makes the folder where there is none, for those who may enter the corpus.
pub(super) fn prepare(corpus: &Path) -> io::Result<()> {
    match fs::create_dir(folder(corpus)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => check_folder(corpus)?,
    }
    folder_as(corpus, &folder(corpus))
}

/// Puts a file in the place of the one of that name, whole or not at all. Only for whoever holds the corpus's lock.
pub(super) fn replace(corpus: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let unfinished = folder(corpus).join(name).with_extension("new");
    let written = write_new(&unfinished, content)
        .and_then(|()| as_folder(corpus, &unfinished))
        .and_then(|()| fs::rename(&unfinished, folder(corpus).join(name)));
    if written.is_err() {
        // On a full disk the corpus needs its room.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// What a run left that was killed is removed, never written into: it may be a link by now.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = create_new(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(unix)]
fn create_new(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn create_new(path: &Path) -> io::Result<File> {
    File::create_new(path)
}
