use mesh_index::corpus::{Corpus, OpenError};
use mesh_index::search::{SearchError, TicketFilter};
use mesh_index::{Kind, Record};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::support::{Shelf, commit, mail, passage, shelf, ticket};

fn library() -> Shelf {
    shelf(vec![
        passage("b.md", "One", "First."),
        passage("b.md", "Two", "Second."),
        passage("a.md", "One", "Other."),
        Record::Ticket(ticket("AOMA-10", "ten")),
        Record::Ticket(ticket("AOMA-9", "nine")),
        Record::Ticket(ticket("ITSM-1", "one")),
    ])
}

#[test]
fn documents_are_listed_by_path_and_page() {
    let library = library();
    let first = library.corpus.documents(None, 1).expect("lists");
    assert_eq!(first.items[0].path, "a.md");
    let second = library
        .corpus
        .documents(first.next.as_deref(), 1)
        .expect("lists");
    assert_eq!(
        (
            second.items[0].path.as_str(),
            second.items[0].passages,
            second.next
        ),
        ("b.md", 2, None)
    );
}

#[test]
fn a_document_is_read_whole_by_its_id() {
    let library = library();
    let info = library
        .corpus
        .documents(None, 9)
        .expect("lists")
        .items
        .remove(1);
    let document = library
        .corpus
        .document(&info.id)
        .expect("reads")
        .expect("is there");
    let texts: Vec<_> = document
        .passages
        .iter()
        .map(|passage| passage.text.as_str())
        .collect();
    assert_eq!((document.info, texts), (info, vec!["First.", "Second."]));
    assert_eq!(library.corpus.document("no-such-id").expect("reads"), None);
}

#[test]
fn tickets_are_listed_by_number_and_found_in_any_case() {
    let library = library();
    let page = library.corpus.tickets(None, 2).expect("lists");
    let keys: Vec<_> = page
        .items
        .iter()
        .map(|ticket| ticket.key.as_str())
        .collect();
    assert_eq!(keys, ["AOMA-9", "AOMA-10"]);
    let rest = library
        .corpus
        .tickets(page.next.as_deref(), 2)
        .expect("lists");
    assert_eq!((rest.items[0].key.as_str(), rest.next), ("ITSM-1", None));
    let found = library
        .corpus
        .ticket("aoma-9")
        .expect("reads")
        .expect("is there");
    assert_eq!(found.summary, "nine");
}

#[test]
fn tickets_are_counted_by_project() {
    let count = library()
        .corpus
        .count_tickets(&TicketFilter::default())
        .expect("counts");
    let projects: Vec<_> = count
        .by_project
        .iter()
        .map(|p| (p.project.as_str(), p.count))
        .collect();
    assert_eq!((count.total, projects), (3, vec![("AOMA", 2), ("ITSM", 1)]));
}

#[test]
fn ids_are_completed_from_their_beginning_first() {
    let completion = library()
        .corpus
        .complete_tickets("1", 1)
        .expect("completes");
    assert_eq!(
        (completion.values, completion.total),
        (vec!["AOMA-10".to_owned()], 2)
    );
    let documents = library()
        .corpus
        .complete_documents("B-", 9)
        .expect("completes");
    assert_eq!(documents.total, 1);
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let library = library();
    let cursor = library.corpus.tickets(None, 1).expect("lists").next;
    let refused = library.corpus.documents(cursor.as_deref(), 1);
    assert!(matches!(refused, Err(SearchError::BadCursor)));
}

#[test]
fn counts_are_known_without_a_search() {
    let library = library();
    let stats = library.corpus.stats();
    let knowledge = stats.kinds[&Kind::Knowledge];
    assert_eq!((knowledge.documents, knowledge.passages), (2, 3));
    assert!(library.corpus.has(Kind::Ticket) && !library.corpus.has(Kind::Mail));
}

