use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::Context as _;

/// The file, and whether its last line was cut short: by the end of a process, or of the room on the disk.
pub(super) fn open(path: &Path) -> anyhow::Result<(File, bool)> {
    let opened = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    let file = opened.with_context(|| format!("cannot write the audit to `{}`", path.display()))?;
    let is_torn = is_torn(path)
        .with_context(|| format!("cannot read the end of the audit in `{}`", path.display()))?;
    Ok((file, is_torn))
}

fn is_torn(path: &Path) -> io::Result<bool> {
    let about = path.metadata()?;
    // What is no file, such as a pipe, has no end to be read.
    if !about.is_file() || about.len() == 0 {
        return Ok(false);
    }
    let file = match File::open(path) {
        // Who may only write to it sees to its end.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(false),
        file => file?,
    };
    let mut last = [0];
    file.read_exact_at(&mut last, about.len() - 1)?;
    Ok(last != *b"\n")
}
