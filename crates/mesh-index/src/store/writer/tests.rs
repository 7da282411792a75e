use tempfile::TempDir;

use super::*;
use crate::record::Passage;
use crate::store::SourceKind;

fn docs() -> Source {
    Source {
        kind: SourceKind::Knowledge,
        path: "docs".to_owned(),
    }
}

fn passage(path: &str) -> Record {
    Record::Knowledge(Passage {
        path: path.to_owned(),
        title: "A title".to_owned(),
        text: "Some text.".to_owned(),
        ..Passage::default()
    })
}

fn write(folder: &Path, paths: &[&str]) -> Writer {
    let mut writer = Writer::open(folder, None).expect("opens");
    writer.set_sources(vec![docs()]);
    for path in paths {
        let records = vec![passage(path), passage(path)];
        writer.put_file(&docs(), path, "1", records).expect("puts");
    }
    writer
}

fn files(folder: &Path) -> Vec<String> {
    let writer = Writer::open(folder, None).expect("opens");
    writer.files(&docs()).expect("reads").into_keys().collect()
}

#[test]
fn a_commit_is_seen_by_the_next_run() {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), &["a.md", "b.md"])
        .commit()
        .expect("commits");
    let writer = Writer::open(folder.path(), None).expect("opens");
    assert_eq!(writer.sources(), vec![docs()]);
    let state = &writer.files(&docs()).expect("reads")["a.md"];
    assert_eq!((state.fingerprint.as_str(), state.passages), ("1", 2));
}

#[test]
fn a_commit_that_cannot_tidy_up_has_succeeded() {
    let folder = TempDir::new().expect("makes a folder");
    let writer = write(folder.path(), &["a.md"]);
    // Collecting garbage takes this lock, and a folder can't be locked.
    let lock = folder.path().join(".tantivy-meta.lock");
    std::fs::remove_file(&lock).expect("was locked before");
    std::fs::create_dir(&lock).expect("makes a folder");
    writer.commit().expect("commits");
    std::fs::remove_dir(&lock).expect("unlocks");
    assert_eq!(files(folder.path()), ["a.md"]);
}

#[test]
fn a_dropped_run_leaves_the_corpus_as_it_was() {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), &["a.md"]).commit().expect("commits");
    let mut writer = write(folder.path(), &["b.md"]);
    writer.remove_file(&docs(), "a.md").expect("removes");
    drop(writer);
    assert_eq!(files(folder.path()), ["a.md"]);
}

#[test]
fn a_removed_file_leaves() {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), &["a.md", "b.md"])
        .commit()
        .expect("commits");
    let mut writer = Writer::open(folder.path(), None).expect("opens");
    writer.remove_file(&docs(), "a.md").expect("removes");
    writer.commit().expect("commits");
    assert_eq!(files(folder.path()), ["b.md"]);
}

#[test]
fn a_source_no_longer_named_leaves_with_its_files() {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), &["a.md"]).commit().expect("commits");
    let mut writer = Writer::open(folder.path(), None).expect("opens");
    writer.set_sources(Vec::new());
    writer.commit().expect("commits");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn another_language_reads_everything_again() {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), &["a.md"]).commit().expect("commits");
    let german = Writer::open(folder.path(), Some(Language::German)).expect("opens");
    assert!(german.files(&docs()).expect("reads").is_empty());
}

#[test]
fn a_second_run_is_told_to_wait() {
    let folder = TempDir::new().expect("makes a folder");
    let _first = write(folder.path(), &[]);
    let second = Writer::open(folder.path(), None);
    assert!(matches!(second, Err(StoreError::Locked(_))));
}

#[test]
fn a_corpus_is_locked_before_it_is_read() {
    let home = TempDir::new().expect("makes a folder");
    let folder = home.path().join("corpus");
    for header in [None, Some(FORMAT)] {
        let opened = open_or_create(&folder).expect("opens");
        assert_eq!(opened.header.as_ref().map(|header| header.format), header);
        let second = Writer::open(&folder, None);
        assert!(matches!(second, Err(StoreError::Locked(_))), "{second:?}");
        drop(opened);
        write(&folder, &["a.md"]).commit().expect("commits");
    }
    rewrite(&folder, |header| header["format"] = (FORMAT - 1).into());
    let opened = open_or_create(&folder).expect("opens");
    let _replaced = replace(&folder, &opened).expect("begins anew");
    let second = Writer::open(&folder, None);
    assert!(matches!(second, Err(StoreError::Locked(_))), "{second:?}");
}

#[test]
fn a_lock_that_cannot_be_made_is_told_with_the_folder_and_the_reason() {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), &["a.md"]).commit().expect("commits");
    let lock = folder.path().join(".tantivy-writer.lock");
    std::fs::remove_file(&lock).expect("was locked before");
    std::fs::create_dir(&lock).expect("makes a folder");
    let told = Writer::open(folder.path(), None).expect_err("cannot lock");
    let start = format!("the corpus in `{}` can't be", folder.path().display());
    assert!(told.to_string().starts_with(&start), "{told}");
}

#[test]
fn a_folder_with_other_things_is_left_alone() {
    let folder = TempDir::new().expect("makes a folder");
    std::fs::write(folder.path().join("letter.txt"), "dear").expect("writes");
    let opened = Writer::open(folder.path(), None);
    assert!(matches!(opened, Err(StoreError::NotACorpus(_))));
}

