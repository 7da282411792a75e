//! Opening what should be a file: a named pipe waits for a writer, and a device may never end. What was looked at before may
//! be another thing by the time it is opened, so that the open file itself is looked at.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// Something else than a regular file.
#[derive(Debug, thiserror::Error)]
#[error("not a regular file")]
struct Irregular;

/// Whether a link is followed to what it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Followed,
    Refused,
}

/// Opens a regular file to read it; anything else is an error, at once.
pub(crate) fn open(path: &Path, links: Links) -> io::Result<File> {
    let file = options(links).open(path).map_err(|error| {
        if links == Links::Refused && is_link(path) {
            return irregular();
        }
        error
    })?;
    // Where no flag of the system's does it.
    if !file.metadata()?.is_file() || links == Links::Refused && is_link(path) {
        return Err(irregular());
    }
    Ok(file)
}

/// A whole file of at most `most` bytes.
pub(crate) fn read(path: &Path, links: Links, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path, links)?;
    let length = file.metadata()?.len().min(most);
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(length).map_err(io::Error::other)?)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// Whether a file was not opened since it is something else.
#[cfg(feature = "ingest")]
pub(crate) fn is_irregular(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Irregular>())
}

fn irregular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, Irregular)
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|found| found.is_symlink())
}

#[cfg(unix)]
fn options(links: Links) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;

    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    if links == Links::Refused {
        flags |= OFlags::NOFOLLOW;
    }
    let flags = i32::try_from(flags.bits()).expect("the flags of a system are positive");
    let mut options = File::options();
    options.read(true).custom_flags(flags);
    options
}

#[cfg(not(unix))]
fn options(_: Links) -> OpenOptions {
    let mut options = File::options();
    options.read(true);
    options
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    fn refused(path: &Path, links: Links) -> bool {
        is_irregular(&open(path, links).expect_err("is no regular file"))
    }

    #[test]
    fn a_pipe_a_device_and_a_folder_are_refused_at_once() {
        let folder = TempDir::new().expect("makes a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("`mkfifo` starts").success());
        for path in [&pipe, Path::new("/dev/zero"), folder.path()] {
            assert!(refused(path, Links::Followed), "{}", path.display());
        }
    }

    #[test]
    fn a_link_is_followed_where_that_is_wanted_and_refused_where_not() {
        let folder = TempDir::new().expect("makes a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "text").expect("writes");
        symlink(&file, &link).expect("links");
        assert_eq!(read(&link, Links::Followed, 4).expect("reads"), b"text");
        assert!(refused(&link, Links::Refused));
        assert_eq!(read(&file, Links::Refused, 4).expect("reads"), b"text");
    }

    #[test]
    fn more_than_may_be_is_not_read() {
        let folder = TempDir::new().expect("makes a folder");
        let file = folder.path().join("file");
        fs::write(&file, "text").expect("writes");
        let error = read(&file, Links::Refused, 3).expect_err("is larger");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
