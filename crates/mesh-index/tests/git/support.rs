use std::fs;
use std::path::Path;
use std::process::Command;

use mesh_index::Commit;
use mesh_index::ingest::git::History;
use mesh_index::ingest::{Notes, SkipReason};
use mesh_index::run::{IndexError, NoProgress, Plan, Summary, index};
use mesh_index::store::StoreError;
use tempfile::TempDir;

/// Runs git as nobody's settings would have it.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let settings = [
        "user.name=Ada",
        "user.email=ada@example.org",
        "init.defaultBranch=main",
        "commit.gpgsign=false",
        "core.hooksPath=/dev/null",
        "protocol.file.allow=always",
    ];
    let run = Command::new("git")
        .current_dir(folder)
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .args(arguments)
        .env("GIT_AUTHOR_DATE", "2024-01-15T10:30:00+0100")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
}

pub(crate) fn commit(folder: &Path, files: &[(&str, &str)], message: &str) {
    for (name, content) in files {
        fs::write(folder.join(name), content).expect("written");
    }
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-m", message]);
}

pub(crate) fn repository() -> TempDir {
    made_with(&[])
}

pub(crate) fn made_with(options: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    git(folder.path(), &[&["init", "."], options].concat());
    folder
}

/// All commits, and what was told of them.
pub(crate) fn read_with_notes(folder: &Path) -> (Vec<Commit>, Notes) {
    let mut history = History::open(folder).expect("a repository");
    let mut notes = Notes::default();
    let hashes = history.commits().expect("its commits");
    let commits = hashes
        .iter()
        .map(|hash| history.commit(hash, &mut notes).expect("a commit"))
        .collect();
    (commits, notes)
}

pub(crate) fn read(folder: &Path) -> Vec<Commit> {
    let (commits, notes) = read_with_notes(folder);
    assert_eq!(notes, Notes::default());
    commits
}

/// The messages in the order of the alphabet.
pub(crate) fn messages(folder: &Path) -> Vec<String> {
    let mut messages: Vec<String> = read(folder).into_iter().map(|one| one.message).collect();
    messages.sort();
    messages
}

pub(crate) fn refusal(folder: &Path) -> SkipReason {
    let commits = History::open(folder).and_then(|history| history.commits());
    commits.expect_err("a reason")
}

/// One run over a repository.
pub(crate) fn run(corpus: &TempDir, repository: &Path) -> Summary {
    let plan = Plan {
        git: vec![repository.to_owned()],
        ..Plan::default()
    };
    loop {
        // Another test may start git at this moment, which has the lock's file open until it becomes git.
        match index(corpus.path(), &plan, &mut NoProgress) {
            Err(IndexError::Store(StoreError::Locked(_))) => std::thread::yield_now(),
            done => return done.expect("a run"),
        }
    }
}
