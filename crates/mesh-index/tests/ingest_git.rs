//! Git history, beside what git itself says about the same repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use mesh_index::Commit;
use mesh_index::ingest::SkipReason;
use mesh_index::ingest::git::History;
use mesh_index::run::{Plan, Silent, index};
use mesh_index::store::SourceKind;
use tempfile::TempDir;

fn git(folder: &Path, arguments: &[&str]) {
    let run = Command::new("git")
        .current_dir(folder)
        .args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(arguments)
        .env("GIT_AUTHOR_DATE", "2024-01-15T10:30:00+0100")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

fn commit(folder: &Path, files: &[(&str, &str)], message: &str) {
    for (name, content) in files {
        fs::write(folder.join(name), content).expect("written");
    }
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-m", message]);
}

fn repository() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    git(folder.path(), &["init", "."]);
    folder
}

fn read(folder: &Path) -> Vec<Commit> {
    let mut history = History::open(folder).expect("a repository");
    let hashes = history.commits().expect("its commits");
    hashes
        .iter()
        .map(|hash| history.commit(hash).expect("a commit"))
        .collect()
}

fn shape(commit: &Commit) -> (&str, Vec<&str>, u64, u64) {
    let files = commit.files_changed.iter().map(String::as_str).collect();
    (&commit.message, files, commit.additions, commit.deletions)
}

#[test]
fn each_commit_counts_against_its_first_parent() {
    let folder = repository();
    let path = folder.path();
    commit(path, &[("a.txt", "1\n2\n3\n"), ("b.bin", "\0\0")], "first");
    git(path, &["checkout", "-b", "side"]);
    commit(path, &[("side.txt", "s\n")], "side");
    git(path, &["checkout", "main"]);
    commit(
        path,
        &[("a.txt", "1\ntwo\n3\n4\n")],
        "second\n\nWith a body.",
    );
    git(path, &["merge", "--no-ff", "-m", "merge", "side"]);
    fs::rename(path.join("a.txt"), path.join("moved.txt")).expect("renamed");
    commit(path, &[], "rename");

    let mut commits = read(path);
    commits.sort_by(|one, other| one.message.cmp(&other.message));
    let shapes: Vec<_> = commits.iter().map(shape).collect();
    assert_eq!(
        shapes,
        [
            ("first", vec!["a.txt", "b.bin"], 3, 0),
            ("merge", vec!["side.txt"], 1, 0),
            ("rename", vec!["moved.txt"], 0, 0),
            ("second\n\nWith a body.", vec!["a.txt"], 2, 1),
            ("side", vec!["side.txt"], 1, 0),
        ]
    );
    let first = &commits[0];
    assert_eq!(
        (first.author.as_str(), first.email.as_str()),
        ("Ada", "ada@example.org")
    );
    assert_eq!(first.date, "2024-01-15T10:30:00+01:00");
    let name = path.file_name().expect("a name").to_string_lossy();
    assert_eq!(first.repository, name);
}

#[test]
fn only_new_commits_are_read_and_unreachable_ones_leave() {
    let folder = repository();
    let path = folder.path();
    let corpus = TempDir::new().expect("a folder");
    let plan = Plan {
        git: vec![path.to_owned()],
        ..Plan::default()
    };
    let run = || {
        let summary = index(corpus.path(), &plan, &mut Silent).expect("a run");
        let count = summary.counts[&SourceKind::Git];
        (count.read, count.unchanged, count.removed, count.passages)
    };
    assert_eq!(run(), (0, 0, 0, 0), "no commit yet");
    commit(path, &[("a.txt", "1\n")], "first");
    commit(path, &[("a.txt", "2\n")], "second");
    assert_eq!(run(), (2, 0, 0, 2));
    commit(path, &[("a.txt", "3\n")], "third");
    assert_eq!(run(), (1, 2, 0, 3));
    git(path, &["reset", "--hard", "HEAD~2"]);
    assert_eq!(run(), (0, 1, 2, 1));
}

#[test]
fn a_bare_repository_is_known_by_its_name_and_other_folders_are_refused() {
    let folder = repository();
    commit(folder.path(), &[("a.txt", "1\n")], "first");
    let bare = folder.path().join("mirror.git");
    git(folder.path(), &["clone", "--bare", ".", "mirror.git"]);
    assert_eq!(read(&bare)[0].repository, "mirror");

    let empty = TempDir::new().expect("a folder");
    let refused = History::open(empty.path()).map(drop);
    assert_eq!(refused, Err(SkipReason::NotRepository));
}
