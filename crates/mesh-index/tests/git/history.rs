use std::fs;

use mesh_index::ingest::{SkipReason, Subject};
use mesh_index::store::SourceKind;
use mesh_index::{Commit, Rename};
use tempfile::TempDir;

use crate::support::{commit, git, read, read_with_notes, refusal, repository, run};

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
    let run = || {
        let count = run(&corpus, path).counts[&SourceKind::Git];
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
    assert_eq!(refusal(empty.path()), SkipReason::NotRepository);
}

#[test]
fn a_commit_is_read_in_the_encoding_that_its_header_names() {
    let folder = repository();
    let path = folder.path();
    git(path, &["config", "i18n.commitEncoding", "ISO-8859-2"]);
    let message = path.join("message");
    fs::write(&message, b"Zmie\xf1 kodowanie\n\n\xa3\xf3d\xbc\n").expect("written");
    git(path, &["commit", "--allow-empty", "-F", "message"]);
    let commits = read(path);
    assert_eq!(commits[0].message, "Zmień kodowanie\n\nŁódź");

    git(path, &["config", "i18n.commitEncoding", "x-unheard-of"]);
    git(path, &["commit", "--allow-empty", "-F", "message"]);
    let (commits, notes) = read_with_notes(path);
    assert_eq!(commits.len(), 2);
    let told: Vec<_> = notes.groups.iter().map(|group| &group.subject).collect();
    let expected = Subject::Remark("encoding `x-unheard-of` not known".into());
    assert_eq!(told, [&expected]);
}

#[cfg(unix)]
#[test]
fn an_author_is_read_in_the_encoding_of_the_commit() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = repository();
    let path = folder.path();
    let name = OsStr::from_bytes(b"S\xf8ren K\xe6r");
    let run = std::process::Command::new("git")
        .current_dir(path)
        .args([
            "-c",
            "i18n.commitEncoding=latin1",
            "commit",
            "--allow-empty",
        ])
        .args(["-m", "begin"])
        .env("GIT_AUTHOR_NAME", name)
        .envs([
            ("GIT_COMMITTER_NAME", "Ada"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ])
        .envs([
            ("GIT_AUTHOR_EMAIL", "s@example.org"),
            ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ])
        .output();
    assert!(run.expect("git runs").status.success());
    assert_eq!(read(path)[0].author, "Søren Kær");
}

#[test]
fn a_renamed_file_is_told_with_both_paths() {
    let folder = repository();
    let path = folder.path();
    commit(
        path,
        &[("old.txt", "1\n2\n3\n"), ("copied.txt", "x\ny\nz\n")],
        "first",
    );
    fs::rename(path.join("old.txt"), path.join("new.txt")).expect("renamed");
    commit(path, &[("copy.txt", "x\ny\nz\n")], "rename");
    let commits = read(path);
    let rename = commits.iter().find(|one| one.message == "rename");
    let expected = Rename {
        from: "old.txt".into(),
        to: "new.txt".into(),
    };
    assert_eq!(rename.expect("the commit").renames, [expected]);
}

#[test]
fn a_shallow_clone_is_read_as_far_as_it_goes() {
    let folder = repository();
    let path = folder.path();
    for content in ["1\n", "2\n", "3\n"] {
        commit(path, &[("a.txt", content)], content.trim());
    }
    let clones = TempDir::new().expect("a folder");
    let source = format!("file://{}", path.display());
    git(clones.path(), &["clone", "--depth", "2", &source, "c"]);
    let mut commits = read(&clones.path().join("c"));
    commits.sort_by(|one, other| one.message.cmp(&other.message));
    let shapes: Vec<_> = commits.iter().map(shape).collect();
    let files = || vec!["a.txt"];
    assert_eq!(shapes, [("2", files(), 1, 0), ("3", files(), 1, 1)]);
}

#[test]
fn a_partial_clone_tells_what_it_does_not_hold() {
    let folder = repository();
    let path = folder.path();
    git(path, &["config", "uploadpack.allowFilter", "true"]);
    commit(path, &[("a.txt", "1\n2\n3\n")], "first");
    fs::rename(path.join("a.txt"), path.join("b.txt")).expect("renamed");
    commit(path, &[("b.txt", "1\n2\nthree\n")], "second");
    let clones = TempDir::new().expect("a folder");
    let source = format!("file://{}", path.display());
    for (filter, files, told) in [
        (
            "--filter=blob:none",
            vec!["a.txt", "b.txt"],
            "lines not counted, this clone is without the files",
        ),
        (
            "--filter=tree:0",
            vec![],
            "changed files not known, this clone is without them",
        ),
    ] {
        let clone = clones.path().join(filter);
        let target = clone.to_str().expect("UTF-8");
        git(clones.path(), &["clone", "--bare", filter, &source, target]);
        let (commits, notes) = read_with_notes(&clone);
        let second = commits.iter().find(|one| one.message == "second");
        let second = second.expect("the commit");
        assert_eq!(second.files_changed, files, "{filter}");
        let subjects: Vec<_> = notes.groups.iter().map(|group| &group.subject).collect();
        assert_eq!(subjects, [&Subject::Remark(told.into())], "{filter}");
        assert_eq!(notes.groups[0].count, 2, "{filter}");
        assert_eq!(notes.groups[0].places[0].1.len(), 12, "{filter}");
    }
    let corpus = TempDir::new().expect("a folder");
    let summary = run(&corpus, &clones.path().join("--filter=tree:0"));
    assert_eq!(
        summary.notes.len(),
        1,
        "the commits' notes are put together"
    );
    assert_eq!(summary.notes[0].1.groups[0].count, 2);
}

#[test]
fn a_history_that_was_rewritten_is_read_and_the_one_before_is_kept_until_that_is_accepted() {
    let folder = repository();
    let path = folder.path();
    for number in 0..8 {
        commit(path, &[("a.txt", &format!("{number}\n"))], "before");
    }
    let corpus = TempDir::new().expect("a folder");
    run(&corpus, path);
    git(path, &["checkout", "--orphan", "other"]);
    for number in 0..9 {
        commit(path, &[("a.txt", &format!("other {number}\n"))], "after");
    }
    for read in [9, 0] {
        let summary = run(&corpus, path);
        let reason = SkipReason::MostlyGone { gone: 8, of: 8 };
        assert_eq!(summary.skipped[0].reason, reason);
        let count = summary.counts[&SourceKind::Git];
        assert_eq!((count.read, count.passages), (read, 17));
    }
}
