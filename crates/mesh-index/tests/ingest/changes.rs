use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, SystemTime};

use mesh_index::run::{Plan, SourceCount, Summary};
use mesh_index::store::{FileState, SourceKind, Writer};
use mesh_index::{Corpus, Kind, Query};

use crate::workshop::{Workshop, knowledge};

#[test]
fn unchanged_files_are_not_read_again() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "# A\n\nAlpha.\n");
    shop.write("docs/b.html", "<title>B</title><p>Beta.</p>");
    shop.write("docs/logo.svg", "<svg/>");
    let first = shop.index_docs();
    let counted = SourceCount {
        read: 2,
        other: 1,
        passages: 2,
        ..SourceCount::default()
    };
    assert_eq!(knowledge(&first), counted);
    assert_eq!(first.bytes, 40);

    let second = shop.index_docs();
    let counted = SourceCount {
        unchanged: 2,
        other: 1,
        passages: 2,
        ..SourceCount::default()
    };
    assert_eq!((knowledge(&second), second.bytes), (counted, 0));
}

#[test]
fn edited_files_are_read_and_deleted_ones_leave_and_renamed_ones_move() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "# A\n\nAlpha.\n");
    shop.write("docs/b.md", "# B\n\nBeta.\n");
    shop.write("docs/c.md", "# C\n\nGamma.\n");
    shop.index_docs();
    shop.write("docs/a.md", "# A\n\nAlpha, edited.\n");
    fs::remove_file(shop.path("docs/b.md")).expect("deleted");
    fs::rename(shop.path("docs/c.md"), shop.path("docs/d.md")).expect("renamed");
    let counted = SourceCount {
        read: 2,
        removed: 2,
        passages: 2,
        ..SourceCount::default()
    };
    assert_eq!(knowledge(&shop.index_docs()), counted);
    assert_eq!(
        shop.files(SourceKind::Knowledge, "docs"),
        ["docs/a.md", "docs/d.md"]
    );
}

#[test]
fn an_edit_that_keeps_size_and_time_of_a_fresh_file_is_seen() {
    let shop = Workshop::new();
    let path = shop.path("docs/a.md");
    fs::write(&path, "one").expect("written");
    let modified = fs::metadata(&path)
        .and_then(|found| found.modified())
        .expect("a time");
    shop.index_docs();
    fs::write(&path, "two").expect("written");
    let file = fs::File::options()
        .write(true)
        .open(&path)
        .expect("the file");
    file.set_modified(modified).expect("a time");
    assert_eq!(knowledge(&shop.index_docs()).read, 1);
}

#[test]
fn a_touched_file_with_the_same_content_is_not_read() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.index_docs();
    fs::write(shop.path("docs/a.md"), "one").expect("written");
    assert_eq!(knowledge(&shop.index_docs()).unchanged, 1);
}

#[test]
fn a_touched_file_is_known_from_then_on_and_keeps_what_was_read_from_it() {
    let shop = Workshop::new();
    let message = |number: usize| {
        format!("From a@x Mon Jan  1 00:00:00 2024\nSubject: Number {number}\n\nText.\n\n")
    };
    shop.write("docs/a.md", "# One\n\nAlpha.\n");
    shop.write("docs/b.md", "# Two\n\nBeta.\n");
    shop.write("inbox.mbox", (0..600).map(message).collect::<String>());
    let plan = Plan {
        mail: vec![shop.path("inbox.mbox")],
        ..shop.knowledge()
    };
    shop.index(&plan).expect("a run");
    let known = || {
        let writer = Writer::open(&shop.path("corpus"), None).expect("a corpus");
        let sources = writer.sources();
        let files = sources
            .iter()
            .flat_map(|s| writer.files(s).expect("its files"));
        let modified = |state: &FileState| {
            let at = state.fingerprint.split(' ').nth(2).expect("a time");
            at.parse::<u128>().expect("a number") / 1_000_000_000
        };
        let files = files.map(|(path, state)| {
            let name = path.rsplit('/').next().expect("a name").to_owned();
            (name, (modified(&state), state.passages))
        });
        files.collect::<BTreeMap<_, _>>()
    };
    let before = known();
    for name in ["docs/a.md", "inbox.mbox"] {
        let file = fs::File::options().write(true).open(shop.path(name));
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(7);
        file.and_then(|file| file.set_modified(at)).expect("a time");
    }
    let touched = shop.index(&plan).expect("a run");
    assert_eq!((knowledge(&touched).unchanged, touched.bytes), (2, 0));
    let expected = before.into_iter().map(|(name, (modified, passages))| {
        let modified = if name == "b.md" { modified } else { 7 };
        (name, (modified, passages))
    });
    assert_eq!(known(), expected.collect());

    let corpus = Corpus::open(&shop.path("corpus")).expect("a corpus");
    let kinds = corpus.stats().kinds;
    assert_eq!(
        (
            kinds[&Kind::Knowledge].passages,
            kinds[&Kind::Mail].passages
        ),
        (2, 600)
    );
    let listed = corpus.documents(None, 10).expect("a list").items;
    let titles: Vec<_> = listed.iter().map(|document| &*document.title).collect();
    assert_eq!(titles, ["One", "Two"]);
    let query = Query {
        text: "alpha",
        limit: 5,
        threshold: 0.0,
    };
    assert_eq!(corpus.search_knowledge(&query).expect("an answer").total, 1);
}

