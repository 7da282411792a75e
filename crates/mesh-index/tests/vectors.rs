//! Vectors beside a corpus: made of what is new, used where they are sound, named where they are not.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use mesh_embed::fakes;
use mesh_index::corpus::Corpus;
use mesh_index::run::{self, NoProgress, Plan};
use mesh_index::search::Query;
use mesh_index::store::{StoreError, Writer};
use mesh_index::vectors::{EncodeError, Encoded, encode, has_model};
use tempfile::TempDir;

const QUESTION: &str = "graceful server shutdown signal upload";

struct Desk {
    home: TempDir,
}

impl Desk {
    fn new(pages: &[(&str, &str)]) -> Self {
        let desk = Self {
            home: TempDir::new().expect("makes a folder"),
        };
        fs::create_dir(desk.docs()).expect("makes a folder");
        for (name, text) in pages {
            desk.write(name, text);
        }
        desk.index();
        desk
    }

    fn docs(&self) -> PathBuf {
        self.home.path().join("docs")
    }

    fn corpus(&self) -> PathBuf {
        self.home.path().join("corpus")
    }

    fn table(&self) -> PathBuf {
        self.corpus().join("vectors/passages.bin")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.docs().join(name), text).expect("writes");
    }

    fn index(&self) {
        let plan = Plan {
            knowledge: vec![self.docs()],
            ..Plan::default()
        };
        run::index(&self.corpus(), &plan, &mut NoProgress).expect("indexes");
    }

    fn encode(&self, model: Option<Vec<u8>>) -> Encoded {
        encode(&self.corpus(), model, &mut on).expect("encodes")
    }
}

fn on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn encoded(new: u64, kept: u64) -> Encoded {
    Encoded { new, kept, left: 0 }
}

fn fault(corpus: &Corpus) -> String {
    corpus.vectors().expect_err("is of no use").to_string()
}

fn titles(corpus: &Corpus, text: &str) -> Vec<String> {
    let query = Query {
        text,
        limit: 5,
        threshold: 0.0,
    };
    let found = corpus.search_knowledge(&query).expect("searches");
    found.hits.into_iter().map(|hit| hit.item.title).collect()
}

fn open(folder: &Path) -> Corpus {
    Corpus::open(folder).expect("opens")
}

fn pages() -> Desk {
    Desk::new(&[
        (
            "stop.md",
            "# Stopping\n\nThe server stops: shut down on a kill signal.\n",
        ),
        ("wine.md", "# Wine\n\nA glass of red wine.\n"),
        ("dog.md", "# Dog\n\nThe dog barks, the cat sleeps.\n"),
    ])
}

#[test]
fn only_texts_that_are_new_are_encoded_and_those_of_texts_that_are_gone_leave() {
    let desk = pages();
    assert_eq!(desk.encode(Some(fakes::model())), encoded(3, 0));
    desk.write("wine.md", "# Wine\n\nA bottle of white wine.\n");
    desk.index();
    assert_eq!(desk.encode(None), encoded(1, 2));
    assert_eq!(desk.encode(None), encoded(0, 3));
}

#[test]
fn what_shares_no_word_with_the_question_is_found_by_its_meaning() {
    let desk = pages();
    let question = "sleeping barking animals kept at houses";
    assert!(titles(&open(&desk.corpus()), question).len() < 3);
    desk.encode(Some(fakes::model()));
    assert_eq!(titles(&open(&desk.corpus()), question).len(), 3);
}

#[test]
fn a_corpus_that_is_being_served_takes_up_its_vectors() {
    let desk = pages();
    desk.encode(Some(fakes::model()));
    let corpus = open(&desk.corpus());
    assert_eq!(titles(&corpus, QUESTION)[0], "Stopping");
    assert_eq!(corpus.vectors().expect("are sound"), Some(3));
}

