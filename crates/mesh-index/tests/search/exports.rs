//! One ticket in several exports is one ticket: the one that was changed last.

use mesh_index::search::TicketFilter;
use mesh_index::store::{SourceKind, Writer};
use mesh_index::{Corpus, Record, Ticket};

use crate::support::{Shelf, query, shelf, source, ticket};

fn export(key: &str, status: &str, updated: &str) -> Record {
    Record::Ticket(Ticket {
        status: status.to_owned(),
        updated: updated.to_owned(),
        ..ticket(key, "The login page is slow")
    })
}

/// The newer export was read first.
fn exports() -> Shelf {
    shelf(vec![
        export("AOMA-1", "Done", "2024-03-01T00:00:00Z"),
        export("AOMA-1", "Open", "2024-01-01T00:00:00Z"),
        export("aoma-1", "Open", ""),
        export("AOMA-2", "Open", "2024-02-01T00:00:00Z"),
    ])
}

fn in_status(status: &str) -> TicketFilter {
    TicketFilter {
        status: vec![status.to_owned()],
        ..TicketFilter::default()
    }
}

fn found(corpus: &Corpus, text: &str, filter: &TicketFilter) -> (Vec<String>, usize) {
    let found = corpus
        .search_tickets(&query(text), filter)
        .expect("searches");
    let keys = found.hits.into_iter().map(|hit| hit.item.key);
    (keys.collect(), found.total)
}

#[test]
fn a_ticket_of_two_exports_is_found_once() {
    let shelf = exports();
    let (mut keys, total) = found(&shelf.corpus, "slow login", &TicketFilter::default());
    keys.sort();
    assert_eq!(
        (keys, total),
        (vec!["AOMA-1".to_owned(), "AOMA-2".to_owned()], 2)
    );
}

#[test]
fn a_status_of_an_older_export_is_not_found() {
    let shelf = exports();
    for text in ["login", ""] {
        let open = found(&shelf.corpus, text, &in_status("open"));
        assert_eq!(open, (vec!["AOMA-2".to_owned()], 1), "{text}");
        let done = found(&shelf.corpus, text, &in_status("done"));
        assert_eq!(done, (vec!["AOMA-1".to_owned()], 1), "{text}");
    }
}

#[test]
fn a_ticket_of_two_exports_is_listed_once() {
    let shelf = exports();
    let page = shelf.corpus.tickets(None, 9).expect("lists");
    let listed: Vec<_> = page
        .items
        .iter()
        .map(|ticket| (ticket.key.as_str(), ticket.status.as_str()))
        .collect();
    assert_eq!(listed, [("AOMA-1", "Done"), ("AOMA-2", "Open")]);
}

#[test]
fn a_ticket_of_two_exports_is_counted_once() {
    let shelf = exports();
    let count = |filter| shelf.corpus.count_tickets(&filter).expect("counts").total;
    assert_eq!(count(TicketFilter::default()), 2);
    assert_eq!((count(in_status("open")), count(in_status("done"))), (1, 1));
}

#[test]
fn of_equally_new_exports_the_last_read_counts() {
    let shelf = shelf(vec![
        export("AOMA-1", "Open", ""),
        export("AOMA-1", "Done", ""),
    ]);
    let ticket = shelf.corpus.ticket("aoma-1").expect("reads");
    assert_eq!(ticket.expect("is there").status, "Done");
}

#[test]
fn an_older_export_is_back_when_the_newer_leaves() {
    let shelf = exports();
    let mut writer = Writer::open(shelf.folder.path(), None).expect("opens");
    writer
        .remove_file(&source(SourceKind::Tickets), "file-0")
        .expect("removes");
    writer.commit().expect("commits");
    let corpus = Corpus::open(shelf.folder.path()).expect("opens");
    let ticket = corpus.ticket("AOMA-1").expect("reads");
    assert_eq!(ticket.expect("is there").status, "Open");
}
