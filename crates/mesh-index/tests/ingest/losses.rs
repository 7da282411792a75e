//! What is gone, or is far less than it was, may be a mistake: it is kept until someone says that it is meant.

use std::fs;

use mesh_index::analysis::Language;
use mesh_index::ingest::SkipReason;
use mesh_index::run::{IndexError, Plan, Summary, list};
use mesh_index::store::SourceKind;

use crate::workshop::{Workshop, knowledge, reasons};

fn gone(name: &str, gone: u64, of: u64) -> Vec<(String, SkipReason)> {
    vec![(name.to_owned(), SkipReason::MostlyGone { gone, of })]
}

/// An mbox of so many messages.
fn mbox(messages: usize) -> String {
    let message = |number| {
        format!(
            "From a@x Mon Jan  1 10:00:00 2024\nFrom: a@x\nSubject: {number}\nMessage-ID: <{number}@x>\n\nText.\n\n"
        )
    };
    (0..messages).map(message).collect()
}

fn mail(shop: &Workshop) -> Plan {
    Plan {
        mail: vec![shop.path("mail")],
        ..Plan::default()
    }
}

#[test]
fn more_than_half_of_a_folder_goes_only_when_that_is_accepted() {
    let shop = Workshop::new();
    for number in 0..12 {
        shop.write(&format!("docs/{number}.md"), "some text");
    }
    shop.index_docs();
    for number in 0..7 {
        fs::remove_file(shop.path(&format!("docs/{number}.md"))).expect("removed");
    }
    for number in 0..5 {
        shop.write(&format!("docs/new{number}.md"), "new text");
    }
    shop.write("docs/11.md", "other text");
    for read in [6, 0] {
        let summary = shop.index_docs();
        assert_eq!(reasons(&summary), gone("docs", 7, 12));
        assert!(summary.has_skipped());
        assert_eq!(knowledge(&summary).read, read, "what is there is read");
        assert_eq!(knowledge(&summary).passages, 17);
        assert_eq!(shop.files(SourceKind::Knowledge, "docs").len(), 17);
    }
    let accepted = Plan {
        accept_loss: vec![shop.path("docs")],
        ..Plan::default()
    };
    let summary = shop.index(&accepted).expect("a run");
    assert_eq!(reasons(&summary), []);
    assert_eq!(
        (knowledge(&summary).removed, knowledge(&summary).read),
        (7, 0)
    );
    fs::remove_file(shop.path("docs/11.md")).expect("removed");
    assert_eq!(knowledge(&shop.index_docs()).removed, 1);
}

#[test]
fn a_folder_emptied_on_purpose_is_emptied() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "some text");
    shop.index_docs();
    fs::remove_file(shop.path("docs/a.md")).expect("removed");
    assert_eq!(reasons(&shop.index_docs())[0].1, SkipReason::Emptied);
    let accepted = Plan {
        accept_loss: vec![shop.path("docs")],
        ..Plan::default()
    };
    let summary = shop.index(&accepted).expect("a run");
    assert_eq!(knowledge(&summary).removed, 1);
    assert_eq!(
        reasons(&summary),
        [("docs".to_owned(), SkipReason::NothingInIt)]
    );
}