#[test]
fn newly_ignored_files_leave() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("docs/draft.md", "two");
    shop.index_docs();
    shop.write("docs/.gitignore", "draft.md\n");
    assert_eq!(knowledge(&shop.index_docs()).removed, 1);
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[test]
fn a_large_mailbox_is_kept_in_parts_that_come_and_go_together() {
    let shop = Workshop::new();
    let message = |number: usize| {
        format!(
            "From a@x Mon Jan  1 00:00:00 2024\nSubject: Number {number}\nMessage-ID: <{number}@x>\n\nText.\n\n"
        )
    };
    let mailbox = |count: usize| (0..count).map(message).collect::<String>();
    let plan = Plan {
        mail: vec![shop.path("inbox.mbox")],
        ..Plan::default()
    };
    let count = |summary: &Summary| summary.counts[&SourceKind::Mail];

    shop.write("inbox.mbox", mailbox(1200));
    let first = count(&shop.index(&plan).expect("a run"));
    assert_eq!((first.read, first.passages), (1, 1200));
    let second = count(&shop.index(&plan).expect("a run"));
    assert_eq!((second.unchanged, second.passages), (1, 1200));
    shop.write("inbox.mbox", mailbox(3));
    let accepted = Plan {
        accept_loss: plan.mail.clone(),
        ..plan
    };
    let third = count(&shop.index(&accepted).expect("a run"));
    assert_eq!((third.read, third.removed, third.passages), (1, 0, 3));
    assert_eq!(shop.files(SourceKind::Mail, "inbox.mbox"), ["inbox.mbox"]);
}

#[test]
fn an_export_that_is_damaged_now_loses_nothing_that_was_read_before() {
    let shop = Workshop::new();
    let row = |number: usize| format!("AB-{number},ticket {number}\n");
    let rows = |numbers: std::ops::Range<usize>| numbers.map(row).collect::<String>();
    let plan = Plan {
        tickets: vec![shop.path("t.csv")],
        ..Plan::default()
    };
    let count = |summary: &Summary| summary.counts[&SourceKind::Tickets];
    let whole = format!("Issue key,Summary\n{}", rows(0..1300));
    shop.write("t.csv", &whole);
    assert_eq!(count(&shop.index(&plan).expect("a run")).passages, 1300);
    let parts = shop.files(SourceKind::Tickets, "t.csv");
    for before in [100, 700] {
        let (one, other) = (rows(0..before), rows(before..1300));
        shop.write(
            "t.csv",
            format!("Issue key,Summary\n{one}X-1,\"open\n{other}"),
        );
        let damaged = shop.index(&plan).expect("a run");
        assert_eq!(damaged.skipped.len(), 1, "{before}");
        assert_eq!(count(&damaged).passages, 1300, "{before}");
        assert_eq!(shop.files(SourceKind::Tickets, "t.csv"), parts, "{before}");
    }
    shop.write("t.csv", &whole);
    let mended = shop.index(&plan).expect("a run");
    assert_eq!((count(&mended).passages, mended.skipped.len()), (1300, 0));
}
