//! Who a commit is by, and what a shallow clone does not tell until it is deepened.

use std::path::Path;
use std::process::Command;

use mesh_index::store::SourceKind;
use mesh_index::{Commit, Corpus, Record};
use tempfile::TempDir;

use crate::support::{commit, git, read, repository, run};

/// What `git log --use-mailmap` shows of HEAD's author.
fn shown(folder: &Path) -> String {
    let run = Command::new("git")
        .current_dir(folder)
        .args(["log", "-1", "--use-mailmap", "--format=%aN <%aE>"])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    text.trim().to_owned()
}

fn author(commit: &Commit) -> String {
    format!("{} <{}>", commit.author, commit.email)
}

#[test]
fn authors_are_called_what_the_mailmap_calls_them() {
    for (map, expected) in [
        (
            "Ada Lovelace <ada@home.example> <ADA@example.org>\n",
            "Ada Lovelace <ada@home.example>",
        ),
        (
            "Ada Lovelace <ada@example.org>\n",
            "Ada Lovelace <ada@example.org>",
        ),
        (
            "# people\n<ada@work.example> Ada <ada@example.org>\n",
            "Ada <ada@work.example>",
        ),
        (
            "Grace <grace@example.org>\nnonsense\n",
            "Ada <ada@example.org>",
        ),
    ] {
        let folder = repository();
        let path = folder.path();
        commit(path, &[(".mailmap", map)], "first");
        assert_eq!(author(&read(path)[0]), expected);
        assert_eq!(shown(path), expected);
        git(path, &["clone", "--bare", ".", "bare.git"]);
        assert_eq!(author(&read(&path.join("bare.git"))[0]), expected, "bare");
    }
}

#[test]
fn a_mailmap_named_in_the_settings_is_read_and_one_that_never_ends_is_not() {
    let folder = repository();
    let path = folder.path();
    let map = "Ada Lovelace <ada@example.org>\n";
    commit(path, &[("people", map)], "first");
    git(path, &["config", "mailmap.file", "people"]);
    assert_eq!(author(&read(path)[0]), "Ada Lovelace <ada@example.org>");
    git(path, &["config", "mailmap.file", "/dev/zero"]);
    let made = Command::new("mkfifo").arg(path.join(".mailmap")).status();
    assert!(made.expect("mkfifo runs").success());
    assert_eq!(author(&read(path)[0]), "Ada <ada@example.org>");
}

/// What the corpus has of a commit.
fn indexed(corpus: &TempDir, hash: &str) -> Commit {
    let corpus = Corpus::open(corpus.path()).expect("a corpus");
    match corpus.by_id(hash).expect("reads").as_slice() {
        [Record::Commit(commit)] => commit.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_changed_mailmap_is_heeded_by_the_next_run() {
    let folder = repository();
    let path = folder.path();
    commit(path, &[("a.txt", "1\n")], "first");
    let hash = read(path).remove(0).hash;
    let corpus = TempDir::new().expect("a folder");
    run(&corpus, path);
    assert_eq!(indexed(&corpus, &hash).author, "Ada");
    std::fs::write(path.join(".mailmap"), "Lady <ada@example.org>\n").expect("written");
    assert_eq!(run(&corpus, path).counts[&SourceKind::Git].read, 1);
    assert_eq!(indexed(&corpus, &hash).author, "Lady");
    assert_eq!(run(&corpus, path).counts[&SourceKind::Git].unchanged, 1);
}

#[test]
fn the_end_of_a_shallow_clone_is_read_again_when_it_is_deepened() {
    let folder = repository();
    let path = folder.path();
    for content in ["1\n2\n", "1\n2\n3\n", "1\n2\n3\n4\n"] {
        commit(path, &[("a.txt", content)], "change");
    }
    let clones = TempDir::new().expect("a folder");
    let source = format!("file://{}", path.display());
    git(clones.path(), &["clone", "--depth", "2", &source, "c"]);
    let clone = clones.path().join("c");
    let corpus = TempDir::new().expect("a folder");
    run(&corpus, &clone);
    let end = read(&clone);
    let end = end.iter().find(|commit| commit.additions == 3);
    let end = &end.expect("the end of the clone").hash;
    assert_eq!(run(&corpus, &clone).counts[&SourceKind::Git].unchanged, 2);
    git(&clone, &["fetch", "--unshallow"]);
    let count = run(&corpus, &clone).counts[&SourceKind::Git];
    assert_eq!((count.read, count.unchanged), (2, 1));
    let now = indexed(&corpus, end);
    assert_eq!((now.additions, now.deletions), (1, 0));
    assert!(now.patch.ends_with(" 1\n 2\n+3\n"), "{}", now.patch);
}
