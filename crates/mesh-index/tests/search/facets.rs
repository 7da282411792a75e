//! The values there are to narrow a search by.

use mesh_index::{Facet, Record, Ticket};

use crate::support::{Shelf, code, commit, mail, shelf, ticket};

fn of_status(key: &str, status: &str) -> Record {
    Record::Ticket(Ticket {
        status: status.to_owned(),
        priority: "High".to_owned(),
        issue_type: "Bug".to_owned(),
        assignee: "Grace Hopper".to_owned(),
        ..ticket(key, "A thing")
    })
}

fn everything() -> Shelf {
    shelf(vec![
        of_status("OPS-1", "Done"),
        of_status("OPS-2", "In Review"),
        of_status("SHOP-3", "In Review"),
        Record::Commit(commit("abc1", "2026-01-01T00:00:00Z", "Start")),
        Record::Code(code("src/a.rs", "fn a() {}")),
        Record::Mail(mail("m1", "2026-01-01T00:00:00Z", "Hello")),
    ])
}

fn check(facet: Facet, known: &[&str]) {
    let values = everything().corpus.values(facet, 10).expect("values");
    assert_eq!(values.known, known, "{facet:?}");
    assert!(!values.has_more);
}

#[test]
fn values_are_told_as_written_the_commonest_first() {
    check(Facet::TicketStatus, &["In Review", "Done"]);
    check(Facet::TicketProject, &["OPS", "SHOP"]);
    check(Facet::TicketType, &["Bug"]);
    check(Facet::TicketAssignee, &["Grace Hopper"]);
    check(Facet::CommitAuthor, &["Ada Lovelace"]);
    check(Facet::CodeLanguage, &["Rust"]);
    check(Facet::MailSender, &["Grace Hopper <grace@example.com>"]);
}

#[test]
fn a_field_of_two_kinds_is_told_for_each_alone() {
    check(Facet::TicketPriority, &["High"]);
    check(Facet::MailPriority, &["normal"]);
    check(Facet::CommitRepository, &["engine"]);
    check(Facet::CodeRepository, &[]);
}

#[test]
fn a_list_that_is_cut_says_so() {
    let values = everything().corpus.values(Facet::TicketStatus, 1);
    let values = values.expect("values");
    assert_eq!(values.known, ["In Review"]);
    assert!(values.has_more);
}

#[test]
fn a_value_is_known_where_a_filter_by_it_finds_something() {
    let shelf = everything();
    for (facet, value, expected) in [
        (Facet::TicketStatus, "in review", true),
        (Facet::TicketStatus, "review", false),
        (Facet::CommitAuthor, "lovelace", true),
        (Facet::CommitAuthor, "grace", false),
        (Facet::CodeExtension, ".rs", true),
        (Facet::MailRecipient, "ada@", true),
    ] {
        let has = shelf.corpus.has_value(facet, value).expect("a look");
        assert_eq!(has, expected, "{facet:?} {value}");
    }
}
