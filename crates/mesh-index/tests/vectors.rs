//! Vectors beside a corpus: made of what is new, used where they are sound, named where they are not.

use std::fs;
use std::path::{Path, PathBuf};

use mesh_embed::fakes;
use mesh_index::corpus::Corpus;
use mesh_index::run::{self, Plan, Silent};
use mesh_index::search::Query;
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
        run::index(&self.corpus(), &plan, &mut Silent).expect("indexes");
    }

    fn encode(&self, model: Option<Vec<u8>>) -> Encoded {
        encode(&self.corpus(), model, &mut |_, _| {}).expect("encodes")
    }
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
    assert_eq!(
        desk.encode(Some(fakes::model())),
        Encoded { new: 3, kept: 0 }
    );
    desk.write("wine.md", "# Wine\n\nA bottle of white wine.\n");
    desk.index();
    assert_eq!(desk.encode(None), Encoded { new: 1, kept: 2 });
    assert_eq!(desk.encode(None), Encoded { new: 0, kept: 3 });
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
    assert_eq!(corpus.vectors_fault(), None);
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
    let fault = corpus.vectors_fault().expect("is damaged");
    assert!(
        fault.ends_with("passages.bin` are damaged; index again with `--vectors`"),
        "{fault}"
    );
    assert_eq!(desk.encode(None), Encoded { new: 3, kept: 0 });
    assert_eq!(open(&desk.corpus()).vectors_fault(), None);
}

#[test]
fn a_model_that_is_missing_or_damaged_is_named_and_the_search_goes_on_by_words() {
    let desk = pages();
    desk.encode(Some(fakes::model()));
    let model = desk.corpus().join("vectors/model.bin");
    fs::write(&model, b"something else").expect("writes");
    let corpus = open(&desk.corpus());
    assert_eq!(titles(&corpus, QUESTION)[0], "Stopping");
    assert!(
        corpus
            .vectors_fault()
            .expect("is no model")
            .contains("this is no model")
    );
    fs::remove_file(&model).expect("removes");
    let fault = open(&desk.corpus()).vectors_fault().expect("has no model");
    assert!(
        fault.contains("of another model than the one beside them"),
        "{fault}"
    );
    let again = encode(&desk.corpus(), None, &mut |_, _| {});
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
        seen.push((done, all))
    })
    .expect("encodes");
    assert_eq!(seen, [(0, 3), (3, 3)]);
}
