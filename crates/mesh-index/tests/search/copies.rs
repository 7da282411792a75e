//! A message in three mailboxes and a commit in two clones are one.

use mesh_index::search::{CommitFilter, MailFilter};
use mesh_index::{Commit, Mail, Query, Record};

use crate::support::{Shelf, commit, mail, query, shelf};

fn copies() -> Shelf {
    let letter = |id: &str, path: &str| {
        Record::Mail(Mail {
            path: path.to_owned(),
            ..mail(id, "2024-01-01T00:00:00Z", "Budget for the crane")
        })
    };
    let change = |hash: &str, repository: &str| {
        Record::Commit(Commit {
            repository: repository.to_owned(),
            ..commit(hash, "2024-01-01T00:00:00Z", "crane: mind the budget")
        })
    };
    let mut records = Vec::new();
    for mailbox in ["All mail.mbox", "Inbox.mbox", "Important.mbox"] {
        records.extend([letter("a@x", mailbox), letter("b@x", mailbox)]);
    }
    for clone in ["crane", "crane-fork"] {
        records.extend([change("aaaaaaa1", clone), change("bbbbbbb2", clone)]);
    }
    shelf(records)
}

#[test]
fn a_message_of_three_mailboxes_is_found_and_counted_once() {
    let shelf = copies();
    let filter = MailFilter {
        subject: Some("budget".to_owned()),
        ..MailFilter::default()
    };
    for text in ["crane budget", ""] {
        for limit in [1, 10] {
            let asked = Query {
                limit,
                ..query(text)
            };
            let found = shelf.corpus.search_mail(&asked, &filter).expect("searches");
            let ids: Vec<_> = found.hits.iter().map(|hit| &hit.item.id[..]).collect();
            assert_eq!(ids, ["a@x", "b@x"][..limit.min(2)], "`{text}`");
            assert_eq!(found.total, 2, "`{text}`");
        }
    }
}

#[test]
fn a_commit_of_two_clones_is_found_once_and_in_either() {
    let shelf = copies();
    for repository in [&["crane", "crane-fork"][..], &["crane"], &["crane-fork"]] {
        let filter = CommitFilter {
            repository: repository.iter().map(|&name| name.to_owned()).collect(),
            ..CommitFilter::default()
        };
        for text in ["crane budget", ""] {
            let found = shelf.corpus.search_commits(&query(text), &filter);
            let found = found.expect("searches");
            let hashes: Vec<_> = found.hits.iter().map(|hit| &hit.item.hash[..]).collect();
            assert_eq!(hashes, ["aaaaaaa1", "bbbbbbb2"], "`{text}` {repository:?}");
            assert_eq!(found.total, 2);
        }
    }
}

#[test]
fn a_hash_in_the_question_puts_its_commit_first() {
    let shelf = copies();
    let any = CommitFilter::default();
    for text in ["bbbbbbb2", "BBBBBBB", "crane budget of bbbbbbb2?"] {
        let found = shelf.corpus.search_commits(&query(text), &any);
        let found = found.expect("searches");
        assert_eq!(found.hits[0].item.hash, "bbbbbbb2", "{text}");
        assert_eq!(found.hits[0].score, 1.0);
        assert_eq!(found.total, found.hits.len(), "{text}");
    }
    let elsewhere = CommitFilter {
        date_from: Some("2025-01-01".to_owned()),
        ..CommitFilter::default()
    };
    let none = shelf.corpus.search_commits(&query("bbbbbbb2"), &elsewhere);
    assert!(none.expect("searches").hits.is_empty());
}

#[test]
fn messages_of_one_id_are_found_and_opened_each() {
    let letter = |date: &str, subject: &str, line: u32| {
        Record::Mail(Mail {
            path: "cron.mbox".to_owned(),
            line,
            ..mail("cron@x", date, subject)
        })
    };
    let shelf = shelf(vec![
        letter("2024-01-01T00:00:00Z", "Backup of the crane", 1),
        letter("2024-01-02T00:00:00Z", "Backup of the crane", 9),
        // The same by way of a list.
        letter("2024-01-02T00:00:00Z", "[ops] Backup of the crane", 17),
    ]);
    let filter = MailFilter {
        subject: Some("backup".to_owned()),
        ..MailFilter::default()
    };
    for text in ["crane backup", ""] {
        let found = shelf.corpus.search_mail(&query(text), &filter);
        let found = found.expect("searches");
        let mut dates = Vec::new();
        for hit in &found.hits {
            let opened = shelf.corpus.by_id(&hit.item.id).expect("reads");
            let [Record::Mail(opened), ..] = &opened[..] else {
                panic!("`{}` is no message", hit.item.id);
            };
            assert_eq!(opened.date, hit.item.date, "`{text}`");
            assert_eq!(opened.id, hit.item.id, "`{text}`");
            dates.push(opened.date[..10].to_owned());
        }
        dates.sort_unstable();
        assert_eq!(dates, ["2024-01-01", "2024-01-02"], "`{text}`");
    }
}
