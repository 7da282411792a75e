//! Which files of a folder are read, in an order that is the same on every machine.

mod ignored;
mod selection;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::{DirEntry, WalkBuilder};

use self::ignored::Ignored;
pub use self::selection::Selection;
use super::skip::{SkipReason, Skipped};

/// A file to be read.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// As given, joined with the path below it, with `/` on every system.
    pub path: String,
    pub file: PathBuf,
    pub metadata: Metadata,
}

#[derive(Debug, Default)]
pub struct Walked {
    pub files: Vec<FoundFile>,
    /// How many files of other kinds there are, which nobody expected to be read, by extension.
    pub other: BTreeMap<String, u64>,
    pub skipped: Vec<Skipped>,
}

/// Walks a folder, or takes the one file that `root` is.
///
/// `.gitignore` and hidden files are respected where people write files, not in mailboxes; none hides the root. `except` is left out: the
/// corpus itself may lie inside of what it is made from. A link is followed within the folder, never out of it: whoever may
/// write there could otherwise have any file of the machine read.
#[must_use]
pub fn walk(root: &Path, selection: Selection, except: &Path) -> Walked {
    let mut walked = Walked::default();
    let home = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let written_by_people = matches!(selection, Selection::Knowledge | Selection::Code);
    let ignored = written_by_people.then(|| Arc::new(Ignored::below(root, &home)));
    for entry in builder(root, &home, ignored.clone(), except).build() {
        match entry {
            Ok(entry) if is_outside(&home, entry.path()) => walked.outward(root, &entry),
            Ok(entry) => walked.entry(root, selection, &entry),
            Err(error) => walked.fault(root, &error),
        }
    }
    for (path, reason) in ignored.iter().flat_map(|ignored| ignored.unread()) {
        walked.skip(shown(root, &path), reason);
    }
    walked.files.sort_by(|one, other| one.path.cmp(&other.path));
    walked
}

fn builder(root: &Path, home: &Path, ignored: Option<Arc<Ignored>>, except: &Path) -> WalkBuilder {
    let except = except.canonicalize().ok();
    let home = home.to_owned();
    let mut builder = WalkBuilder::new(root);
    builder
        .standard_filters(false)
        .hidden(ignored.is_some())
        .follow_links(true)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(move |entry| {
            // A link out of the folder is named, what is below it isn't even looked at.
            let parent = entry.path().parent().filter(|_| entry.depth() > 1);
            if parent.is_some_and(|parent| is_outside(&home, parent)) {
                return false;
            }
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_hidden = |ignored: &Arc<Ignored>| ignored.hides(entry.path(), is_folder);
            if ignored.as_ref().is_some_and(is_hidden) {
                return false;
            }
            !is_folder || except.is_none() || entry.path().canonicalize().ok() != except
        });
    builder
}

/// What can't be resolved leads nowhere; the walk names it for what it is.
fn is_outside(home: &Path, path: &Path) -> bool {
    path.canonicalize()
        .is_ok_and(|target| !target.starts_with(home))
}

impl Walked {
    fn entry(&mut self, root: &Path, selection: Selection, entry: &DirEntry) {
        if entry.file_type().is_some_and(|kind| kind.is_dir()) {
            return;
        }
        let is_named = entry.depth() == 0;
        if !is_named && !selection.takes(entry.path()) {
            *self.other.entry(extension(entry.path())).or_default() += 1;
            return;
        }
        let path = shown(root, entry.path());
        match entry.path().metadata() {
            Ok(metadata) if metadata.is_file() => self.files.push(FoundFile {
                path,
                file: entry.path().to_owned(),
                metadata,
            }),
            Ok(_) => self.skip(path, SkipReason::NotRegular),
            Err(error) => self.skip(path, SkipReason::from(&error)),
        }
    }

    fn outward(&mut self, root: &Path, entry: &DirEntry) {
        self.skip(shown(root, entry.path()), SkipReason::OutwardSymlink);
    }

    fn fault(&mut self, root: &Path, error: &ignore::Error) {
        if let Some((path, reason)) = fault(error) {
            self.skip(shown(root, path), reason);
        }
    }

    fn skip(&mut self, path: String, reason: SkipReason) {
        self.skipped.push(Skipped { path, reason });
    }
}

/// Where the walk could not go, and why.
fn fault(error: &ignore::Error) -> Option<(&Path, SkipReason)> {
    match error {
        ignore::Error::Loop { child, .. } => Some((child, SkipReason::SymlinkLoop)),
        ignore::Error::WithDepth { err, .. } => fault(err),
        ignore::Error::WithPath { path, err } => match err.io_error() {
            Some(error) => Some((path, unreachable(path, error))),
            None => fault(err),
        },
        _ => None,
    }
}

fn unreachable(path: &Path, error: &io::Error) -> SkipReason {
    let is_link = path
        .symlink_metadata()
        .is_ok_and(|found| found.is_symlink());
    match error.kind() {
        io::ErrorKind::PermissionDenied => SkipReason::PermissionDenied,
        io::ErrorKind::NotFound if is_link => SkipReason::DanglingSymlink,
        _ if is_link => SkipReason::SymlinkLoop,
        _ => SkipReason::from(error),
    }
}

/// In lower case; empty where there is none.
fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_lowercase()
}

/// The path as records show it: `docs/a.md` for `docs`, `a.md` for `.`.
pub(crate) fn shown(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let whole = if below.as_os_str().is_empty() {
        root.to_owned()
    } else {
        root.join(below)
    };
    let parts = whole
        .components()
        .filter(|part| *part != std::path::Component::CurDir);
    let clean: PathBuf = parts.collect();
    let text = legible(clean.as_os_str());
    if std::path::MAIN_SEPARATOR == '/' {
        text
    } else {
        text.replace('\\', "/")
    }
}

/// A name of an older encoding, its other bytes by number: `caf%E9.md` and `caf%E8.md` are two files.
fn legible(name: &OsStr) -> String {
    let mut text = String::new();
    for part in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(part.valid());
        for byte in part.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_it_was_given() {
        let check = |root: &str, path: &str| shown(Path::new(root), Path::new(path));
        assert_eq!(check(".", "./a.md"), "a.md");
        assert_eq!(check("docs/", "docs/guide/a.md"), "docs/guide/a.md");
        assert_eq!(check("./docs", "./docs/a.md"), "docs/a.md");
        assert_eq!(check("/srv/docs", "/srv/docs/a.md"), "/srv/docs/a.md");
        assert_eq!(check("../a.md", "../a.md"), "../a.md");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_are_told_apart() {
        use std::os::unix::ffi::OsStrExt;

        let check = |name: &[u8]| {
            shown(
                Path::new("docs"),
                &Path::new("docs").join(OsStr::from_bytes(name)),
            )
        };
        assert_eq!(check(b"caf\xe9.md"), "docs/caf%E9.md");
        assert_eq!(check(b"caf\xe8.md"), "docs/caf%E8.md");
        assert_eq!(check("café 100%.md".as_bytes()), "docs/café 100%.md");
    }
}
