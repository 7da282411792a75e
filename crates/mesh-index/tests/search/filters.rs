use std::collections::BTreeSet;

use mesh_index::search::{CodeFilter, CommitFilter, MailFilter, SearchError, TicketFilter};
use mesh_index::{Commit, DEFAULT_THRESHOLD_TICKETS, Mail, Query, Record, Rename, Ticket};

use crate::support::{Shelf, code, commit, mail, query, shelf, ticket};

fn list(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn tickets() -> Shelf {
    let ticket = |key: &str, status: &str, updated: &str| {
        Record::Ticket(Ticket {
            status: status.to_owned(),
            updated: updated.to_owned(),
            assignee: "Ada Lovelace".to_owned(),
            ..ticket(key, "The login page is slow")
        })
    };
    shelf(vec![
        ticket("AOMA-1", "Open", "2024-01-01T00:00:00Z"),
        ticket("AOMA-2", "In Progress", "2024-03-01T00:00:00Z"),
        ticket("ITSM-1", "Open", "2024-02-01T00:00:00Z"),
    ])
}

fn ticket_keys(text: &str, filter: &TicketFilter) -> Vec<String> {
    let found = tickets()
        .corpus
        .search_tickets(&query(text), filter)
        .expect("searches");
    found.hits.into_iter().map(|hit| hit.item.key).collect()
}

#[test]
fn a_status_is_compared_as_a_whole_and_in_any_case() {
    let filter = TicketFilter {
        status: list(&["in progress", "Progress"]),
        ..TicketFilter::default()
    };
    assert_eq!(ticket_keys("login", &filter), ["AOMA-2"]);
}

#[test]
fn all_filters_must_hold() {
    let filter = TicketFilter {
        project: vec!["aoma".to_owned()],
        status: list(&["open"]),
        assignee: list(&["lovelace"]),
        ..TicketFilter::default()
    };
    assert_eq!(ticket_keys("slow login", &filter), ["AOMA-1"]);
}

#[test]
fn a_ticket_is_found_by_its_type_and_its_people() {
    let of = |key: &str, issue_type: &str, assignee: &str, reporter: &str| {
        Record::Ticket(Ticket {
            issue_type: issue_type.to_owned(),
            assignee: assignee.to_owned(),
            reporter: reporter.to_owned(),
            ..ticket(key, "The login page is slow")
        })
    };
    let shelf = shelf(vec![
        of("OPS-1", "Bug", "Ada Lovelace", "Grace Hopper"),
        of("OPS-2", "Story", "Grace Hopper", "Alan Turing"),
        of("OPS-3", "Bug", "", "Ada Lovelace"),
    ]);
    let keys = |text: &str, filter: &TicketFilter| {
        let asked = Query {
            threshold: DEFAULT_THRESHOLD_TICKETS,
            ..query(text)
        };
        let found = shelf
            .corpus
            .search_tickets(&asked, filter)
            .expect("searches");
        let keys = found.hits.into_iter().map(|hit| hit.item.key);
        keys.collect::<BTreeSet<_>>()
    };
    let keys_of = |expected: &[&str]| list(expected).into_iter().collect::<BTreeSet<_>>();
    let any = TicketFilter::default();
    assert_eq!(keys("the story", &any), keys_of(&["OPS-2"]));
    assert_eq!(keys("Alan Turing", &any), keys_of(&["OPS-2"]));
    assert_eq!(keys("ada", &any), keys_of(&["OPS-1", "OPS-3"]));
    let bugs = TicketFilter {
        issue_type: list(&["bug"]),
        ..TicketFilter::default()
    };
    assert_eq!(keys("", &bugs), keys_of(&["OPS-1", "OPS-3"]));
    let of_ada = TicketFilter {
        assignee: list(&["ada"]),
        ..bugs
    };
    assert_eq!(keys("slow login", &of_ada), keys_of(&["OPS-1"]));
}

#[test]
fn a_sentence_about_a_person_finds_what_they_reported() {
    let ticket = |number: usize, reporter: &str| {
        Record::Ticket(Ticket {
            issue_type: ["Bug", "Story"][number % 2].to_owned(),
            assignee: "Grace Hopper".to_owned(),
            reporter: reporter.to_owned(),
            description: "It takes a minute, as the report of the shop floor says.".to_owned(),
            ..ticket(&format!("OPS-{number}"), "The login page is slow")
        })
    };
    let mut tickets: Vec<_> = (0..40)
        .map(|number| ticket(number, "Alan Turing"))
        .collect();
    tickets.push(ticket(40, "Ada Lovelace"));
    let shelf = shelf(tickets);
    let asked = Query {
        threshold: DEFAULT_THRESHOLD_TICKETS,
        ..query("Which bugs did Ada Lovelace report?")
    };
    let found = shelf
        .corpus
        .search_tickets(&asked, &TicketFilter::default());
    let hits = found.expect("searches").hits;
    assert_eq!(hits[0].item.key, "OPS-40");
    assert!(
        hits[0].quote.contains("Reporter: Ada Lovelace"),
        "{}",
        hits[0].quote
    );
}

#[test]
fn a_filter_alone_lists_what_changed_last() {
    let filter = TicketFilter {
        status: list(&["open"]),
        ..TicketFilter::default()
    };
    assert_eq!(ticket_keys("", &filter), ["ITSM-1", "AOMA-1"]);
}

#[test]
fn nothing_asked_is_an_error() {
    let nothing = tickets()
        .corpus
        .search_tickets(&query(" "), &TicketFilter::default());
    assert!(matches!(nothing, Err(SearchError::EmptyQuery)));
}

fn commits() -> Shelf {
    let with_file = |hash: &str, date: &str, path: &str| {
        Record::Commit(Commit {
            files_changed: vec![path.to_owned()],
            ..commit(hash, date, "parser: read numbers")
        })
    };
    shelf(vec![
        with_file("aaa", "2024-05-01T23:30:00+00:00", "src/parser/number.rs"),
        with_file("bbb", "2024-05-02T00:00:00+00:00", "docs/number.md"),
    ])
}

fn hashes(filter: &CommitFilter) -> Vec<String> {
    let found = commits()
        .corpus
        .search_commits(&query("numbers"), filter)
        .expect("searches");
    let mut hashes: Vec<_> = found.hits.into_iter().map(|hit| hit.item.hash).collect();
    hashes.sort();
    hashes
}

#[test]
fn the_last_day_counts_to_its_end() {
    let until = |day: &str| CommitFilter {
        date_to: Some(day.to_owned()),
        ..CommitFilter::default()
    };
    assert_eq!(hashes(&until("2024-05-01")), ["aaa"]);
    assert_eq!(hashes(&until("2024-05-02")), ["aaa", "bbb"]);
}

#[test]
fn a_glob_narrows_by_changed_files() {
    let matching = |pattern: &str| CommitFilter {
        file_pattern: Some(pattern.to_owned()),
        ..CommitFilter::default()
    };
    assert_eq!(hashes(&matching("*.md")), ["bbb"]);
    assert_eq!(hashes(&matching("src/**/*.rs")), ["aaa"]);
    assert_eq!(hashes(&matching("src/*.rs")), Vec::<String>::new());
    assert_eq!(hashes(&matching("PARSER")), ["aaa"]);
}

#[test]
fn an_author_is_found_by_part_of_name_or_address() {
    for part in ["lovelace", "ADA@"] {
        let filter = CommitFilter {
            author: list(&["nobody", part]),
            ..CommitFilter::default()
        };
        assert_eq!(hashes(&filter).len(), 2, "{part}");
    }
}

#[test]
fn a_bad_date_names_the_field() {
    let filter = CommitFilter {
        date_from: Some("last week".to_owned()),
        ..CommitFilter::default()
    };
    let refused = commits().corpus.search_commits(&query("numbers"), &filter);
    assert!(matches!(
        refused,
        Err(SearchError::BadFilter {
            field: "date_from",
            ..
        })
    ));
}

#[test]
fn code_is_narrowed_by_extension_and_path() {
    let shelf = shelf(vec![
        Record::Code(code("src/main.rs", "fn main() { serve() }")),
        Record::Code(code("src/main.py", "def main(): serve()")),
    ]);
    let filter = CodeFilter {
        extension: list(&[".RS"]),
        path: Some("src/".to_owned()),
        ..CodeFilter::default()
    };
    let found = shelf
        .corpus
        .search_code(&query("serve"), &filter)
        .expect("searches");
    let paths: Vec<_> = found
        .hits
        .iter()
        .map(|hit| hit.item.path.as_str())
        .collect();
    assert_eq!(paths, ["src/main.rs"]);
}

#[test]
fn mail_is_narrowed_by_people_subject_and_attachments() {
    let plain = mail("1", "2024-01-01T00:00:00Z", "Budget 2024");
    let attached = Mail {
        attachments: list(&["budget.xlsx"]),
        ..mail("2", "2024-01-02T00:00:00Z", "Budget 2025")
    };
    let shelf = shelf(vec![Record::Mail(plain), Record::Mail(attached)]);
    let ids = |filter: &MailFilter| -> Vec<String> {
        let found = shelf
            .corpus
            .search_mail(&query("budget"), filter)
            .expect("searches");
        found.hits.into_iter().map(|hit| hit.item.id).collect()
    };
    let filter = MailFilter {
        from: list(&["GRACE@"]),
        to: list(&["ada"]),
        subject: Some("budget".to_owned()),
        has_attachments: Some(false),
        ..MailFilter::default()
    };
    assert_eq!(ids(&filter), ["1"]);
    let filter = MailFilter {
        has_attachments: Some(true),
        ..MailFilter::default()
    };
    assert_eq!(ids(&filter), ["2"]);
}

#[test]
fn a_sender_can_be_asked_for_as_the_answer_shows_them() {
    let shelf = shelf(vec![
        Record::Mail(mail("1", "2024-01-01T00:00:00Z", "Budget")),
        Record::Mail(Mail {
            from: "Grace <hopper@example.com>".to_owned(),
            ..mail("2", "2024-01-02T00:00:00Z", "Budget")
        }),
    ]);
    let filter = MailFilter {
        from: list(&["Grace Hopper <grace@example.com>"]),
        ..MailFilter::default()
    };
    let found = shelf
        .corpus
        .search_mail(&query("budget"), &filter)
        .expect("searches");
    assert_eq!(found.hits.len(), 1);
    assert_eq!(found.hits[0].item.id, "1");
}

#[test]
fn no_sign_is_beyond_a_part() {
    let shelf = shelf(vec![Record::Mail(mail(
        "1",
        "2024-01-01T00:00:00Z",
        "Budget",
    ))]);
    for sign in (0..=0x7f_u8)
        .map(char::from)
        .filter(|sign| !sign.is_whitespace())
    {
        let filter = MailFilter {
            subject: Some(sign.to_string()),
            ..MailFilter::default()
        };
        let found = shelf.corpus.search_mail(&query("budget"), &filter);
        assert!(found.is_ok(), "{sign:?}: {found:?}");
    }
}

/// The hashes of the commits that changed a file, in the order of the alphabet.
fn changed(shelf: &Shelf, filter: &CommitFilter) -> Vec<String> {
    let found = shelf
        .corpus
        .search_commits(&query(""), filter)
        .expect("searches");
    let mut hashes: Vec<String> = found.hits.into_iter().map(|hit| hit.item.hash).collect();
    hashes.sort();
    hashes
}

#[test]
fn a_file_is_followed_through_its_renames() {
    let step = |hash: &str, files: &[&str], renames: &[(&str, &str)]| {
        let rename = |(from, to): &(&str, &str)| Rename {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
        };
        Record::Commit(Commit {
            files_changed: files.iter().map(|file| (*file).to_owned()).collect(),
            renames: renames.iter().map(rename).collect(),
            ..commit(hash, "2024-01-01T00:00:00Z", "a step")
        })
    };
    let shelf = shelf(vec![
        step("a", &["lib/Crane.rs"], &[]),
        step("b", &["lib/winch.rs"], &[("lib/Crane.rs", "lib/winch.rs")]),
        step("c", &["src/winch.rs"], &[("lib/winch.rs", "src/winch.rs")]),
        step("d", &["src/winch.rs"], &[]),
        step("e", &["lib/other.rs"], &[]),
    ]);
    let pattern = |text: &str| CommitFilter {
        file_pattern: Some(text.to_owned()),
        ..CommitFilter::default()
    };
    let path = |text: &str| CommitFilter {
        path: Some(text.to_owned()),
        ..CommitFilter::default()
    };
    for filter in [pattern("src/Winch.rs"), path("src/winch.rs")] {
        assert_eq!(changed(&shelf, &filter), ["a", "b", "c", "d"]);
    }
    assert_eq!(changed(&shelf, &path("lib/winch.rs")), ["a", "b", "c"]);
    assert_eq!(changed(&shelf, &pattern("crane.rs")), ["a", "b"]);
    assert_eq!(changed(&shelf, &pattern("src/*.rs")), ["c", "d"]);
    assert_eq!(changed(&shelf, &path("other")), ["e"]);
}
