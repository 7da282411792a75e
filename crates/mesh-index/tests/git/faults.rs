use std::fs;
use std::path::Path;
use std::process::Command;

use mesh_index::ingest::SkipReason;
use mesh_index::store::SourceKind;
use tempfile::TempDir;

use crate::support::{commit, git, messages, refusal, repository, run};

/// A repository with one commit, of which one file is replaced.
fn damaged(file: &str, damage: impl Fn(&Path)) -> TempDir {
    let folder = repository();
    commit(folder.path(), &[("a.txt", "1\n")], "first");
    let path = folder.path().join(file);
    if path.is_file() {
        fs::remove_file(&path).expect("removed");
    }
    damage(&path);
    folder
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success());
}

fn irregular(name: &'static str) -> SkipReason {
    SkipReason::IrregularWithin(name.into())
}

#[cfg(unix)]
#[test]
fn a_file_that_would_never_end_is_not_opened() {
    for file in [
        "HEAD",
        "config",
        "packed-refs",
        "commondir",
        "shallow",
        "refs/heads/main",
        "refs/heads/other",
        "objects/info/alternates",
        "objects/pack/pack-1.idx",
        "info/attributes",
    ] {
        let name = file.rsplit('/').next().unwrap_or_default();
        let folder = damaged(&format!(".git/{file}"), pipe);
        assert_eq!(refusal(folder.path()), irregular(name), "{file}");
        let endless = |path: &Path| {
            std::os::unix::fs::symlink("/dev/zero", path).expect("a link");
        };
        let folder = damaged(&format!(".git/{file}"), endless);
        assert_eq!(refusal(folder.path()), irregular(name), "{file}");
    }
}

#[cfg(unix)]
#[test]
fn objects_of_another_repository_that_would_never_end_are_not_opened() {
    let lender = repository();
    commit(lender.path(), &[("a.txt", "1\n")], "first");
    let clones = TempDir::new().expect("a folder");
    let source = lender.path().to_str().expect("UTF-8");
    git(clones.path(), &["clone", "--shared", source, "borrower"]);
    let borrower = clones.path().join("borrower");
    assert_eq!(messages(&borrower), ["first"]);
    pipe(&lender.path().join(".git/objects/pack/pack-2.idx"));
    assert_eq!(refusal(&borrower), irregular("pack-2.idx"));

    let linked = damaged(".git/away", |away| {
        let packs = away.with_file_name("objects").join("pack");
        fs::rename(&packs, away).expect("moved");
        std::os::unix::fs::symlink(away, &packs).expect("a link");
    });
    assert_eq!(messages(linked.path()), ["first"]);
    pipe(&linked.path().join(".git/away/pack-3.idx"));
    assert_eq!(refusal(linked.path()), irregular("pack-3.idx"));
}

#[cfg(unix)]
#[test]
fn a_git_file_that_is_a_pipe_is_not_opened() {
    let folder = TempDir::new().expect("a folder");
    pipe(&folder.path().join(".git"));
    assert_eq!(refusal(folder.path()), irregular(".git"));
}

#[test]
fn a_head_of_garbage_is_named_and_what_was_read_is_kept() {
    let folder = repository();
    let path = folder.path();
    commit(path, &[("a.txt", "1\n")], "first");
    let corpus = TempDir::new().expect("a folder");
    run(&corpus, path);
    let unknown = "f".repeat(40);
    let contents = [
        "",
        "\0\0\0",
        "ref: ",
        "ref: ../../etc/passwd",
        "main",
        unknown.as_str(),
    ];
    for content in contents {
        fs::write(path.join(".git/HEAD"), content).expect("written");
        let summary = run(&corpus, path);
        let count = summary.counts[&SourceKind::Git];
        assert_eq!((count.unchanged, count.removed), (1, 0), "{content:?}");
        assert!(summary.has_skipped(), "{content:?}");
    }
    assert_eq!(refusal(path), SkipReason::BrokenHead);
    fs::write(path.join(".git/HEAD"), "ref: refs/heads/main\n").expect("written");
    fs::write(path.join(".git/refs/heads/main"), "garbage").expect("written");
    assert_eq!(refusal(path), SkipReason::BrokenHead);
}

#[test]
fn a_table_of_references_that_is_cut_anywhere_is_named() {
    let folder = crate::support::made_with(&["--ref-format=reftable"]);
    let path = folder.path();
    commit(path, &[("a.txt", "1\n")], "first");
    git(path, &["pack-refs", "--all"]);
    let tables = path.join(".git/reftable");
    let list = fs::read_to_string(tables.join("tables.list")).expect("the list");
    let table = tables.join(list.trim());
    let whole = fs::read(&table).expect("the table");
    for length in 0..whole.len() {
        fs::write(&table, &whole[..length]).expect("written");
        assert_eq!(refusal(path), SkipReason::BrokenRepository, "{length}");
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        fs::write(&table, &bytes).expect("written");
        // Any answer is right that comes.
        let _answer =
            mesh_index::ingest::git::History::open(path).and_then(|history| history.commits());
    }
}
