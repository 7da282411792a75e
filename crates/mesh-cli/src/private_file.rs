//! A file of secrets, which its owner alone reads, changed while a server may read it.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The file as it is while nobody else changes it. Whoever changed it while this waited has put another in its place.
pub(crate) fn locked(path: &Path) -> std::io::Result<(File, String)> {
    loop {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)?;
        file.lock()?;
        if file.metadata()?.ino() == std::fs::metadata(path)?.ino() {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            return Ok((file, text));
        }
    }
}

/// Whole or not at all: a server may read it at any moment, and as the one it was.
pub(crate) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = &std::fs::canonicalize(path)?;
    let before = std::fs::metadata(path)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // What an interrupted run has left.
    let _ = std::fs::remove_file(&beside);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(text.as_bytes())?;
    // Only who may give files away can keep another's: the server's own user is to run this otherwise.
    let _ = std::os::unix::fs::fchown(&file, Some(before.uid()), Some(before.gid()));
    file.set_permissions(before.permissions())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
