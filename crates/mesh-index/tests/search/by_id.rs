//! One thing by the names that searches and citations give it.

use mesh_index::store::document_id;
use mesh_index::{Commit, Mail, Record, Ticket};

use crate::support::{Shelf, code, commit, passage, query, shelf, ticket};

const LONG: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER: &str = "0123456fedcba9876543210fedcba98765432100";

fn everything() -> Shelf {
    let letter = Mail {
        id: "a/b?c@example.com".to_owned(),
        subject: "Crane".to_owned(),
        text: "It stands.".to_owned(),
        path: "team.mbox".to_owned(),
        line: 17,
        ..Mail::default()
    };
    let exported = Ticket {
        path: "tickets.csv".to_owned(),
        line: 4,
        ..ticket("OPS-3", "Rollback")
    };
    let patched = Commit {
        patch: "+let zeppelin = 1;".to_owned(),
        ..commit(LONG, "2024-05-01T00:00:00+00:00", "engine: mount it")
    };
    shelf(vec![
        passage("a.md", "A", "Some text."),
        Record::Code(code("src/a.rs", "fn a() {}")),
        Record::Ticket(exported),
        Record::Commit(patched),
        Record::Commit(commit(
            OTHER,
            "2024-05-02T00:00:00+00:00",
            "engine: mend it",
        )),
        Record::Mail(letter),
    ])
}

fn check(id: &str, expected: Option<&str>) {
    let found = everything().corpus.by_id(id).expect("reads");
    let name = found.first().map(|record| match record {
        Record::Knowledge(passage) => passage.path.clone(),
        Record::Code(passage) => passage.path.clone(),
        Record::Ticket(ticket) => ticket.key.clone(),
        Record::Commit(commit) => commit.hash.clone(),
        Record::Mail(mail) => mail.subject.clone(),
    });
    assert_eq!(name.as_deref(), expected, "{id}");
}

#[test]
fn each_kind_is_found_by_its_id() {
    check(&document_id("a.md"), Some("a.md"));
    check(&document_id("src/a.rs"), Some("src/a.rs"));
    check("ops-3", Some("OPS-3"));
    check(LONG, Some(LONG));
    check("A/b?c@example.com", Some("Crane"));
    check("NONE-1", None);
}

#[test]
fn tickets_and_mail_are_found_where_they_stand() {
    check("tickets.csv:4", Some("OPS-3"));
    check("team.mbox:17", Some("Crane"));
    check("team.mbox:18", None);
}

#[test]
fn an_abbreviated_hash_names_the_only_commit_that_begins_so() {
    check("01234567", Some(LONG));
    check("0123456F", Some(OTHER));
    check("0123456", None);
    check("012345", None);
}

#[test]
fn a_patch_is_read_with_its_commit_and_never_searched() {
    let library = everything();
    let found = library.corpus.by_id(LONG).expect("reads");
    let [Record::Commit(whole)] = found.as_slice() else {
        panic!("one commit, not {found:?}");
    };
    assert_eq!(whole.patch, "+let zeppelin = 1;");
    let filter = mesh_index::CommitFilter::default();
    let hits = library.corpus.search_commits(&query("mount"), &filter);
    let hits = hits.expect("searches").hits;
    assert_eq!(
        (hits[0].item.hash.as_str(), hits[0].item.patch.as_str()),
        (LONG, "")
    );
    let none = library.corpus.search_commits(&query("zeppelin"), &filter);
    assert!(none.expect("searches").hits.is_empty());
}
