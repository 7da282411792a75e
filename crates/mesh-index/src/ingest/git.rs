//! Git history: what is reachable from HEAD, each commit against its first parent, as `git show --stat -m --first-parent`.

mod changes;

use std::path::Path;

use gix::bstr::ByteSlice;
use gix::{ObjectId, Repository};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::skip::SkipReason;
use crate::record::Commit;

/// Larger blobs count as binary: a diff of them says nothing and takes long.
const LARGEST_BLOB: &str = "core.bigFileThreshold=8m";

/// Trees and blobs of neighbouring commits are mostly the same.
const CACHE_BYTES: usize = 32 * 1024 * 1024;

/// A repository that is read and never written; its configuration cannot make us run anything.
pub struct History {
    repository: Repository,
    differences: gix::diff::blob::Platform,
    name: String,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl History {
    /// Opens a work tree or a bare repository.
    pub fn open(path: &Path) -> Result<Self, SkipReason> {
        let options = gix::open::Options::isolated().config_overrides([LARGEST_BLOB]);
        let mut repository =
            gix::open_opts(path, options).map_err(|_| SkipReason::NotRepository)?;
        repository.object_cache_size(CACHE_BYTES);
        let differences = repository
            .diff_resource_cache_for_tree_diff()
            .map_err(|_| SkipReason::BrokenRepository)?;
        Ok(Self {
            name: name(path),
            repository,
            differences,
        })
    }

    /// The ids of all commits reachable from HEAD, in a fixed order; none in a repository without commits.
    pub fn commits(&self) -> Result<Vec<String>, SkipReason> {
        let Ok(head) = self.repository.head_id() else {
            return Ok(Vec::new());
        };
        let broken = |_| SkipReason::BrokenRepository;
        let walk = self.repository.rev_walk([head]).all().map_err(broken)?;
        walk.map(|info| {
            info.map(|info| info.id.to_string())
                .map_err(|_| SkipReason::BrokenRepository)
        })
        .collect()
    }

    /// One commit with what it changed.
    pub fn commit(&mut self, hash: &str) -> Result<Commit, SkipReason> {
        self.try_commit(hash).ok_or(SkipReason::BrokenRepository)
    }

    fn try_commit(&mut self, hash: &str) -> Option<Commit> {
        let id = ObjectId::from_hex(hash.as_bytes()).ok()?;
        let commit = self.repository.find_commit(id).ok()?;
        let author = commit.author().ok()?;
        let changes = changes::of(&commit, &mut self.differences)?;
        Some(Commit {
            hash: hash.to_owned(),
            message: text(commit.message_raw_sloppy()),
            author: text(author.name),
            email: text(author.email),
            date: author.time().map(date).unwrap_or_default(),
            repository: self.name.clone(),
            files_changed: changes.files,
            additions: changes.additions,
            deletions: changes.deletions,
            patch: String::new(),
        })
    }
}

fn text(bytes: &gix::bstr::BStr) -> String {
    bytes.to_str_lossy().trim().to_owned()
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
fn name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let whole = if whole.ends_with(".git") {
        whole.parent().unwrap_or(&whole)
    } else {
        &whole
    };
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".git").unwrap_or(&name).to_owned()
}