#[test]
fn an_empty_folder_has_no_corpus_yet() {
    let folder = TempDir::new().expect("makes a folder");
    assert!(matches!(
        Corpus::open(folder.path()),
        Err(OpenError::Missing(_))
    ));
    std::fs::write(folder.path().join("letter.txt"), "dear").expect("writes");
    assert!(matches!(
        Corpus::open(folder.path()),
        Err(OpenError::NotACorpus(_))
    ));
}

#[test]
fn a_commit_is_told_from_others_by_the_beginning_of_the_digest_of_its_list_of_files() {
    let library = library();
    let meta = std::fs::read(library.folder.path().join("meta.json")).expect("reads");
    let digest = u64::from_be_bytes(Sha256::digest(meta)[..8].try_into().expect("8 bytes"));
    let first = library.corpus.stats().fingerprint;
    assert_eq!(first, format!("{digest:016x}"));
    crate::support::write(library.folder.path(), vec![passage("c.md", "New", "New.")]);
    let second = Corpus::open(library.folder.path()).expect("opens");
    assert_ne!(second.stats().fingerprint, first);
}

#[test]
fn an_opened_corpus_keeps_its_commit() {
    let library = library();
    crate::support::write(library.folder.path(), vec![passage("c.md", "New", "New.")]);
    assert_eq!(library.corpus.stats().kinds[&Kind::Knowledge].documents, 2);
    let reopened = Corpus::open(library.folder.path()).expect("opens");
    assert_eq!(reopened.stats().kinds[&Kind::Knowledge].documents, 3);
}

#[test]
fn a_corpus_that_cannot_be_locked_is_served() {
    let library = library();
    // As in a read-only folder, the lock's file can't be written; this holds for the superuser too.
    let lock = library.folder.path().join(".tantivy-meta.lock");
    std::fs::remove_file(&lock).expect("was locked before");
    std::fs::create_dir(&lock).expect("makes a folder");
    let corpus = Corpus::open(library.folder.path()).expect("opens");
    let found = corpus.ticket("AOMA-9").expect("reads");
    assert_eq!(found.expect("is there").summary, "nine");
}

#[test]
fn the_newest_of_a_kind_is_told_by_its_own_date_unless_that_lies_in_the_future() {
    let shelf = shelf(vec![
        passage("a.md", "A", "Text."),
        Record::Commit(commit("a1", "2024-05-01T23:30:00-02:00", "older")),
        Record::Commit(commit("b2", "2024-04-01T00:00:00Z", "oldest")),
        Record::Mail(mail("m1", "2023-01-01T00:00:00Z", "last year")),
        Record::Mail(mail("m2", "2999-01-01T00:00:00Z", "win a prize")),
    ]);
    for (kind, day) in [
        (Kind::Commit, Some("2024-05-02")),
        (Kind::Mail, Some("2023-01-01")),
        (Kind::Ticket, None),
        (Kind::Knowledge, None),
        (Kind::Code, None),
    ] {
        let newest = shelf.corpus.newest(kind).expect("looks");
        assert_eq!(newest.as_deref(), day, "{kind}");
    }
}

#[test]
fn everything_of_a_kind_is_read_and_an_older_export_is_not() {
    let dated = |status: &str, updated: &str| {
        Record::Ticket(mesh_index::Ticket {
            status: status.to_owned(),
            updated: updated.to_owned(),
            ..ticket("AOMA-1", "one")
        })
    };
    let shelf = shelf(vec![
        passage("a.md", "One", "Other."),
        dated("Open", "2024-01-01T00:00:00Z"),
        dated("Done", "2024-03-01T00:00:00Z"),
        Record::Ticket(ticket("AOMA-2", "two")),
    ]);
    let records = shelf.corpus.records(Kind::Ticket).expect("reads");
    let mut found: Vec<_> = records
        .map(|record| match record.expect("reads") {
            Record::Ticket(ticket) => (ticket.key, ticket.status),
            other => panic!("{other:?}"),
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            ("AOMA-1".to_owned(), "Done".to_owned()),
            ("AOMA-2".to_owned(), String::new())
        ]
    );
}