#[test]
fn a_file_that_came_back_empty_keeps_its_content_and_is_named_whatever_it_holds() {
    let shop = Workshop::new();
    let plan = Plan {
        code: vec![shop.path("src")],
        mail: vec![shop.path("mail")],
        tickets: vec![shop.path("tickets")],
        ..shop.knowledge()
    };
    let issue = r#"{"key": "AB-3", "fields": {"summary": "one"}}"#;
    let files = [
        ("docs/a.md", "some text".to_owned(), ""),
        ("src/a.rs", "fn main() {}\n".to_owned(), "\n\n"),
        ("mail/a.mbox", mbox(3), ""),
        (
            "tickets/a.csv",
            "Issue key,Summary\nAB-1,one\nAB-2,two\n".to_owned(),
            "Issue key,Summary\n",
        ),
        ("tickets/b.json", format!("[{issue}]"), "[]"),
    ];
    for (name, whole, _) in &files {
        shop.write(name, whole);
    }
    let first = shop.index(&plan).expect("a run");
    assert_eq!(reasons(&first), []);
    let before = passages(&shop);
    for (name, _, emptied) in &files {
        shop.write(name, emptied);
    }
    for _run in 0..2 {
        let summary = shop.index(&plan).expect("a run");
        let named = reasons(&summary);
        let names: Vec<_> = named.iter().map(|(name, _)| &name[..]).collect();
        assert_eq!(names, ["a.csv", "a.mbox", "a.md", "a.rs", "b.json"]);
        assert_eq!(named[2].1, SkipReason::Emptied);
        assert_eq!(passages(&shop), before);
    }
    let accepted = Plan {
        accept_loss: ["docs", "src", "mail", "tickets"]
            .map(|name| shop.path(name))
            .into(),
        ..plan
    };
    let summary = shop.index(&accepted).expect("a run");
    let not_mail = [("a.mbox".to_owned(), SkipReason::NotMail)];
    assert_eq!(reasons(&summary)[..1], not_mail, "what is broken is kept");
    assert_eq!(passages(&shop), 3);
}

#[test]
fn a_mailbox_that_broke_off_keeps_its_content_however_large_it_is() {
    for (before, after) in [(20, 5), (1600, 700)] {
        let shop = Workshop::new();
        shop.write("mail/all.mbox", mbox(before));
        shop.index(&mail(&shop)).expect("a run");
        shop.write("mail/all.mbox", mbox(after));
        for _run in 0..2 {
            let summary = shop.index(&mail(&shop)).expect("a run");
            let lost = (before - after) as u64;
            assert_eq!(reasons(&summary), gone("all.mbox", lost, before as u64));
            let count = summary.counts[&SourceKind::Mail];
            assert_eq!((count.read, count.passages), (0, before as u64));
            assert_eq!(passages(&shop), before as u64);
        }
        let accepted = Plan {
            accept_loss: vec![shop.path("mail")],
            ..mail(&shop)
        };
        let summary = shop.index(&accepted).expect("a run");
        assert_eq!(reasons(&summary), []);
        assert_eq!(passages(&shop), after as u64);
    }
}

#[test]
fn a_mailbox_of_several_parts_that_grows_is_read_anew() {
    let shop = Workshop::new();
    for messages in [1200, 1300, 30_usize.pow(2) * 2, 1500] {
        shop.write("mail/all.mbox", mbox(messages));
        let summary = shop.index(&mail(&shop)).expect("a run");
        assert_eq!(reasons(&summary), []);
        assert_eq!(summary.counts[&SourceKind::Mail].passages, messages as u64);
        assert_eq!(passages(&shop), messages as u64);
    }
    let again = shop.index(&mail(&shop)).expect("a run");
    assert_eq!(again.counts[&SourceKind::Mail].unchanged, 1);
}

fn passages(shop: &Workshop) -> u64 {
    let listed = list(&shop.path("corpus")).expect("lists");
    listed.iter().map(|source| source.passages).sum()
}

#[test]
fn a_source_that_says_nothing_is_named_and_only_a_folder_is_remembered() {
    let shop = Workshop::new();
    shop.write("notes.csv", "Day,Weather\n1,rain\n");
    let plan = Plan {
        tickets: vec![shop.path("notes.csv")],
        ..shop.knowledge()
    };
    let summary = shop.index(&plan).expect("a run");
    let told = [
        ("docs".to_owned(), SkipReason::NothingInIt),
        ("notes.csv".to_owned(), SkipReason::NotTickets),
    ];
    assert_eq!(reasons(&summary), told);
    let listed = list(&shop.path("corpus")).expect("lists");
    let kinds: Vec<_> = listed.iter().map(|listed| listed.source.kind).collect();
    assert_eq!(kinds, [SourceKind::Knowledge]);
}

