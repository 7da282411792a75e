use mesh_index::{Commit, Kind};

use super::fact;
use crate::reading::{Address, Rendered};

/// Nobody reads more names than these; the count says how many there are.
const MAX_FILES: usize = 500;

/// Message and files, then the patch where the corpus keeps one.
pub(super) fn render(commit: &Commit) -> Rendered {
    let subject = subject(commit);
    let mut whole = Rendered {
        address: Address::new(Kind::Commit, commit.hash.clone()),
        title: title(commit),
        path: format!("{}@{}", commit.repository, commit.hash),
        media_type: "text/markdown",
        text: format!("# {subject}\n\n"),
        marks: Vec::new(),
    };
    fact(&mut whole.text, "Commit", &commit.hash);
    fact(&mut whole.text, "Repository", &commit.repository);
    let author = format!("{} <{}>", commit.author, commit.email);
    fact(&mut whole.text, "Author", author.trim_end_matches(" <>"));
    fact(&mut whole.text, "Date", &commit.date);
    let files = commit.files_changed.len();
    let stats = format!("{files} files, +{} −{}", commit.additions, commit.deletions);
    fact(&mut whole.text, "Changed", &stats);
    whole
        .text
        .push_str(&format!("\n{}\n", commit.message.trim()));
    if files > 0 {
        whole.part("Files");
        for file in commit.files_changed.iter().take(MAX_FILES) {
            whole.text.push_str(&format!("- {file}\n"));
        }
        if files > MAX_FILES {
            let more = files - MAX_FILES;
            whole.text.push_str(&format!("- and {more} more\n"));
        }
    }
    if !commit.patch.is_empty() {
        whole.part("Diff");
        let fence = fence(&commit.patch);
        let patch = commit.patch.trim_end();
        whole
            .text
            .push_str(&format!("{fence}diff\n{patch}\n{fence}\n"));
    } else if files > 0 {
        whole
            .text
            .push_str("\n(The index keeps no diff of this commit.)\n");
    }
    whole
}

/// Longer than any in the text, which may be of Markdown files.
fn fence(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}

/// As `git log --oneline` has it.
pub(crate) fn title(commit: &Commit) -> String {
    let short = commit.hash.get(..10).unwrap_or(&commit.hash);
    format!("{short} {}", subject(commit)).trim().to_owned()
}

fn subject(commit: &Commit) -> &str {
    commit.message.lines().next().unwrap_or_default()
}
