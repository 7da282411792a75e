use std::io;
use std::process::ExitCode;

use mesh_app::config::Faults;

use crate::terminal;

/// How a command ended, for the script that called it. The numbers are part of the command line's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    /// `mesh call`: the tool answered that it could not do it.
    ToolFailed = 2,
    /// Done, but there is something to look at: files that `mesh index` could not read, warnings of `mesh verify`.
    Warned = 3,
    /// `EX_USAGE` of sysexits.
    Usage = 64,
    /// Asked to stop, and stopped: 128 and the signal's number, as shells have it.
    Interrupted = 130,
}

impl Exit {
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Why a command could not do its work, told to the person in whole sentences.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing was tried: the arguments or settings are wrong.
    Usage(Vec<String>),
    Failed(anyhow::Error),
    /// It was asked to stop; the sentence says what is left to do.
    Interrupted(&'static str),
}

impl Failure {
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::Usage(vec![sentence.into()])
    }

    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Usage(sentences) => {
                for sentence in sentences {
                    terminal::error(&sentence);
                }
                Exit::Usage.code()
            }
            Self::Failed(error) => {
                terminal::error(&format!("{error:#}"));
                Exit::Failed.code()
            }
            Self::Interrupted(sentence) => {
                terminal::note(sentence);
                Exit::Interrupted.code()
            }
        }
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Usage(faults.iter().map(ToString::to_string).collect())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.into())
    }
}
