use std::ops::ControlFlow;

use gix::bstr::ByteSlice;
use gix::object::tree::EntryMode;
use gix::object::tree::diff::Change;

/// What a commit changed against its first parent.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) files: Vec<String>,
    pub(super) additions: u64,
    pub(super) deletions: u64,
}

/// `None` where objects are missing. The first commit, and the last one of a shallow clone, change everything they hold.
pub(super) fn of(
    commit: &gix::Commit<'_>,
    differences: &mut gix::diff::blob::Platform,
) -> Option<Changes> {
    let tree = commit.tree().ok()?;
    let parent = commit
        .parent_ids()
        .next()
        .and_then(|id| id.object().ok()?.try_into_commit().ok())
        .map_or_else(
            || Some(commit.repo.empty_tree()),
            |parent| parent.tree().ok(),
        )?;
    let mut changes = Changes::default();
    let mut platform = parent.changes().ok()?;
    let diffed = platform.for_each_to_obtain_tree(&tree, |change| {
        changes.add(&change, differences);
        differences.clear_resource_cache_keep_allocation();
        Ok(ControlFlow::Continue(()))
    });
    diffed.ok()?;
    changes.files.sort_unstable();
    Some(changes)
}

impl Changes {
    fn add(&mut self, change: &Change<'_, '_, '_>, differences: &mut gix::diff::blob::Platform) {
        if change.entry_mode().is_tree() {
            return;
        }
        self.files
            .push(change.location().to_str_lossy().into_owned());
        let (added, removed) = if change.entry_mode().is_commit() {
            submodule(change)
        } else {
            lines(change, differences).unwrap_or_default()
        };
        self.additions += added;
        self.deletions += removed;
    }
}

/// Lines added and removed; none for a binary file.
fn lines(
    change: &Change<'_, '_, '_>,
    differences: &mut gix::diff::blob::Platform,
) -> Option<(u64, u64)> {
    let counts = change.diff(differences).ok()?.line_counts().ok()??;
    Some((counts.insertions.into(), counts.removals.into()))
}

/// Git shows a submodule as one line that names its commit.
fn submodule(change: &Change<'_, '_, '_>) -> (u64, u64) {
    let was_one = |mode: EntryMode| u64::from(mode.is_commit());
    match change {
        Change::Addition { .. } => (1, 0),
        Change::Deletion { .. } => (0, 1),
        Change::Modification {
            previous_entry_mode,
            ..
        } => (1, was_one(*previous_entry_mode)),
        Change::Rewrite {
            source_entry_mode, ..
        } => (1, was_one(*source_entry_mode)),
    }
}
