//! A commit's diff as `git show` prints it, without index lines, in as much room as it is worth: whoever needs the rest has
//! the repository.

use std::fmt::Write as _;

use gix::object::tree::EntryMode;
use gix::object::tree::diff::Change;

use super::hunks::Hunks;

/// Of one file: about 150 lines, what a reviewer takes in.
const MAX_FILE_BYTES: usize = 8_000;

/// Of all files of a commit: six pages of eight thousand characters would be read by nobody, three may be.
const MAX_COMMIT_BYTES: usize = 24_000;

/// What each file is given, as long as there is room: its name and some ten lines.
const MIN_FILE_BYTES: usize = 600;

/// The diff of one file.
#[derive(Debug)]
pub(super) struct FilePatch {
    path: String,
    head: String,
    hunks: Hunks,
}

/// As much as may be needed of a file when so many are kept already: files that come late in a large commit have a small
/// share, and are too many to keep whole.
pub(super) fn room(kept: usize) -> usize {
    if kept < MAX_COMMIT_BYTES / MIN_FILE_BYTES {
        MAX_FILE_BYTES
    } else {
        MIN_FILE_BYTES
    }
}

impl FilePatch {
    /// Without hunks where the content is missing.
    pub(super) fn new(change: &Change<'_, '_, '_>, path: &str, hunks: Option<Hunks>) -> Self {
        let is_missing = hunks.is_none();
        let hunks = hunks.unwrap_or_default();
        let mut head = head(change, path);
        if is_missing {
            head.push_str("[this clone is without the content]\n");
        } else if hunks.is_binary {
            let (old, new) = names(change, path);
            head.push_str(&format!("Binary files {old} and {new} differ\n"));
        } else if !hunks.text.is_empty() {
            let (old, new) = names(change, path);
            head.push_str(&format!("--- {}\n+++ {}\n", ended(&old), ended(&new)));
        }
        Self {
            path: path.to_owned(),
            head,
            hunks,
        }
    }

    fn append(&self, text: &mut String, room: usize) {
        text.push_str(&self.head);
        let room = room.saturating_sub(self.head.len());
        let mut used = 0;
        let is_shown = |line: &&str| {
            used += line.len();
            used <= room
        };
        let lines = || self.hunks.text.split_inclusive('\n');
        let shown: usize = lines()
            .take_while(is_shown)
            .map(|line| {
                text.push_str(line);
                1
            })
            .sum();
        let left_out = lines().count() - shown + self.hunks.left_out;
        if left_out > 0 {
            let path = &self.path;
            writeln!(
                text,
                "[{left_out} more lines of the diff of {path} are left out]"
            )
            .expect("writing to a string cannot fail");
        }
    }
}

/// The diffs of all files, in the order of their paths. Short ones leave their room to those that follow.
pub(super) fn joined(mut files: Vec<FilePatch>) -> String {
    files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    let mut text = String::new();
    for (file, waiting) in files.iter().zip((1..=files.len()).rev()) {
        let left = MAX_COMMIT_BYTES.saturating_sub(text.len());
        if left < MIN_FILE_BYTES {
            writeln!(text, "[the diffs of {waiting} more files are left out]")
                .expect("writing to a string cannot fail");
            break;
        }
        let share = (left / waiting).clamp(MIN_FILE_BYTES, MAX_FILE_BYTES);
        file.append(&mut text, share);
    }
    text
}

fn head(change: &Change<'_, '_, '_>, path: &str) -> String {
    let octal = |mode: EntryMode| format!("{:06o}", mode.value());
    let modes = |old: EntryMode, new: EntryMode| match (octal(old), octal(new)) {
        (old, new) if old == new => String::new(),
        (old, new) => format!("old mode {old}\nnew mode {new}\n"),
    };
    let (from, more) = match change {
        Change::Addition { entry_mode, .. } => {
            (None, format!("new file mode {}\n", octal(*entry_mode)))
        }
        Change::Deletion { entry_mode, .. } => {
            (None, format!("deleted file mode {}\n", octal(*entry_mode)))
        }
        Change::Modification {
            previous_entry_mode,
            entry_mode,
            ..
        } => (None, modes(*previous_entry_mode, *entry_mode)),
        Change::Rewrite {
            source_location,
            source_entry_mode,
            entry_mode,
            ..
        } => {
            let from = source_location.to_string();
            let modes = modes(*source_entry_mode, *entry_mode);
            let more = format!("{modes}rename from {from}\nrename to {path}\n");
            (Some(from), more)
        }
    };
    let from = from.as_deref().unwrap_or(path);
    format!("diff --git a/{from} b/{path}\n{more}")
}

/// A name with a space in it ends with a tab, so that `patch` sees where it ends.
fn ended(name: &str) -> String {
    let end = if name.contains(' ') { "\t" } else { "" };
    format!("{name}{end}")
}

/// What the two sides are called.
fn names(change: &Change<'_, '_, '_>, path: &str) -> (String, String) {
    let (old, new) = (format!("a/{path}"), format!("b/{path}"));
    match change {
        Change::Addition { .. } => ("/dev/null".to_owned(), new),
        Change::Deletion { .. } => (old, "/dev/null".to_owned()),
        Change::Modification { .. } => (old, new),
        Change::Rewrite {
            source_location, ..
        } => (format!("a/{source_location}"), new),
    }
}
