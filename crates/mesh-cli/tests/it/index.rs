use std::fs;

use crate::support::{mesh, ran, run, text};

#[test]
fn a_folder_becomes_a_corpus_and_is_not_read_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    fs::create_dir(&docs).expect("a folder");
    fs::write(docs.join("a.md"), "# A\n\nAbout masters.\n").expect("a file");
    let corpus = folder.path().join("corpus");
    let first = run(&[
        "index",
        "--corpus",
        text(&corpus),
        "--knowledge",
        text(&docs),
    ]);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(
        first
            .stdout
            .starts_with("knowledge: 1 files read, 0 unchanged; 1 passages\n"),
        "{first:?}"
    );
    assert_eq!(
        first.stderr,
        "looking for files\nreading\nwriting the corpus\n"
    );
    let again = run(&["index", "--corpus", text(&corpus)]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(
        again
            .stdout
            .starts_with("knowledge: 0 files read, 1 unchanged; 1 passages\n"),
        "{again:?}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_makes_status_3() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.md"), "# A\n").expect("a file");
    fs::write(folder.path().join("b.md"), b"\0\0\0").expect("a file");
    let corpus = tempfile::tempdir().expect("a folder");
    let docs = text(folder.path());
    let indexed = run(&[
        "index",
        "--corpus",
        text(corpus.path()),
        "--knowledge",
        docs,
    ]);
    assert_eq!(indexed.code, 3, "{indexed:?}");
    let named = format!("skipped 1:\n  {docs}/b.md: binary\n");
    assert!(indexed.stdout.contains(&named), "{indexed:?}");
}

#[test]
fn variables_stand_in_for_flags() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.md"), "# A\n\nText.\n").expect("a file");
    let corpus = tempfile::tempdir().expect("a folder");
    let mut command = mesh(&["index"]);
    command
        .env("MESH_CORPUS", corpus.path())
        .env("MESH_KNOWLEDGE", folder.path());
    let indexed = ran(command.output().expect("the command starts"));
    assert_eq!(indexed.code, 0, "{indexed:?}");
    assert!(
        indexed.stdout.starts_with("knowledge: 1 files read"),
        "{indexed:?}"
    );
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    let corpus = text(&corpus);
    let check = |arguments: &[&str], message: &str| {
        let refused = run(arguments);
        assert_eq!(
            (refused.code, refused.stderr.lines().last()),
            (64, Some(message))
        );
    };
    check(
        &["index", "--knowledge", "docs"],
        "error: no folder for the corpus: give `--corpus DIR` or set `MESH_CORPUS`",
    );
    check(
        &[
            "index",
            "--corpus",
            corpus,
            "--knowledge",
            "no/docs",
            "--mail",
            "no/mail",
        ],
        "error: no such file or folder: `no/docs`, `no/mail`",
    );
    check(
        &["index", "--corpus", corpus],
        "error: nothing to index: name a source, such as `--knowledge docs`",
    );
}

#[test]
fn a_corpus_that_brings_a_model_keeps_its_vectors_up_without_being_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    fs::create_dir(&docs).expect("a folder");
    fs::write(docs.join("a.md"), "# A\n\nThe dog barks.\n").expect("a file");
    let corpus = folder.path().join("corpus");
    let paths = [text(&corpus), text(&docs)];
    let plain = run(&["index", "--corpus", paths[0], "--knowledge", paths[1]]);
    assert!(!plain.stdout.contains("vectors"), "{plain:?}");
    fs::create_dir(corpus.join("vectors")).expect("a folder");
    fs::write(corpus.join("vectors/model.bin"), mesh_embed::fakes::model()).expect("a file");
    let first = run(&["index", "--corpus", paths[0]]);
    assert!(
        first
            .stdout
            .contains("vectors: 1 texts encoded, 0 unchanged"),
        "{first:?}"
    );
    assert!(first.stderr.ends_with("encoding 1 texts\n"), "{first:?}");
    let again = run(&["index", "--corpus", paths[0]]);
    assert!(
        again
            .stdout
            .contains("vectors: 0 texts encoded, 1 unchanged"),
        "{again:?}"
    );
    assert_eq!(again.code, 0, "{again:?}");
}

#[test]
fn a_model_that_is_not_the_published_one_is_refused_and_the_corpus_is_searched_by_words() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.md"), "# A\n\nThe dog barks.\n").expect("a file");
    let corpus = tempfile::tempdir().expect("a folder");
    let docs = text(folder.path());
    let named = text(&folder.path().join("a.md")).to_owned();
    let indexed = run(&[
        "index",
        "--corpus",
        text(corpus.path()),
        "--knowledge",
        docs,
        "--vectors",
        "--model",
        &named,
    ]);
    assert_eq!(indexed.code, 3, "{indexed:?}");
    assert!(indexed.stderr.contains("its SHA-256 is"), "{indexed:?}");
    assert!(indexed.stdout.contains("1 passages"), "{indexed:?}");
}

#[test]
fn a_file_in_the_place_of_the_corpus_is_wrong_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("corpus");
    fs::write(&file, "no folder").expect("a file");
    let refused = run(&["index", "--corpus", text(&file), "--list"]);
    let told = format!("error: `{}` is a file; name a folder\n", file.display());
    assert_eq!((refused.code, refused.stderr), (64, told));
}

#[test]
fn a_corpus_that_is_not_there_is_told_with_a_command_that_makes_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("nope");
    let refused = run(&["serve", "--corpus", text(&corpus)]);
    assert_eq!(refused.code, 1);
    let advice = format!("mesh index --corpus {} --knowledge DOCS", corpus.display());
    assert!(refused.stderr.contains(&advice), "{refused:?}");
}
