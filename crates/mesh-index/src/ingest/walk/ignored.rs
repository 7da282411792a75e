//! What `.ignore`, `.gitignore` and `.git/info/exclude` leave out.
//!
//! They are read here and not by the library that walks: it opens whatever has the name, a pipe or an endless device too,
//! and lets a file far above the folder that was named hide all of it.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::ingest::skip::{ByteSize, SkipReason};
use crate::regular::{self, Links};

/// A list of patterns that people keep is much shorter.
const MAX_RULES_FILE: ByteSize = ByteSize::mib(1);

/// The rules that hold in one folder that is walked.
#[derive(Debug)]
pub(super) struct Ignored {
    /// The folder, as it was named and without links.
    root: PathBuf,
    home: PathBuf,
    /// Of the folders above, up to the top of the repository; the nearest first.
    above: Vec<Arc<Rules>>,
    folders: Mutex<HashMap<PathBuf, Arc<Rules>>>,
    unread: Mutex<Vec<(PathBuf, SkipReason)>>,
}

/// The rules of one folder.
#[derive(Debug, Default)]
struct Rules {
    ignore: Option<Gitignore>,
    gitignore: Option<Gitignore>,
    exclude: Option<Gitignore>,
    /// What is above is of another repository.
    is_repository: bool,
}

impl Ignored {
    pub(super) fn below(root: &Path, home: &Path) -> Self {
        let mut ignored = Self {
            root: root.to_owned(),
            home: home.to_owned(),
            above: Vec::new(),
            folders: Mutex::default(),
            unread: Mutex::default(),
        };
        ignored.above = ignored.rules_above();
        ignored
    }

    /// Whether a file or folder below the root is left out. What it lies in is not.
    pub(super) fn hides(&self, path: &Path, is_folder: bool) -> bool {
        let path = self.without_links(path);
        let mut chain: Vec<Arc<Rules>> = path
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&self.home))
            .map(|folder| self.rules(folder))
            .collect();
        chain.extend(self.above.iter().cloned());
        let top = chain.iter().position(|rules| rules.is_repository);
        let repository = &chain[..top.map_or(chain.len(), |top| top + 1)];
        first(&chain, |rules| rules.ignore.as_ref(), &path, is_folder)
            .or_else(|| {
                first(
                    repository,
                    |rules| rules.gitignore.as_ref(),
                    &path,
                    is_folder,
                )
            })
            .or_else(|| first(repository, |rules| rules.exclude.as_ref(), &path, is_folder))
            .unwrap_or(false)
    }

    /// The files of rules that were not read, and why.
    pub(super) fn unread(&self) -> Vec<(PathBuf, SkipReason)> {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *unread)
    }

    /// What the repository says that the root lies in. A file that would hide the root is not heard: the root was named.
    fn rules_above(&self) -> Vec<Arc<Rules>> {
        let is_top = |folder: &&Path| folder.join(".git").exists();
        let folders: Vec<&Path> = self.home.ancestors().collect();
        let top = folders.iter().position(is_top).unwrap_or(0);
        folders[..=top]
            .iter()
            .skip(1)
            .map(|folder| Arc::new(self.read_rules(folder).not_hiding(&self.home)))
            .collect()
    }

    fn rules(&self, folder: &Path) -> Arc<Rules> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = folders.get(folder) {
            return Arc::clone(rules);
        }
        let rules = Arc::new(self.read_rules(folder));
        folders.insert(folder.to_owned(), Arc::clone(&rules));
        rules
    }

    fn read_rules(&self, folder: &Path) -> Rules {
        Rules {
            ignore: self.read(folder, ".ignore"),
            gitignore: self.read(folder, ".gitignore"),
            exclude: self.read(folder, ".git/info/exclude"),
            is_repository: folder.join(".git").exists(),
        }
    }

    fn read(&self, folder: &Path, name: &str) -> Option<Gitignore> {
        let file = folder.join(name);
        match text(&file) {
            Ok(text) => matcher(folder, &text?),
            Err(reason) => {
                let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
                unread.push((self.as_named(&file), reason));
                None
            }
        }
    }

    fn without_links(&self, path: &Path) -> PathBuf {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        self.home.join(below)
    }

    fn as_named(&self, path: &Path) -> PathBuf {
        let below = path.strip_prefix(&self.home);
        below.map_or_else(|_| path.to_owned(), |below| self.root.join(below))
    }
}

impl Rules {
    fn not_hiding(mut self, home: &Path) -> Self {
        for rules in [&mut self.ignore, &mut self.gitignore, &mut self.exclude] {
            let hides =
                |rules: &Gitignore| rules.matched_path_or_any_parents(home, true).is_ignore();
            rules.take_if(|rules| hides(rules));
        }
        self
    }
}

/// What the nearest rules say that say anything: whether the path is left out.
fn first<'a>(
    chain: &'a [Arc<Rules>],
    which: impl Fn(&'a Rules) -> Option<&'a Gitignore>,
    path: &Path,
    is_folder: bool,
) -> Option<bool> {
    let mut rules = chain.iter().filter_map(|rules| which(rules));
    rules.find_map(|rules| match rules.matched(path, is_folder) {
        Match::None => None,
        Match::Ignore(_) => Some(true),
        Match::Whitelist(_) => Some(false),
    })
}

/// `None` where there is no such file.
fn text(file: &Path) -> Result<Option<String>, SkipReason> {
    match regular::read(file, Links::Followed, MAX_RULES_FILE.0) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
            io::ErrorKind::FileTooLarge => Err(SkipReason::LargerThan(MAX_RULES_FILE)),
            _ if file.is_dir() => Ok(None),
            _ => Err(SkipReason::from(&error)),
        },
    }
}

/// A line that is no pattern is none for git either.
fn matcher(folder: &Path, text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.trim_start_matches('\u{feff}').lines() {
        let _malformed = builder.add_line(None, line);
    }
    builder.build().ok().filter(|rules| !rules.is_empty())
}
