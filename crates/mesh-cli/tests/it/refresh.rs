//! What `mesh index` does to a corpus that is there: from another folder, after a loss, interrupted, on a full disk.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Ran, corpus, mesh, ran, run, text};

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = mesh(arguments);
    ran(command
        .current_dir(folder)
        .output()
        .expect("the command starts"))
}

#[test]
fn a_source_named_relative_to_a_folder_is_read_there_from_everywhere() {
    let home = tempfile::tempdir().expect("a folder");
    let root = home.path().canonicalize().expect("is there");
    fs::create_dir(root.join("docs")).expect("a folder");
    fs::write(root.join("docs/a.md"), "# A\n\nText.\n").expect("a file");
    let corpus = root.join("corpus");
    let first = run_in(
        &root,
        &["index", "--corpus", "corpus", "--knowledge", "docs"],
    );
    assert_eq!(first.code, 0, "{first:?}");
    fs::write(root.join("docs/b.md"), "# B\n\nText.\n").expect("a file");
    let away = tempfile::tempdir().expect("a folder");
    let again = run_in(away.path(), &["index", "--corpus", text(&corpus)]);
    assert!(
        again
            .stdout
            .starts_with("knowledge: 1 files read, 1 unchanged; 2 passages\n"),
        "{again:?}"
    );
    let listed = run(&["index", "--corpus", text(&corpus), "--list"]);
    let docs = root.join("docs");
    let line = format!(
        "knowledge docs: 2 files, 2 passages, in {}\n",
        docs.display()
    );
    assert_eq!((listed.code, listed.stdout), (0, line));
}

#[test]
fn the_same_name_in_another_folder_takes_no_projects_place() {
    let home = tempfile::tempdir().expect("a folder");
    let root = home.path().canonicalize().expect("is there");
    let project = |name: &str| {
        let docs = root.join(name).join("docs");
        fs::create_dir_all(&docs).expect("a folder");
        fs::write(docs.join("a.md"), format!("# {name}\n\nText.\n")).expect("a file");
        root.join(name)
    };
    let (one, other) = (project("one"), project("other"));
    let named = ["index", "--corpus", "../corpus", "--knowledge", "docs"];
    assert_eq!(run_in(&one, &named).code, 0);
    let list = || run_in(&one, &["index", "--corpus", "../corpus", "--list"]).stdout;
    let before = list();
    let refused = run_in(&other, &named);
    let told = format!(
        "error: `docs` is `{root}/one/docs` in this corpus, which is still there, and `{root}/other/docs` is another: name \
         that by its whole path, or take the first one out before, with `--forget docs`",
        root = root.display()
    );
    assert_eq!(
        (refused.code, refused.stderr.lines().last()),
        (64, Some(&*told))
    );
    assert_eq!(list(), before);
    let whole = other.join("docs");
    let both = [
        "index",
        "--corpus",
        "../corpus",
        "--knowledge",
        text(&whole),
    ];
    assert_eq!(run_in(&other, &both).code, 0);
    assert_eq!(list().lines().count(), 2);
    fs::rename(&one, root.join("moved")).expect("moved");
    let moved = run_in(&root.join("moved"), &named);
    assert!(
        moved
            .stdout
            .starts_with("knowledge: 0 files read, 1 unchanged"),
        "{moved:?}"
    );
}

/// Has the corpus say that an earlier version made it.
fn make_older(corpus: &Path) {
    let meta = corpus.join("meta.json");
    let bytes = fs::read(&meta).expect("a corpus");
    let mut json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    json.as_object_mut().expect("an object").remove("checksum");
    let payload = json["payload"].as_str().expect("a header");
    let mut header: serde_json::Value = serde_json::from_str(payload).expect("JSON");
    header["format"] = 5.into();
    json["payload"] = header.to_string().into();
    fs::write(&meta, json.to_string()).expect("written");
}

#[test]
fn the_sources_of_an_older_corpus_are_listed_and_read_anew() {
    let home = corpus();
    let corpus = home.path().join("corpus");
    let list = || run(&["index", "--corpus", text(&corpus), "--list"]);
    let before = list();
    assert_eq!(before.code, 0, "{before:?}");
    make_older(&corpus);
    assert_eq!(list().stdout, before.stdout);
    let docs = home.path().join("docs");
    fs::rename(&docs, home.path().join("away")).expect("moved");
    let refused = run(&["index", "--corpus", text(&corpus)]);
    assert_eq!(refused.code, 1, "{refused:?}");
    let line = format!("\n  {}: missing now, its content is kept\n", docs.display());
    assert!(refused.stderr.contains(&line), "{refused:?}");
    assert_eq!(list().stdout, before.stdout);
    fs::rename(home.path().join("away"), &docs).expect("moved back");
    let anew = run(&["index", "--corpus", text(&corpus)]);
    assert_eq!(anew.code, 0, "{anew:?}");
    assert!(
        anew.stdout.contains("1 files read, 0 unchanged"),
        "{anew:?}"
    );
    assert_eq!(list().stdout, before.stdout);
}

