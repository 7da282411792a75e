//! Why something was not read. A skipped file is named in the summary and never stops the run.

use std::borrow::Cow;
use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use crate::regular::is_irregular;

/// A file, message or repository that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub path: String,
    pub reason: SkipReason,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SkipReason {
    /// NUL bytes or many control characters near the beginning.
    Binary,
    LargerThan(ByteSize),
    SymlinkLoop,
    DanglingSymlink,
    /// What it leads to lies outside of the folder that was named.
    OutwardSymlink,
    PermissionDenied,
    /// A pipe, a socket or a device.
    NotRegular,
    EncryptedPdf,
    PdfWithoutText,
    BrokenPdf,
    BrokenGzip,
    /// Not the kind of document that its name says, a damaged one, or one locked with a password.
    Broken(Cow<'static, str>),
    TakesTooLong,
    /// More than its reader is given.
    TakesTooMuchMemory(ByteSize),
    /// Things within things, more than its reader can follow.
    NestedTooDeep,
    /// A small file that unpacks to far more text.
    GivesTooMuch,
    /// The process that read it was ended, and how.
    ReaderEnded(Cow<'static, str>),
    /// A ticket export we cannot tell from other CSV or JSON.
    NotTickets,
    /// A ticket export that breaks off or is malformed at the line.
    BrokenTickets {
        line: u64,
    },
    /// A ticket that has no key to be found by.
    NoIssueKey,
    /// A notebook, or a cell of one, is not as Jupyter writes it.
    BrokenNotebook,
    NotMail,
    NotRepository,
    /// The repository's objects cannot be read: a damaged clone.
    BrokenRepository,
    /// HEAD is neither the name of a branch nor a commit.
    BrokenHead,
    /// HEAD is a branch that has no commits.
    UnbornHead {
        branch: Cow<'static, str>,
        /// The whole name of a branch that has some.
        other: Option<Cow<'static, str>>,
    },
    /// Git keeps the references in a form that is not known here.
    RefStorage(Cow<'static, str>),
    /// A file of the repository is a pipe, a socket or a device.
    IrregularWithin(Cow<'static, str>),
    /// A remembered source that is not there now; what was read from it stays.
    Missing,
    /// A remembered source that is not there now, when the corpus is read anew without it.
    LeftOut,
    /// A source that gives nothing where it gave something, as a folder does that is not mounted; its content stays.
    Emptied,
    /// So much of a source is gone that it may be a mistake; its content stays.
    MostlyGone {
        gone: u64,
        of: u64,
    },
    /// A source that was read and says nothing.
    NothingInIt,
    /// A fault of ours: the reader of this format failed on it.
    ReaderFailed,
    /// What the system said.
    Io(Cow<'static, str>),
}

/// A size in bytes, shown in MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ByteSize(pub u64);

impl ByteSize {
    #[must_use]
    pub const fn mib(count: u64) -> Self {
        Self(count * 1024 * 1024)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= 1024 * 1024 => write!(f, "{} MiB", bytes / (1024 * 1024)),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary => f.write_str("binary"),
            Self::LargerThan(size) => write!(f, "larger than {size}"),
            Self::SymlinkLoop => f.write_str("symlink loop"),
            Self::DanglingSymlink => f.write_str("symlink to nothing"),
            Self::OutwardSymlink => f.write_str("symlink out of the folder"),
            Self::PermissionDenied => f.write_str("permission denied"),
            Self::NotRegular => f.write_str("not a regular file"),
            Self::EncryptedPdf => f.write_str("encrypted PDF"),
            Self::PdfWithoutText => f.write_str("PDF without text"),
            Self::BrokenPdf => f.write_str("broken PDF"),
            Self::BrokenGzip => f.write_str("broken gzip file"),
            Self::Broken(kind) => write!(f, "broken or encrypted {kind}"),
            Self::TakesTooLong => f.write_str("takes too long to read"),
            Self::TakesTooMuchMemory(size) => {
                write!(f, "takes more than {size} of memory to read")
            }
            Self::NestedTooDeep => f.write_str("nested too deep to read"),
            Self::GivesTooMuch => f.write_str("unpacks to too much text"),
            Self::ReaderEnded(how) => write!(f, "its reader was ended: {how}"),
            Self::NotTickets => f.write_str("not a ticket export"),
            Self::BrokenTickets { line } => write!(f, "ticket export broken at line {line}"),
            Self::NoIssueKey => f.write_str("no issue key"),
            Self::BrokenNotebook => f.write_str("not a valid notebook"),
            Self::NotMail => f.write_str("not a mail message"),
            Self::NotRepository => f.write_str("not a git repository"),
            Self::BrokenRepository => f.write_str("git objects missing or damaged"),
            Self::BrokenHead => f.write_str("its HEAD is neither a branch nor a commit"),
            Self::UnbornHead {
                branch,
                other: None,
            } => {
                write!(f, "its branch `{branch}` has no commits")
            }
            Self::UnbornHead {
                branch,
                other: Some(other),
            } => write!(
                f,
                "its branch `{branch}` has no commits, another has: `git symbolic-ref HEAD {other}`"
            ),
            Self::RefStorage(name) => write!(
                f,
                "references stored as `{name}` are not read: `git refs migrate --ref-format=files`"
            ),
            Self::IrregularWithin(name) => write!(f, "its `{name}` is not a regular file"),
            Self::Missing => f.write_str("missing now, its content is kept"),
            Self::LeftOut => f.write_str("missing now, what was read from it is left out"),
            Self::Emptied => f.write_str(
                "nothing in it now, its content is kept; `--accept-loss` with the source removes it",
            ),
            Self::MostlyGone { gone, of } => write!(
                f,
                "{gone} of {of} are gone now, all are kept; `--accept-loss` with the source removes them"
            ),
            Self::NothingInIt => f.write_str("nothing in it to read"),
            Self::ReaderFailed => f.write_str("its reader failed on it"),
            Self::Io(what) => f.write_str(what),
        }
    }
}

impl From<&io::Error> for SkipReason {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            _ if is_irregular(error) => Self::NotRegular,
            kind => Self::Io(kind.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_alone() {
        let shown = |reason: SkipReason| reason.to_string();
        assert_eq!(
            shown(SkipReason::LargerThan(ByteSize::mib(32))),
            "larger than 32 MiB"
        );
        assert_eq!(
            shown(SkipReason::BrokenTickets { line: 7 }),
            "ticket export broken at line 7"
        );
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(SkipReason::from(&denied), SkipReason::PermissionDenied);
    }
}
