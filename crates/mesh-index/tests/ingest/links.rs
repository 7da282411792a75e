use std::path::PathBuf;

use mesh_index::run::{Plan, list};
use mesh_index::store::{Link, Linking, SourceKind};
use mesh_index::{Corpus, Kind, Linked, Record};

use crate::workshop::Workshop;

fn to(kind: SourceKind, path: PathBuf, link: Option<&str>) -> Linking {
    Linking {
        kind,
        path,
        link: link.map(|link| Link::parse(link).expect("an address")),
    }
}

impl Workshop {
    fn corpus(&self) -> Corpus {
        Corpus::open(&self.path("corpus")).expect("a corpus")
    }

    /// Where people open the one passage there is.
    fn passage_link(&self) -> Option<String> {
        let corpus = self.corpus();
        match corpus.sample(Kind::Knowledge).expect("reads") {
            Some(Record::Knowledge(passage)) => corpus.link(Linked::Passage(&passage)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_link_is_kept_until_it_is_changed_or_taken_away() {
    let shop = Workshop::new();
    shop.write("docs/how to/ship.md", "# Ship\n\n## By air\n\nFast.\n");
    let linked = |link: Option<&str>| Plan {
        links: vec![to(SourceKind::Knowledge, shop.path("docs/"), link)],
        ..shop.knowledge()
    };
    shop.index(&linked(Some("https://a.example/docs")))
        .expect("a run");
    let first = Some("https://a.example/docs/how%20to/ship.md#by-air".to_owned());
    assert_eq!(shop.passage_link(), first);
    shop.index_docs();
    shop.index(&Plan::default()).expect("a run");
    assert_eq!(
        shop.passage_link(),
        first,
        "named without a link, and not named"
    );
    shop.index(&linked(Some("https://b.example/{stem}.html")))
        .expect("a run");
    let second = "https://b.example/how%20to/ship.html#by-air";
    assert_eq!(shop.passage_link().as_deref(), Some(second));
    let listed = list(&shop.path("corpus")).expect("a list");
    let link = listed[0].link.as_ref().map(Link::as_str);
    assert_eq!(link, Some("https://b.example/{stem}.html"));
    shop.index(&linked(None)).expect("a run");
    assert_eq!(shop.passage_link(), None);
}

#[test]
fn a_source_that_is_forgotten_has_no_link_when_it_comes_back() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "# A\n\nText.\n");
    let linked = Plan {
        links: vec![to(
            SourceKind::Knowledge,
            shop.path("docs"),
            Some("https://a.example"),
        )],
        ..shop.knowledge()
    };
    shop.index(&linked).expect("a run");
    assert_eq!(
        shop.passage_link().as_deref(),
        Some("https://a.example/a.md#a")
    );
    let forget = Plan {
        forget: vec![shop.path("docs")],
        ..Plan::default()
    };
    shop.index(&forget).expect("a run");
    shop.index_docs();
    assert_eq!(shop.passage_link(), None);
}

#[test]
fn a_file_that_is_a_source_is_opened_at_the_link_itself() {
    let shop = Workshop::new();
    shop.write(
        "guide.html",
        "<title>Guide</title><h1 id=top>Guide</h1><p>Text.</p>",
    );
    let guide = shop.path("guide.html");
    let plan = Plan {
        knowledge: vec![guide.clone()],
        links: vec![to(
            SourceKind::Knowledge,
            guide,
            Some("https://a.example/g/"),
        )],
        ..Plan::default()
    };
    shop.index(&plan).expect("a run");
    assert_eq!(
        shop.passage_link().as_deref(),
        Some("https://a.example/g/#top")
    );
}