#[cfg(unix)]
#[test]
fn a_corpus_that_cannot_be_looked_into_is_not_taken_for_an_empty_one() {
    let home = tempfile::tempdir().expect("a folder");
    let corpus = home.path().join("corpus");
    std::os::unix::fs::symlink(&corpus, &corpus).expect("a link to itself");
    let listed = run(&["index", "--corpus", text(&corpus), "--list"]);
    assert_eq!((listed.code, listed.stdout.as_str()), (1, ""));
    assert!(
        listed.stderr.contains("can't be read or written"),
        "{listed:?}"
    );
}

#[test]
fn a_corpus_that_has_lost_its_beginning_is_not_taken_for_an_empty_one() {
    let home = tempfile::tempdir().expect("a folder");
    let corpus = home.path().join("corpus");
    fs::write(home.path().join("a.md"), "# A\n\nText.\n").expect("a file");
    let document = home.path().join("a.md");
    run(&[
        "index",
        "--corpus",
        text(&corpus),
        "--knowledge",
        text(&document),
    ]);
    fs::remove_file(corpus.join("meta.json")).expect("removed");
    for arguments in [
        &["index", "--corpus", text(&corpus), "--list"][..],
        &["index", "--corpus", text(&corpus)],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(
            ran.stderr.contains("is not empty and holds no corpus"),
            "{ran:?}"
        );
    }
}

#[test]
fn most_of_a_source_goes_only_with_accept_loss() {
    let home = tempfile::tempdir().expect("a folder");
    let docs = home.path().join("docs");
    let corpus = home.path().join("corpus");
    fs::create_dir(&docs).expect("a folder");
    for number in 0..9 {
        fs::write(docs.join(format!("{number}.md")), "# A\n\nText.\n").expect("a file");
    }
    let (docs, corpus) = (text(&docs), text(&corpus));
    run(&["index", "--corpus", corpus, "--knowledge", docs]);
    for number in 0..6 {
        fs::remove_file(format!("{docs}/{number}.md")).expect("removed");
    }
    let refused = run(&["index", "--corpus", corpus]);
    let told = format!(
        "skipped 1:\n  {docs}: 6 of 9 are gone now, all are kept; `--accept-loss` with the source removes them\n"
    );
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.stdout.contains(&told), "{refused:?}");
    let unknown = run(&["index", "--corpus", corpus, "--accept-loss", "elsewhere"]);
    assert_eq!(unknown.code, 64, "{unknown:?}");
    let accepted = run(&["index", "--corpus", corpus, "--accept-loss", docs]);
    assert_eq!(accepted.code, 0, "{accepted:?}");
    let line = "knowledge: 0 files read, 3 unchanged, 6 removed; 3 passages\n";
    assert!(accepted.stdout.starts_with(line), "{accepted:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_what_to_do_and_leaves_the_corpus_as_it_was() {
    let home = corpus();
    let corpus = home.path().join("corpus");
    let more = home.path().join("more");
    fs::create_dir(&more).expect("a folder");
    for number in 0..4000 {
        fs::write(
            more.join(format!("{number}.md")),
            "# A\n\nText.\n".repeat(40),
        )
        .expect("a file");
    }
    let listed = run(&["index", "--corpus", text(&corpus), "--list"]);
    let mut command = mesh(&[
        "index",
        "--corpus",
        text(&corpus),
        "--knowledge",
        text(&more),
    ]);
    command.stderr(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().expect("the command starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while line != "reading\n" {
        line.clear();
        assert_ne!(
            stderr.read_line(&mut line).expect("UTF-8"),
            0,
            "it has ended"
        );
    }
    let sent = Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("`kill` starts").success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("UTF-8");
    assert_eq!(child.wait().expect("an end").code(), Some(130), "{rest}");
    assert!(
        rest.contains("interrupted: the corpus is as it was"),
        "{rest}"
    );
    let after = run(&["index", "--corpus", text(&corpus), "--list"]);
    assert_eq!(after.stdout, listed.stdout);
}

/// A bound on the size of files does to a write what a full disk does.
#[cfg(unix)]
#[test]
fn a_run_that_cannot_write_says_why_and_leaves_the_corpus_as_it_was() {
    let home = corpus();
    let corpus = home.path().join("corpus");
    let more = home.path().join("more");
    fs::create_dir(&more).expect("a folder");
    let words: String = (0..60_000).map(|number| format!("word{number} ")).collect();
    fs::write(more.join("a.md"), words).expect("a file");
    let listed = run(&["index", "--corpus", text(&corpus), "--list"]);
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command
        .args(["-c", script, env!("CARGO_BIN_EXE_mesh")])
        .args([
            "index",
            "--corpus",
            text(&corpus),
            "--knowledge",
            text(&more),
        ])
        .env_clear()
        .stdin(Stdio::null());
    let full = ran(command.output().expect("the command starts"));
    assert_eq!(full.code, 1, "{full:?}");
    let told = full.stderr.lines().last().unwrap_or_default();
    assert!(
        told.contains("can't be read or written, it is as it was: File too large"),
        "{full:?}"
    );
    let after = run(&["index", "--corpus", text(&corpus), "--list"]);
    assert_eq!((after.code, after.stdout), (0, listed.stdout));
}
