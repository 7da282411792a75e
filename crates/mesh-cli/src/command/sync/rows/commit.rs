use std::fmt::Write as _;

use mesh_index::{Commit, Corpus, SearchError};
use serde_json::json;

use super::{Row, known};

/// More names say no more of what a commit is about.
const MAX_NAMED: usize = 20;

pub(super) fn row(corpus: &Corpus, commit: &Commit) -> Result<Row, SearchError> {
    let url = corpus.link_to_commit(commit)?;
    let summary = summary(commit);
    let text = match commit.message.trim() {
        "" => String::new(),
        message => format!("{message}\n\n{}: {summary}", commit.repository),
    };
    let columns = json!({
        "repository_name": commit.repository,
        "commit_hash": commit.hash,
        "commit_message": commit.message,
        "author_name": commit.author,
        "author_email": commit.email,
        "commit_date": known(&commit.date),
        "files_changed": commit.files_changed,
        "additions": commit.additions,
        "deletions": commit.deletions,
        "diff_summary": summary,
        "metadata": {"url": url},
    });
    Ok(Row::new(&text, columns, json!({})))
}

fn summary(commit: &Commit) -> String {
    let files = commit.files_changed.len();
    let (added, deleted) = (commit.additions, commit.deletions);
    let named = &commit.files_changed[..files.min(MAX_NAMED)];
    let mut summary = format!("{files} files, +{added} −{deleted}");
    if files > 0 {
        write!(summary, ": {}", named.join(", ")).expect("writing to a string cannot fail");
    }
    if files > MAX_NAMED {
        summary.push_str(", …");
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_commit_changed_is_told_in_a_line() {
        let commit = |files: usize| Commit {
            files_changed: (0..files).map(|file| format!("{file}.rs")).collect(),
            additions: 3,
            deletions: 1,
            ..Commit::default()
        };
        assert_eq!(summary(&commit(2)), "2 files, +3 −1: 0.rs, 1.rs");
        assert_eq!(summary(&commit(0)), "0 files, +3 −1");
        assert!(summary(&commit(21)).ends_with(", 19.rs, …"));
    }
}
