//! A corpus that something else than a run has written to: an answer or an error, whatever was done to it.

use std::fs;
use std::path::{Path, PathBuf};

use mesh_index::corpus::CorpusFault;
use mesh_index::store::{StoreError, Writer};
use mesh_index::{Corpus, OpenError};

use crate::support::{Shelf, passage, query, shelf, ticket, write};

fn library() -> Shelf {
    shelf(vec![
        passage("a.md", "Masters", "A master is approved."),
        mesh_index::Record::Ticket(ticket("AOMA-9", "nine")),
    ])
}

/// What a segment consists of, and what names it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !fs::read(path).expect("a file").is_empty())
        .collect();
    files.sort();
    files
}

fn is_found(corpus: &Corpus) -> bool {
    let found = corpus.search_knowledge(&query("new"));
    found.is_ok_and(|found| found.hits.iter().any(|hit| hit.item.path == "c.md"))
}

#[test]
fn a_file_cut_short_anywhere_is_damage_and_no_run_writes_to_it() {
    let library = library();
    let folder = library.folder.path();
    for path in files(folder) {
        let whole = fs::read(&path).expect("a file");
        for len in [0, 1, 5, 9, whole.len() / 2, whole.len() - 2] {
            fs::write(&path, &whole[..len]).expect("writes");
            let is_list = path.ends_with(".managed.json");
            let told = Corpus::open(folder).map(drop);
            let is_told = matches!(&told, Err(OpenError::Broken(CorpusFault::Damage(_))));
            assert!(is_told, "{path:?} at {len}: {told:?}");
            let words = told.expect_err("damage").to_string();
            assert!(!words.contains("io_error"), "{path:?} at {len}: {words}");
            let told = Writer::open(folder, None).map(drop);
            let is_told = matches!(&told, Err(StoreError::Broken(_)));
            assert!(is_told, "{path:?} at {len}: {told:?}");
            let words = told.expect_err("damage").to_string();
            assert!(!words.contains("io_error"), "{path:?} at {len}: {words}");
            assert!(
                library.corpus.verify().is_err() || is_list,
                "{path:?} at {len}"
            );
        }
        fs::write(&path, &whole).expect("writes");
    }
    assert!(Corpus::open(folder).is_ok());
}

#[test]
fn a_byte_altered_anywhere_is_damage_or_changes_nothing() {
    let library = library();
    write(library.folder.path(), vec![passage("c.md", "New", "New.")]);
    let folder = library.folder.path();
    for path in files(folder) {
        let whole = fs::read(&path).expect("a file");
        for at in (0..whole.len()).step_by(37) {
            let mut altered = whole.clone();
            altered[at] ^= 0x24;
            fs::write(&path, &altered).expect("writes");
            match Corpus::open(folder) {
                Ok(corpus) => assert!(is_found(&corpus), "{path:?} at {at}"),
                Err(OpenError::Broken(CorpusFault::Damage(_)) | OpenError::Incompatible { .. }) => {
                }
                Err(error) => panic!("{path:?} at {at}: {error}"),
            }
        }
        fs::write(&path, &whole).expect("writes");
    }
}

#[test]
fn files_cut_short_or_altered_while_they_are_served_are_an_error_of_a_question_at_most() {
    for spoil in [
        (|_: &[u8]| Vec::new()) as fn(&[u8]) -> Vec<u8>,
        |whole| whole[..whole.len() / 2].to_owned(),
        |whole| whole.iter().map(|byte| byte ^ 1).collect(),
    ] {
        let library = library();
        write(library.folder.path(), vec![passage("c.md", "New", "New.")]);
        let corpus = Corpus::open(library.folder.path()).expect("opens");
        for path in files(library.folder.path()) {
            let spoilt = spoil(&fs::read(&path).expect("a file"));
            fs::write(&path, spoilt).expect("writes in place");
        }
        assert!(!is_found(&corpus), "its record is on the disk alone");
        assert!(corpus.has(mesh_index::Kind::Knowledge));
        assert!(corpus.verify().is_err());
    }
}

#[test]
fn a_mapped_corpus_answers_as_the_other_does() {
    let library = library();
    write(library.folder.path(), vec![passage("c.md", "New", "New.")]);
    let corpus = Corpus::open_mapped(library.folder.path()).expect("opens");
    assert!(is_found(&corpus));
}

#[cfg(unix)]
#[test]
fn a_corpus_is_its_owners_alone_unless_the_owner_opens_its_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
    let parent = tempfile::tempdir().expect("makes a folder");
    let folder = parent.path().join("corpus");
    write(&folder, vec![passage("a.md", "A", "A.")]);
    assert_eq!(mode(&folder), 0o700);
    for path in files(&folder) {
        assert_eq!(mode(&path), 0o600, "{path:?}");
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).expect("opens it");
    write(&folder, vec![passage("b.md", "B", "B.")]);
    assert_eq!(mode(&folder), 0o750);
    assert_eq!(mode(&folder.join("meta.json")), 0o640);
}
