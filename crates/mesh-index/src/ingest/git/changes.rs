use std::ops::ControlFlow;

use gix::bstr::{BStr, ByteSlice};
use gix::diff::blob::Platform;
use gix::diff::blob::pipeline::{Mode, WorktreeRoots};
use gix::index::State;
use gix::object::tree::EntryMode;
use gix::object::tree::diff::Change;
use gix::worktree::stack::state::attributes::Source;
use gix::{Repository, Tree};

use super::hunks::Hunks;
use super::patch::{self, FilePatch};
use crate::record::Rename;

/// What compares files. The `.gitattributes` of the index or of HEAD say which are binary, where either can be read.
pub(super) fn differences(repository: &Repository) -> Option<Platform> {
    let attributes = match repository.index_or_load_from_head_or_empty() {
        Ok(index) => repository.attributes_only(&index, Source::IdMapping),
        Err(_) => {
            let empty = State::new(repository.object_hash());
            repository.attributes_only(&empty, Source::IdMapping)
        }
    };
    let (mode, roots) = (Mode::ToGit, WorktreeRoots::default());
    gix::diff::resource_cache(repository, mode, attributes.ok()?.detach(), roots).ok()
}

/// What a commit changed against its first parent.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) files: Vec<String>,
    pub(super) renames: Vec<Rename>,
    pub(super) additions: u64,
    pub(super) deletions: u64,
    /// The lines of some file are not counted, since its content is missing.
    pub(super) is_uncounted: bool,
    pub(super) patches: Vec<FilePatch>,
}

/// `None` where trees are missing. The first commit, and the last one of a shallow clone, change everything they hold.
pub(super) fn of(commit: &gix::Commit<'_>, differences: &mut Platform) -> Option<Changes> {
    let tree = commit.tree().ok()?;
    let parent = commit
        .parent_ids()
        .next()
        .and_then(|id| id.object().ok()?.try_into_commit().ok())
        .map_or_else(
            || Some(commit.repo.empty_tree()),
            |parent| parent.tree().ok(),
        )?;
    // Renames are found by content, which a clone may be without.
    let changes = compare(&parent, &tree, Renames::Found, differences)
        .or_else(|| compare(&parent, &tree, Renames::Ignored, differences));
    let mut changes = changes?;
    changes.files.sort_unstable();
    Some(changes)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Renames {
    Found,
    Ignored,
}

fn compare(
    parent: &Tree<'_>,
    tree: &Tree<'_>,
    renames: Renames,
    differences: &mut Platform,
) -> Option<Changes> {
    let mut changes = Changes::default();
    let mut platform = parent.changes().ok()?;
    if renames == Renames::Ignored {
        platform.options(|options| {
            options.track_rewrites(None);
        });
    }
    let diffed = platform.for_each_to_obtain_tree(tree, |change| {
        changes.add(&change, differences);
        differences.clear_resource_cache_keep_allocation();
        Ok(ControlFlow::Continue(()))
    });
    diffed.ok()?;
    Some(changes)
}

impl Changes {
    fn add(&mut self, change: &Change<'_, '_, '_>, differences: &mut Platform) {
        if change.entry_mode().is_tree() {
            return;
        }
        let path = text(change.location());
        if let Change::Rewrite {
            source_location,
            copy: false,
            ..
        } = change
        {
            self.renames.push(Rename {
                from: text(source_location),
                to: path.clone(),
            });
        }
        let hunks = if change.entry_mode().is_commit() {
            Some(submodule(change))
        } else {
            Hunks::of(change, differences, patch::room(self.patches.len()))
        };
        self.is_uncounted |= hunks.is_none();
        if let Some(hunks) = &hunks {
            self.additions += hunks.additions;
            self.deletions += hunks.deletions;
        }
        self.patches.push(FilePatch::new(change, &path, hunks));
        self.files.push(path);
    }
}

fn text(path: &BStr) -> String {
    path.to_str_lossy().into_owned()
}

/// The commits that it was at and is at now.
fn submodule(change: &Change<'_, '_, '_>) -> Hunks {
    let commit = |mode: EntryMode, id: gix::Id<'_>| mode.is_commit().then(|| id.to_string());
    let (was, is) = match *change {
        Change::Addition { entry_mode, id, .. } => (None, commit(entry_mode, id)),
        Change::Deletion { entry_mode, id, .. } => (commit(entry_mode, id), None),
        Change::Modification {
            previous_entry_mode,
            previous_id,
            entry_mode,
            id,
            ..
        } => (
            commit(previous_entry_mode, previous_id),
            commit(entry_mode, id),
        ),
        Change::Rewrite {
            source_entry_mode,
            source_id,
            entry_mode,
            id,
            ..
        } => (commit(source_entry_mode, source_id), commit(entry_mode, id)),
    };
    Hunks::of_submodule(was.as_deref(), is.as_deref())
}