#[test]
fn a_folder_that_is_no_repository_is_refused_before_a_corpus_is_made() {
    let shop = Workshop::new();
    shop.write("away/a.md", "text");
    let plan = Plan {
        git: vec![shop.path("away")],
        ..Plan::default()
    };
    let refused = shop.index(&plan);
    assert!(
        matches!(refused, Err(IndexError::NotRepositories(_))),
        "{refused:?}"
    );
    assert!(!shop.path("corpus").exists());
}

fn french(plan: Plan) -> Plan {
    Plan {
        language: Some(Language::French),
        ..plan
    }
}

fn would_lose(told: Result<Summary, IndexError>) -> Vec<(String, SkipReason)> {
    let Err(IndexError::WouldLose(lost)) = told else {
        panic!("it was not refused: {told:?}");
    };
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let lost = lost.iter();
    lost.map(|lost| (name(&lost.path), lost.reason.clone()))
        .collect()
}

#[test]
fn a_new_language_loses_no_source_that_is_away() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "some text");
    shop.write("mail/all.mbox", mbox(3));
    shop.write("code/a.rs", "fn main() {}\n");
    let code = Plan {
        code: vec![shop.path("code")],
        ..mail(&shop)
    };
    shop.index_docs();
    shop.index(&code).expect("a run");
    fs::rename(shop.path("docs"), shop.path("away")).expect("moved");
    fs::remove_file(shop.path("mail/all.mbox")).expect("removed");
    for plan in [Plan::default(), code] {
        let lost = would_lose(shop.index(&french(plan)));
        let expected = [
            ("docs".to_owned(), SkipReason::Missing),
            ("mail".to_owned(), SkipReason::Emptied),
        ];
        assert_eq!(lost, expected);
        assert_eq!(passages(&shop), 5, "the corpus is as it was");
    }
    let accepted = Plan {
        accept_loss: vec![shop.path("docs"), shop.path("mail")],
        ..Plan::default()
    };
    let summary = shop.index(&french(accepted)).expect("a run");
    let told = [
        ("docs".to_owned(), SkipReason::LeftOut),
        ("mail".to_owned(), SkipReason::NothingInIt),
    ];
    assert_eq!(reasons(&summary), told);
    assert_eq!(passages(&shop), 1);
    assert_eq!(list(&shop.path("corpus")).expect("lists").len(), 3);
}

#[test]
fn a_new_language_loses_no_file_that_cannot_be_read_now() {
    let shop = Workshop::new();
    let plan = Plan {
        mail: vec![shop.path("mail")],
        ..shop.knowledge()
    };
    shop.write("docs/a.md", "some text");
    shop.write("docs/b.md", "some text");
    shop.write("docs/c.md", "some text");
    shop.write("mail/all.mbox", mbox(20));
    shop.index(&plan).expect("a run");
    shop.write("docs/a.md", b"\0\0\0");
    fs::remove_file(shop.path("docs/c.md")).expect("removed");
    shop.write("mail/all.mbox", mbox(5));
    let lost = would_lose(shop.index(&french(Plan::default())));
    let expected = [
        ("a.md".to_owned(), SkipReason::Binary),
        (
            "all.mbox".to_owned(),
            SkipReason::MostlyGone { gone: 15, of: 20 },
        ),
    ];
    assert_eq!(lost, expected);
    assert_eq!(passages(&shop), 23, "the corpus is as it was");
    let accepted = Plan {
        accept_loss: vec![shop.path("docs"), shop.path("mail")],
        ..Plan::default()
    };
    let summary = shop.index(&french(accepted)).expect("a run");
    assert_eq!(reasons(&summary), [("a.md".to_owned(), SkipReason::Binary)]);
    assert_eq!(passages(&shop), 6);
}