#[test]
fn a_corpus_that_names_files_outside_of_its_folder_is_refused_and_they_stay() {
    let home = TempDir::new().expect("makes a folder");
    let folder = home.path().join("corpus");
    write(&folder, &["a.md"]).commit().expect("commits");
    let letter = home.path().join("letter.txt");
    std::fs::write(&letter, "dear").expect("writes");
    for name in ["../letter.txt", letter.to_str().expect("UTF-8"), "..", ""] {
        let list = serde_json::to_string(&[name]).expect("JSON");
        std::fs::write(folder.join(".managed.json"), list).expect("writes");
        let opened = Writer::open(&folder, None);
        assert!(matches!(opened, Err(StoreError::Broken(_))), "{name}");
    }
    assert!(letter.exists());
}

#[test]
fn a_record_of_another_kind_is_refused() {
    let folder = TempDir::new().expect("makes a folder");
    let mut writer = write(folder.path(), &[]);
    let git = Source {
        kind: SourceKind::Git,
        path: ".".to_owned(),
    };
    let put = writer.put_file(&git, "HEAD", "1", vec![passage("a.md")]);
    assert!(matches!(put, Err(StoreError::WrongKind { .. })));
}

/// Has the last commit of the corpus say something else.
fn rewrite(folder: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let meta = folder.join("meta.json");
    let bytes = std::fs::read(&meta).expect("reads");
    let mut json: serde_json::Value = serde_json::from_slice(&bytes).expect("is JSON");
    json.as_object_mut().expect("an object").remove("checksum");
    let payload = json["payload"].as_str().expect("a header");
    let mut header = serde_json::from_str(payload).expect("is JSON");
    change(&mut header);
    json["payload"] = header.to_string().into();
    std::fs::write(&meta, json.to_string()).expect("writes");
}

#[test]
fn a_header_that_cannot_be_read_is_not_taken_for_none() {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), &["a.md"]).commit().expect("commits");
    rewrite(folder.path(), |header| header["sources"] = "docs".into());
    let told = Writer::open(folder.path(), None);
    assert!(matches!(told, Err(StoreError::Broken(_))), "{told:?}");
    let told = crate::Corpus::open(folder.path()).map(drop);
    assert!(matches!(told, Err(crate::OpenError::Broken(_))), "{told:?}");
    rewrite(folder.path(), |header| {
        header["format"] = (FORMAT + 1).into()
    });
    let told = Writer::open(folder.path(), None);
    let newer = FORMAT + 1;
    assert!(
        matches!(told, Err(StoreError::Incompatible { found, .. }) if found == newer),
        "{told:?}"
    );
}

/// A corpus of an older version: its schema is another, and its header says so.
fn older(folder: &Path) {
    write(folder, &["a.md"]).commit().expect("commits");
    rewrite(folder, |header| header["format"] = (FORMAT - 1).into());
    let meta = folder.join("meta.json");
    let text = std::fs::read_to_string(&meta).expect("reads");
    let mut json: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    let fields = json["schema"].as_array_mut().expect("fields");
    let last = fields.pop().expect("some");
    assert_eq!(last["name"], "mail_body");
    std::fs::write(&meta, json.to_string()).expect("writes");
}

#[test]
fn an_older_corpus_is_read_anew_and_is_as_it_was_until_the_commit() {
    let folder = TempDir::new().expect("makes a folder");
    older(folder.path());
    let meta = || std::fs::read(folder.path().join("meta.json")).expect("reads");
    let before = meta();
    let mut dropped = write(folder.path(), &["b.md"]);
    assert_eq!(dropped.sources(), [docs()]);
    assert!(dropped.is_anew());
    let files = dropped.files_before(&docs());
    assert_eq!(
        (&*files["a.md"].fingerprint, files["a.md"].passages),
        ("", 2)
    );
    dropped.remove_file(&docs(), "b.md").expect("removes");
    drop(dropped);
    assert_eq!(meta(), before);
    let writer = write(folder.path(), &["b.md"]);
    assert!(
        writer.files_before(&docs()).contains_key("a.md"),
        "nothing of it is gone"
    );
    writer.commit().expect("commits");
    let writer = Writer::open(folder.path(), None).expect("opens");
    assert!(!writer.is_anew());
    assert_eq!(writer.files(&docs()).expect("reads").len(), 1);
    drop(writer);
    let corpus = crate::Corpus::open(folder.path()).expect("opens");
    assert_eq!(corpus.stats().kinds[&crate::Kind::Knowledge].passages, 2);
    let stores = std::fs::read_dir(folder.path())
        .expect("lists")
        .filter(|entry| {
            let name = entry.as_ref().expect("an entry").file_name();
            name.to_string_lossy().ends_with(".store")
        });
    assert_eq!(stores.count(), 1, "what it held is deleted");
}

#[test]
fn an_older_corpus_says_how_it_is_read_anew() {
    let folder = TempDir::new().expect("makes a folder");
    older(folder.path());
    let told = crate::Corpus::open(folder.path())
        .map(drop)
        .expect_err("is older");
    let told = told.to_string();
    let advice = format!(
        "have its sources read anew with `mesh index --corpus {}`",
        folder.path().display()
    );
    assert!(told.ends_with(&advice), "{told}");
}
