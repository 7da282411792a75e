//! `mesh.lock`: how each upstream starts and what it offers, as people have approved it. It is kept in git and read in diffs.
//!
//! What cannot be read approves nothing: of one upstream, where it can be told whose it is, and else of all.

mod canonical;
mod diff;
mod file;
mod given;
mod item;
mod strict;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

pub use diff::{Change, What, diff};
pub use given::Given;
pub use item::{InvalidItem, Item};

pub use crate::heard::Kind;

use crate::entry::{Entry, Protocol, Transport};
use crate::replace::replace;
use crate::template::Template;

/// All that is approved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    upstreams: BTreeMap<String, Result<Locked, Broken>>,
}

/// What is approved of one upstream. That it is there is the approval to start it.
#[derive(Clone, Debug, PartialEq)]
pub struct Locked {
    pub start: Start,
    pub given: Given,
    pub tools: Vec<Item>,
    pub prompts: Vec<Item>,
    pub resources: Vec<Item>,
    pub templates: Vec<Item>,
}

/// How an upstream is reached: variables by their names, and never a value that a file has for `env` or a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    Stdio {
        command: String,
        args: Vec<String>,
        env: BTreeSet<String>,
        cwd: Option<String>,
    },
    Http {
        url: String,
        headers: BTreeSet<String>,
        protocol: Protocol,
    },
}

/// What stands in the lock of an upstream cannot be trusted: nothing of it is approved until it is approved anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "its part of the lock is broken: {0}: check what it offers, and run `mesh upstream approve`"
)]
pub struct Broken(pub(crate) String);

/// Why a text is no lock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no lock: {}; restore it from git, or delete it and run `mesh upstream approve --all`", .0.join("; "))]
pub struct LockFaults(pub Vec<String>);

impl Lock {
    /// # Errors
    /// What is wrong, where it cannot be told whose it is.
    pub fn parse(text: &str) -> Result<Self, LockFaults> {
        file::parse(text).map(|upstreams| Self { upstreams })
    }

    /// The lock of a file; where there is no file, nothing is approved yet.
    ///
    /// # Errors
    /// Where the file cannot be read; what is wrong with what is in it is the inner error.
    pub fn open(path: &Path) -> io::Result<Result<Self, LockFaults>> {
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ok(Self::default())),
            Err(error) => Err(error),
        }
    }

    /// As text, in an order that depends on nothing but what it holds.
    #[must_use]
    pub fn write(&self) -> String {
        file::write(&self.upstreams)
    }

    /// Writes it beside `path` first: whoever reads has the old one whole or the new one.
    ///
    /// # Errors
    /// Where the folder takes no file.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        save(path, &self.write())
    }

    /// `None` where nothing of it was ever approved.
    #[must_use]
    pub fn upstream(&self, name: &str) -> Option<Result<&Locked, &Broken>> {
        self.upstreams.get(name).map(Result::as_ref)
    }

    pub fn upstreams(&self) -> impl Iterator<Item = (&str, Result<&Locked, &Broken>)> {
        let upstreams = self.upstreams.iter();
        upstreams.map(|(name, locked)| (name.as_str(), locked.as_ref()))
    }

    /// Approves it, in place of all that was.
    pub fn approve(&mut self, name: &str, locked: Locked) {
        self.upstreams.insert(name.to_owned(), Ok(locked));
    }

    pub fn forget(&mut self, name: &str) {
        self.upstreams.remove(name);
    }
}

/// As [`Lock::save`], of a text at hand.
pub(crate) fn save(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    replace(path, text)
}

impl Locked {
    /// An upstream that may be started, and of which nothing is known yet.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self {
            start: Start::of(entry),
            given: Given::to(entry),
            tools: Vec::new(),
            prompts: Vec::new(),
            resources: Vec::new(),
            templates: Vec::new(),
        }
    }

    #[must_use]
    pub const fn items(&self, kind: Kind) -> &Vec<Item> {
        match kind {
            Kind::Tool => &self.tools,
            Kind::Prompt => &self.prompts,
            Kind::Resource => &self.resources,
            Kind::Template => &self.templates,
        }
    }

    /// Whether the entry is started as it is here, and given nothing else of ours.
    #[must_use]
    pub fn allows(&self, entry: &Entry) -> bool {
        self.start == Start::of(entry) && self.given == Given::to(entry)
    }

    pub(crate) const fn items_mut(&mut self, kind: Kind) -> &mut Vec<Item> {
        match kind {
            Kind::Tool => &mut self.tools,
            Kind::Prompt => &mut self.prompts,
            Kind::Resource => &mut self.resources,
            Kind::Template => &mut self.templates,
        }
    }
}

impl Start {
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let written = |template: &Template| template.as_written().to_owned();
        match &entry.transport {
            Transport::Stdio(command) => Self::Stdio {
                command: written(&command.program),
                args: command.args.iter().map(written).collect(),
                env: command.env.keys().cloned().collect(),
                cwd: command.cwd.as_ref().map(written),
            },
            Transport::Http(remote) => Self::Http {
                url: written(&remote.url),
                headers: remote.headers.keys().cloned().collect(),
                protocol: remote.protocol,
            },
        }
    }
}

#[cfg(test)]
mod tests;
