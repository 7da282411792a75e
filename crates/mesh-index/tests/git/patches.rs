//! A commit's diff is kept as git shows it, as far as somebody would read it.

use std::fs;
use std::path::Path;
use std::process::Command;

use mesh_index::{Commit, Corpus, Record};
use tempfile::TempDir;

use crate::support::{commit, git, read, repository, run};

fn named(folder: &Path, message: &str) -> Commit {
    let commits = read(folder);
    let one = commits.into_iter().find(|one| one.message == message);
    one.expect("the commit")
}

/// What git shows of HEAD, without the lines that name objects and without what it guesses a hunk lies in.
fn shown(folder: &Path) -> String {
    let run = Command::new("git")
        .current_dir(folder)
        .args(["-c", "core.quotePath=false", "show", "--format=", "-m"])
        .args(["--first-parent", "--no-color", "HEAD"])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    let is_of_objects =
        |line: &&str| line.starts_with("index ") || line.starts_with("similarity index ");
    let lines = text.lines().filter(|line| !is_of_objects(line));
    let lines = lines.map(|line| match line.split_once(" @@ ") {
        Some((at, _)) if line.starts_with("@@ ") => format!("{at} @@\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

fn numbered(count: u32, changed: &[u32]) -> String {
    let line = |number: u32| {
        let word = if changed.contains(&number) {
            "new"
        } else {
            "old"
        };
        format!("{word} line {number}\n")
    };
    (1..=count).map(line).collect()
}

#[test]
fn a_diff_is_as_git_shows_it() {
    let folder = repository();
    let path = folder.path();
    let before = numbered(60, &[]);
    commit(
        path,
        &[
            ("changed.txt", &before),
            ("gone.txt", "gone\n"),
            ("emptied.txt", "1\n"),
            ("unended.txt", "one\ntwo"),
            ("old name.txt", &before),
            ("picture.bin", "\0\u{1}\0"),
            ("größe.txt", "klein\n"),
        ],
        "first",
    );
    assert_eq!(named(path, "first").patch, shown(path));
    let after = numbered(60, &[1, 3, 20, 26, 34, 60]);
    fs::remove_file(path.join("gone.txt")).expect("removed");
    fs::rename(path.join("old name.txt"), path.join("new name.txt")).expect("renamed");
    commit(
        path,
        &[
            ("changed.txt", &after),
            ("emptied.txt", ""),
            ("unended.txt", "one\ntwo\nthree"),
            ("new name.txt", &numbered(60, &[30])),
            ("picture.bin", "\0\u{2}\0"),
            ("größe.txt", "groß\n"),
            ("added.txt", "one\n"),
            ("nothing.txt", ""),
        ],
        "second",
    );
    let second = named(path, "second");
    assert_eq!(second.patch, shown(path));
    assert_eq!((second.additions, second.deletions), (11, 11));

    git(path, &["checkout", "-b", "side", "HEAD~1"]);
    commit(path, &[("side.txt", "s\n")], "side");
    git(path, &["checkout", "main"]);
    git(path, &["merge", "--no-ff", "-m", "merge", "side"]);
    assert_eq!(named(path, "merge").patch, shown(path));
}

#[cfg(unix)]
#[test]
fn a_changed_mode_and_a_submodule_are_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let inner = repository();
    commit(inner.path(), &[("a.txt", "1\n")], "inner");
    let folder = repository();
    let path = folder.path();
    commit(path, &[("run.sh", "true\n")], "first");
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(path.join("run.sh"), executable).expect("changed");
    let url = inner.path().to_str().expect("UTF-8");
    git(path, &["submodule", "add", url, "inner"]);
    commit(path, &[], "second");
    assert_eq!(named(path, "second").patch, shown(path));
}

#[test]
fn what_is_too_long_is_cut_and_counted() {
    let folder = repository();
    let path = folder.path();
    let long = numbered(5_000, &[]);
    commit(path, &[("a.txt", &long), ("b.txt", "short\n")], "long");
    let patch = named(path, "long").patch;
    assert!(patch.len() < 9_000, "{}", patch.len());
    let shown = patch.lines().filter(|line| line.starts_with("+old line"));
    let left_out = 5_000 - shown.count();
    let mark = format!("[{left_out} more lines of the diff of a.txt are left out]\n");
    let (_, after) = patch.split_once(&mark).expect("the mark");
    assert!(after.ends_with("@@ -0,0 +1 @@\n+short\n"), "{after}");
}

#[test]
fn many_files_share_the_room_and_the_rest_is_counted() {
    let folder = repository();
    let path = folder.path();
    for number in 0..300 {
        let content = numbered(100, &[number]);
        fs::write(path.join(format!("{number:03}.txt")), content).expect("written");
    }
    commit(path, &[], "many");
    let patch = named(path, "many").patch;
    assert!(patch.len() < 26_000, "{}", patch.len());
    let files = patch.matches("diff --git ").count();
    assert!((30..100).contains(&files), "{files}");
    let mark = format!("[the diffs of {} more files are left out]\n", 300 - files);
    assert!(patch.ends_with(&mark), "{patch}");
}

#[test]
fn a_very_long_line_is_clipped_and_legacy_text_is_decoded() {
    let folder = repository();
    let path = folder.path();
    let line = "é".repeat(5_000);
    let short = format!("{}\r\n", "x".repeat(400));
    commit(path, &[("a.js", &line), ("b.txt", &short)], "first");
    let patch = named(path, "first").patch;
    assert!(
        patch.contains(&format!("+{}…\n", "é".repeat(200))),
        "{patch}"
    );
    assert!(!patch.contains("x…"), "{patch}");
    let latin = b"Gr\xfc\xdfe aus K\xf6ln, sch\xf6ne Gr\xfc\xdfe\n";
    fs::write(path.join("c.txt"), latin).expect("written");
    commit(path, &[], "second");
    let patch = named(path, "second").patch;
    assert!(
        patch.ends_with("+Grüße aus Köln, schöne Grüße\n"),
        "{patch}"
    );
}

#[test]
fn a_clone_without_files_says_so() {
    let folder = repository();
    let path = folder.path();
    git(path, &["config", "uploadpack.allowFilter", "true"]);
    commit(path, &[("a.txt", "1\n")], "first");
    let clones = TempDir::new().expect("a folder");
    let source = format!("file://{}", path.display());
    let options = ["clone", "--bare", "--filter=blob:none", &source, "c"];
    git(clones.path(), &options);
    let (commits, _) = crate::support::read_with_notes(&clones.path().join("c"));
    assert_eq!(
        commits[0].patch,
        "diff --git a/a.txt b/a.txt\nnew file mode 100644\n[this clone is without the content]\n"
    );
}

#[test]
fn an_indexed_commit_has_its_diff() {
    let folder = repository();
    let path = folder.path();
    commit(path, &[("a.txt", "zeppelin\n")], "first");
    let hash = named(path, "first").hash;
    let corpus = TempDir::new().expect("a folder");
    run(&corpus, path);
    let opened = Corpus::open(corpus.path()).expect("opens");
    let found = opened.by_id(&hash).expect("a commit");
    let [Record::Commit(found)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(found.patch.ends_with("+zeppelin\n"), "{}", found.patch);
}
