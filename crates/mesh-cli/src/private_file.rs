//! A file of secrets, which its owner alone reads, changed while a server may read it.

use std::fs::{File, Metadata, OpenOptions, Permissions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

const CLOSED: u32 = 0o600;

/// The file as it is while nobody else changes it. Whoever changed it while this waited has put another in its place.
pub(crate) fn locked(path: &Path) -> std::io::Result<(File, String)> {
    loop {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(CLOSED)
            .open(path)?;
        file.lock()?;
        if file.metadata()?.ino() == std::fs::metadata(path)?.ino() {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            return Ok((file, text));
        }
    }
}

/// Keeps all others out that ask for the same, until it goes.
#[derive(Debug)]
pub(crate) struct Hold {
    path: PathBuf,
    _file: File,
}

/// Held alone, by a lock on a file beside this one. Where somebody else holds it, `told` is called, and that one's end is
/// waited for.
pub(crate) fn hold(path: &Path, told: impl FnOnce()) -> std::io::Result<Hold> {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = beside(&path, ".lock");
    let mut told = Some(told);
    loop {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(CLOSED)
            .open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                if let Some(told) = told.take() {
                    told();
                }
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Whoever held it took the file away at its end.
        let is_there =
            std::fs::metadata(&path).is_ok_and(|there| Some(there.ino()) == inode(&file));
        if is_there {
            return Ok(Hold { path, _file: file });
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // One that stays is held by nobody, and taken by the next.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn inode(file: &File) -> Option<u64> {
    file.metadata().ok().map(|file| file.ino())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Whole or not at all: a server may read it at any moment, and as the one it was.
pub(crate) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = &std::fs::canonicalize(path)?;
    let before = std::fs::metadata(path)?;
    put(path, text, &before, before.permissions())
}

/// The same for what nobody but this command reads: for its owner alone, whoever could read the one before.
pub(crate) fn replace_closed(path: &Path, text: &str) -> std::io::Result<()> {
    let path = &std::fs::canonicalize(path)?;
    let before = std::fs::metadata(path)?;
    put(path, text, &before, Permissions::from_mode(CLOSED))
}

fn put(
    path: &Path,
    text: &str,
    before: &Metadata,
    permissions: Permissions,
) -> std::io::Result<()> {
    let beside = beside(path, ".new");
    // What an interrupted run has left.
    let _ = std::fs::remove_file(&beside);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(CLOSED)
        .open(&beside)?;
    file.write_all(text.as_bytes())?;
    // Only who may give files away can keep another's: the server's own user is to run this otherwise.
    let _ = std::os::unix::fs::fchown(&file, Some(before.uid()), Some(before.gid()));
    file.set_permissions(permissions)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