#[test]
fn vectors_that_are_damaged_are_named_and_the_search_goes_on_by_words() {
    let desk = pages();
    let by_words = titles(&open(&desk.corpus()), QUESTION);
    desk.encode(Some(fakes::model()));
    let mut bytes = fs::read(desk.table()).expect("reads");
    bytes[100] ^= 1;
    fs::write(desk.table(), bytes).expect("writes");
    let corpus = open(&desk.corpus());
    assert_eq!(titles(&corpus, QUESTION), by_words);
    let told = fault(&corpus);
    assert!(
        told.ends_with("passages.bin` are damaged; index again with `--vectors`"),
        "{told}"
    );
    let once = corpus.untold_vectors_fault().map(|fault| fault.to_string());
    assert_eq!(once, Some(told));
    assert!(corpus.untold_vectors_fault().is_none());
    assert_eq!(desk.encode(None), encoded(3, 0));
    let mended = open(&desk.corpus()).vectors().expect("are sound");
    assert_eq!(mended, Some(3));
}

#[test]
fn a_model_that_is_missing_or_damaged_is_named_and_the_search_goes_on_by_words() {
    let desk = pages();
    desk.encode(Some(fakes::model()));
    let model = desk.corpus().join("vectors/model.bin");
    fs::write(&model, b"something else").expect("writes");
    let corpus = open(&desk.corpus());
    assert_eq!(titles(&corpus, QUESTION)[0], "Stopping");
    assert!(fault(&corpus).contains("this is no model"));
    fs::remove_file(&model).expect("removes");
    let told = fault(&open(&desk.corpus()));
    assert!(
        told.contains("of another model than the one beside them"),
        "{told}"
    );
    let again = encode(&desk.corpus(), None, &mut on);
    assert!(matches!(again, Err(EncodeError::Io { .. })));
}

#[test]
fn the_model_is_kept_beside_the_corpus_with_its_licence_and_notice() {
    let desk = pages();
    assert!(!has_model(&desk.corpus()));
    desk.encode(Some(fakes::model()));
    assert!(has_model(&desk.corpus()));
    let notice = fs::read_to_string(desk.corpus().join("vectors/NOTICE")).expect("reads");
    assert!(notice.contains("all-MiniLM-L6-v2"));
    assert!(desk.corpus().join("vectors/LICENSE").is_file());
}

#[test]
fn progress_counts_up_to_all_texts() {
    let desk = pages();
    let mut seen = Vec::new();
    encode(&desk.corpus(), Some(fakes::model()), &mut |done, all| {
        seen.push((done, all));
        ControlFlow::Continue(())
    })
    .expect("encodes");
    assert_eq!(seen, [(0, 3), (3, 3)]);
}

#[test]
fn a_corpus_without_vectors_has_none_and_no_fault() {
    let corpus = open(&pages().corpus());
    titles(&corpus, QUESTION);
    assert!(corpus.vectors().expect("no fault").is_none());
    assert!(corpus.untold_vectors_fault().is_none());
}

#[test]
fn what_was_encoded_before_a_run_was_stopped_is_kept() {
    let names: Vec<String> = (0..100).map(|number| format!("{number}.md")).collect();
    let texts: Vec<String> = (0..100)
        .map(|number| format!("# Page {number}\n\nRed wine, glass {number}.\n"))
        .collect();
    let pages: Vec<(&str, &str)> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let desk = Desk::new(&pages);
    let mut stop = |done, _| match done {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    };
    let stopped = encode(&desk.corpus(), Some(fakes::model()), &mut stop).expect("encodes");
    let (new, left) = (stopped.new, stopped.left);
    assert!(new > 0 && left > 0 && new + left == 100, "{stopped:?}");
    let served = open(&desk.corpus()).vectors().expect("are sound");
    assert_eq!(served, Some(new));
    assert_eq!(desk.encode(None), encoded(left, new));
}

#[test]
fn encoding_waits_for_a_run_that_is_indexing() {
    let desk = pages();
    let indexing = Writer::open(&desk.corpus(), None).expect("opens");
    let refused = encode(&desk.corpus(), Some(fakes::model()), &mut on);
    assert!(
        matches!(refused, Err(EncodeError::Corpus(StoreError::Locked(_)))),
        "{refused:?}"
    );
    assert!(!has_model(&desk.corpus()));
    drop(indexing);
    let mut seen = |_, _| {
        let second = Writer::open(&desk.corpus(), None);
        assert!(matches!(second, Err(StoreError::Locked(_))));
        ControlFlow::Continue(())
    };
    encode(&desk.corpus(), Some(fakes::model()), &mut seen).expect("encodes");
}

