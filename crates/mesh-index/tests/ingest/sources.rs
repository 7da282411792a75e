use std::fs;

use mesh_index::ingest::SkipReason;
use mesh_index::run::{IndexError, Plan, SourceCount};
use mesh_index::store::SourceKind;

use crate::workshop::{Workshop, knowledge, reasons};

#[test]
fn all_missing_paths_are_told_before_anything_is_touched() {
    let shop = Workshop::new();
    let plan = Plan {
        knowledge: vec![shop.path("docs"), shop.path("none")],
        tickets: vec![shop.path("no.csv")],
        ..Plan::default()
    };
    let told = shop.index(&plan);
    let expected = vec![shop.path("none"), shop.path("no.csv")];
    assert!(matches!(told, Err(IndexError::Missing(paths)) if paths == expected));
    assert!(!shop.path("corpus").exists());
}

#[test]
fn sources_are_remembered_refreshed_and_forgotten() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("tickets.csv", "Issue key,Summary\nAB-1,First\n");
    shop.index_docs();
    let tickets = Plan {
        tickets: vec![shop.path("tickets.csv")],
        ..Plan::default()
    };
    let second = shop.index(&tickets).expect("a run");
    assert!(
        !second.counts.contains_key(&SourceKind::Knowledge),
        "only what is named is looked at"
    );

    shop.write("docs/b.md", "two");
    let third = shop.index(&Plan::default()).expect("a run");
    assert_eq!(
        knowledge(&third),
        SourceCount {
            read: 1,
            unchanged: 1,
            passages: 2,
            ..SourceCount::default()
        }
    );
    assert_eq!(third.counts[&SourceKind::Tickets].unchanged, 1);

    let forget = Plan {
        forget: vec![shop.path("docs")],
        ..Plan::default()
    };
    shop.index(&forget).expect("a run");
    assert!(shop.files(SourceKind::Knowledge, "docs").is_empty());
    assert_eq!(
        shop.files(SourceKind::Tickets, "tickets.csv"),
        ["tickets.csv"]
    );
    assert!(matches!(shop.index(&forget), Err(IndexError::Unknown(_))));
}

#[test]
fn a_remembered_source_that_is_missing_now_keeps_its_content() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.index_docs();
    fs::rename(shop.path("docs"), shop.path("away")).expect("moved");
    let summary = shop.index(&Plan::default()).expect("a run");
    assert_eq!(
        reasons(&summary),
        [("docs".to_owned(), SkipReason::Missing)]
    );
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[test]
fn a_corpus_without_sources_asks_for_one() {
    let told = Workshop::new().index(&Plan::default());
    assert!(matches!(told, Err(IndexError::Nothing)));
}

#[test]
fn a_refused_run_makes_no_corpus() {
    let shop = Workshop::new();
    assert!(shop.index(&Plan::default()).is_err());
    let forget = Plan {
        forget: vec![shop.path("docs")],
        ..Plan::default()
    };
    assert!(matches!(shop.index(&forget), Err(IndexError::Unknown(_))));
    assert!(!shop.path("corpus").exists());
}

#[test]
fn code_is_read_where_git_does_not_ignore_it() {
    let shop = Workshop::new();
    shop.write("app/.gitignore", "target/\n");
    shop.write("app/src/main.rs", "fn main() {}\n");
    shop.write("app/target/out.rs", "fn out() {}\n");
    shop.write("app/logo.png", b"\x89PNG\0");
    shop.write("app/.hidden/x.rs", "fn x() {}\n");
    let plan = Plan {
        code: vec![shop.path("app")],
        ..Plan::default()
    };
    let summary = shop.index(&plan).expect("a run");
    assert_eq!(summary.skipped, []);
    assert_eq!(shop.files(SourceKind::Code, "app"), ["app/src/main.rs"]);
}

#[test]
fn the_corpus_is_not_read_into_itself() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    let plan = Plan {
        code: vec![shop.folder.path().to_owned()],
        ..Plan::default()
    };
    shop.index(&plan).expect("a run");
    let again = shop.index(&plan).expect("a run");
    assert_eq!(
        again.counts[&SourceKind::Code],
        SourceCount {
            unchanged: 1,
            passages: 1,
            ..SourceCount::default()
        }
    );
}

#[test]
fn a_mailbox_without_an_extension_is_known_by_its_beginning() {
    let shop = Workshop::new();
    let box_of_one = "From a@x Mon Jan  1 00:00:00 2024\nSubject: One\n\nHello\n";
    shop.write("mail/Inbox", box_of_one);
    shop.write("mail/letter", "Subject: Two\n\nHello\n");
    shop.write("mail/notes", "Dear all,\n");
    let plan = Plan {
        mail: vec![shop.path("mail")],
        ..Plan::default()
    };
    let summary = shop.index(&plan).expect("a run");
    assert_eq!(
        shop.files(SourceKind::Mail, "mail"),
        ["mail/Inbox", "mail/letter"]
    );
    assert_eq!(summary.counts[&SourceKind::Mail].other, 1);
}

#[test]
fn text_without_an_extension_and_compressed_text_are_documents() {
    let shop = Workshop::new();
    shop.write("docs/README", "Wind the clock on Sundays.");
    shop.write("docs/Guide", "Set the hands at noon.");
    shop.write("docs/wind", "#!/bin/sh\necho wind\n");
    shop.write("docs/clock", b"\x7fELF\x02\x01\0\0");
    shop.write("docs/Makefile", "all:\n\ttrue\n");
    shop.write("docs/empty", "");
    // `gzip -n` of "Oil it.\n".
    shop.write(
        "docs/oil.txt.gz",
        b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xf3\xcf\xccQ\xc8,\xd1\xe3\x02\0\x0c~B\xcb\x08\0\0\0",
    );
    let summary = shop.index_docs();
    assert_eq!(summary.skipped, []);
    assert_eq!(
        shop.files(SourceKind::Knowledge, "docs"),
        ["docs/Guide", "docs/README", "docs/oil.txt.gz"]
    );
}
