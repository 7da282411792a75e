//! Git history: what is reachable from HEAD, each commit against its first parent, as `git show --stat -m --first-parent`.

mod changes;
mod encoding;
mod head;
mod hunks;
mod mailmap;
mod patch;
mod place;
mod reftable;

use std::collections::HashSet;
use std::path::Path;

use gix::{ObjectId, Repository};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use self::changes::Changes;
use self::encoding::CommitEncoding;
use self::mailmap::Mailmap;
use super::notes::{Notes, Place};
use super::skip::SkipReason;
use crate::record::Commit;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 3;

/// Larger blobs count as binary: a diff of them says nothing and takes long.
const LARGEST_BLOB: &str = "core.bigFileThreshold=8m";

/// Trees and blobs of neighbouring commits are mostly the same.
const CACHE_BYTES: usize = 32 * 1024 * 1024;

/// A repository that is read and never written; its configuration cannot make us run anything.
pub struct History {
    repository: Repository,
    differences: gix::diff::blob::Platform,
    name: String,
    people: Mailmap,
    /// Commits whose parents a shallow clone is without.
    cut_off: HashSet<ObjectId>,
    /// Made by `git clone --filter`: objects are missing by intention.
    is_partial: bool,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl History {
    /// Opens a bare repository, a work tree, or the one that a folder lies in.
    ///
    /// # Errors
    /// Where there is no repository, or one that cannot be read.
    pub fn open(path: &Path) -> Result<Self, SkipReason> {
        let top = place::find(path)?;
        let options = gix::open::Options::isolated().config_overrides([LARGEST_BLOB]);
        let mut repository =
            gix::open_opts(&top, options).map_err(|_| SkipReason::NotRepository)?;
        repository.object_cache_size(CACHE_BYTES);
        let differences = changes::differences(&repository).ok_or(SkipReason::BrokenRepository)?;
        Ok(Self {
            name: name(&top),
            people: Mailmap::of(&repository),
            cut_off: cut_off(&repository)?,
            is_partial: is_partial(&repository),
            repository,
            differences,
        })
    }

    /// The ids of all commits reachable from HEAD, in a fixed order.
    ///
    /// # Errors
    /// Where HEAD leads to no commit, or what is reachable from it cannot be read.
    pub fn commits(&self) -> Result<Vec<String>, SkipReason> {
        let head = head::tip(&self.repository)?;
        let broken = |_| SkipReason::BrokenRepository;
        let walk = self.repository.rev_walk([head]).all().map_err(broken)?;
        walk.map(|info| {
            info.map(|info| info.id.to_string())
                .map_err(|_| SkipReason::BrokenRepository)
        })
        .collect()
    }

    /// What a commit is read with: another one where it would be read in another way than before.
    pub(crate) fn fingerprint(&self, hash: &str) -> String {
        let mut fingerprint = VERSION.to_string();
        let id = ObjectId::from_hex(hash.as_bytes());
        if id.is_ok_and(|id| self.cut_off.contains(&id)) {
            fingerprint.push_str(" shallow");
        }
        if !self.people.version().is_empty() {
            fingerprint.push_str(" mailmap ");
            fingerprint.push_str(self.people.version());
        }
        fingerprint
    }

    /// One commit with what it changed.
    ///
    /// # Errors
    /// Where the commit, or what it changed, cannot be read.
    pub fn commit(&mut self, hash: &str, notes: &mut Notes) -> Result<Commit, SkipReason> {
        self.try_commit(hash, notes)
            .ok_or(SkipReason::BrokenRepository)
    }

    fn try_commit(&mut self, hash: &str, notes: &mut Notes) -> Option<Commit> {
        let id = ObjectId::from_hex(hash.as_bytes()).ok()?;
        let commit = self.repository.find_commit(id).ok()?;
        // Git shows a commit whose author it cannot read, too.
        let author = commit.author().unwrap_or_default();
        let label = commit.decode().ok()?.encoding;
        let encoding = CommitEncoding::of(label.map(AsRef::as_ref)).unwrap_or_else(|unknown| {
            notes.remark(Place::File, unknown.to_string(), short(hash));
            CommitEncoding::UTF_8
        });
        let changes = match changes::of(&commit, &mut self.differences) {
            Some(changes) => changes,
            None if self.is_partial => {
                let what = "changed files not known, this clone is without them";
                notes.remark(Place::File, what, short(hash));
                Changes::default()
            }
            None => return None,
        };
        if changes.is_uncounted {
            let what = "lines not counted, this clone is without the files";
            notes.remark(Place::File, what, short(hash));
        }
        let (author, email, date) = (
            encoding.decode(author.name),
            encoding.decode(author.email),
            author.time().map(date).unwrap_or_default(),
        );
        let (author, email) = self.people.resolve(author, email);
        Some(Commit {
            hash: hash.to_owned(),
            message: encoding.decode(commit.message_raw_sloppy()),
            author,
            email,
            date,
            repository: self.name.clone(),
            files_changed: changes.files,
            renames: changes.renames,
            additions: changes.additions,
            deletions: changes.deletions,
            patch: patch::joined(changes.patches),
        })
    }
}

fn cut_off(repository: &Repository) -> Result<HashSet<ObjectId>, SkipReason> {
    let commits = repository.shallow_commits();
    let commits = commits.map_err(|_| SkipReason::BrokenRepository)?;
    let ids = commits.iter().flat_map(|commits| commits.iter());
    Ok(ids.copied().collect())
}

fn is_partial(repository: &Repository) -> bool {
    let config = repository.config_snapshot();
    let mut remotes = config
        .plumbing()
        .sections_by_name("remote")
        .into_iter()
        .flatten();
    remotes.any(|remote| remote.value("promisor").is_some())
        || config.string("extensions.partialClone").is_some()
}

/// As much of a hash as tells commits apart.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// RFC 3339 with the author's offset; an absurd one counts as UTC, an absurd time as none.
fn date(time: gix::date::Time) -> String {
    let offset = Offset::from_seconds(time.offset).unwrap_or(Offset::UTC);
    Timestamp::from_second(time.seconds)
        .map(|at| at.to_zoned(TimeZone::fixed(offset)))
        .map(|at| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
        .unwrap_or_default()
}

/// The folder's name; a bare repository is known without `.git`.
fn name(top: &Path) -> String {
    let folder = if top.ends_with(".git") {
        top.parent().unwrap_or(top)
    } else {
        top
    };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".git").unwrap_or(&name).to_owned()
}