#[test]
fn a_damaged_corpus_is_not_encoded() {
    let desk = pages();
    let store = fs::read_dir(desk.corpus())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|kind| kind == "store"))
        .expect("stored records");
    let mut bytes = fs::read(&store).expect("reads");
    bytes[8] ^= 1;
    fs::write(&store, bytes).expect("writes");
    let refused = encode(&desk.corpus(), Some(fakes::model()), &mut on);
    assert!(
        matches!(refused, Err(EncodeError::Corpus(StoreError::Broken(_)))),
        "{refused:?}"
    );
}

#[test]
fn vectors_that_have_not_changed_are_not_written_again() {
    let desk = pages();
    desk.encode(Some(fakes::model()));
    let written = || fs::metadata(desk.table()).and_then(|table| table.modified());
    let before = written().expect("a table");
    desk.encode(None);
    assert_eq!(written().expect("a table"), before);
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        let metadata = fs::metadata(path).expect("is there");
        metadata.permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets");
    }

    fn modes(desk: &Desk) -> Vec<u32> {
        let folder = desk.corpus().join("vectors");
        let files =
            ["model.bin", "passages.bin", "LICENSE", "NOTICE"].map(|name| folder.join(name));
        [folder]
            .iter()
            .chain(&files)
            .map(|path| mode(path))
            .collect()
    }

    #[test]
    fn vectors_are_read_by_those_who_may_enter_the_corpus() {
        let desk = pages();
        desk.encode(Some(fakes::model()));
        assert_eq!(modes(&desk), [0o700, 0o600, 0o600, 0o600, 0o600]);
        set_mode(&desk.corpus(), 0o750);
        desk.encode(Some(fakes::model()));
        assert_eq!(modes(&desk)[..2], [0o750, 0o640]);
    }

    #[test]
    fn a_folder_of_vectors_that_is_a_link_is_neither_read_nor_written() {
        let desk = pages();
        desk.encode(Some(fakes::model()));
        let (folder, elsewhere) = (
            desk.corpus().join("vectors"),
            desk.home.path().join("other"),
        );
        fs::rename(&folder, &elsewhere).expect("moves");
        symlink(&elsewhere, &folder).expect("links");
        fs::remove_file(elsewhere.join("NOTICE")).expect("removes");
        let told = fault(&open(&desk.corpus()));
        assert!(told.contains("`vectors` is not a folder"), "{told}");
        for model in [None, Some(fakes::model())] {
            let refused = encode(&desk.corpus(), model, &mut on);
            assert!(
                matches!(refused, Err(EncodeError::Io { .. })),
                "{refused:?}"
            );
        }
        assert!(!elsewhere.join("NOTICE").exists());
    }

    #[test]
    fn a_file_of_vectors_that_is_a_link_is_not_read_and_is_replaced() {
        for name in ["model.bin", "passages.bin"] {
            let desk = pages();
            desk.encode(Some(fakes::model()));
            let (file, outside) = (
                desk.corpus().join("vectors").join(name),
                desk.home.path().join("outside"),
            );
            fs::rename(&file, &outside).expect("moves");
            symlink(&outside, &file).expect("links");
            let told = fault(&open(&desk.corpus()));
            assert!(told.contains("can't be read: not a regular file"), "{told}");
            let before = fs::read(&outside).expect("reads");
            desk.encode(Some(fakes::model()));
            let served = open(&desk.corpus()).vectors().expect("are sound");
            assert_eq!(served, Some(3), "{name}");
            assert_eq!(fs::read(&outside).expect("reads"), before, "{name}");
        }
    }

    #[test]
    fn what_a_killed_run_left_is_not_written_through() {
        let desk = pages();
        let outside = desk.home.path().join("letter.txt");
        fs::write(&outside, "dear").expect("writes");
        fs::create_dir(desk.corpus().join("vectors")).expect("makes a folder");
        symlink(&outside, desk.corpus().join("vectors/passages.new")).expect("links");
        desk.encode(Some(fakes::model()));
        assert_eq!(fs::read_to_string(&outside).expect("reads"), "dear");
    }
}
