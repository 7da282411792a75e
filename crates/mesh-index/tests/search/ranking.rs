use mesh_index::Record;
use mesh_index::search::{DEFAULT_THRESHOLD_KNOWLEDGE, MailFilter};

use crate::support::{Shelf, mail, passage, paths, query, shelf};

const FILLER: &str =
    "Nothing here is about anything in particular, it only fills the page with words.";

fn manual() -> Shelf {
    shelf(vec![
        passage(
            "vacuum.md",
            "Reclaiming space",
            "Run it weekly. Dead rows are removed.",
        ),
        passage(
            "backup.md",
            "Backups",
            "Copy the files. Reclaiming the space of old copies is up to you.",
        ),
        passage(
            "memory.md",
            "Settings",
            "Raise work_mem for large sorts. The HttpServer class is unaffected.",
        ),
        passage("memory2.md", "Other", "The memory of work is short."),
        passage("filler.md", "Filler", FILLER),
        passage(
            "filler2.md",
            "More",
            "Other pages about other subjects, with different things said.",
        ),
    ])
}

fn best(shelf: &Shelf, text: &str) -> String {
    let found = shelf
        .corpus
        .search_knowledge(&query(text))
        .expect("searches");
    paths(&found)
        .first()
        .copied()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_heading_beats_the_body() {
    assert_eq!(best(&manual(), "reclaiming space"), "vacuum.md");
}

#[test]
fn a_phrase_beats_scattered_words() {
    let shelf = shelf(vec![
        passage(
            "scattered.md",
            "A",
            "The lock was held. Much later, and elsewhere, the row was read by a level.",
        ),
        passage(
            "phrase.md",
            "B",
            "A row level lock is held until the end, as was said in the chapter before.",
        ),
        passage("filler.md", "C", FILLER),
    ]);
    assert_eq!(best(&shelf, "row level lock"), "phrase.md");
}

#[test]
fn a_camel_case_name_is_found_whole_and_by_its_parts() {
    let manual = manual();
    for text in ["HttpServer", "http server", "http_server", "httpserver"] {
        assert_eq!(best(&manual, text), "memory.md", "{text}");
    }
}

#[test]
fn a_name_is_not_its_parts_in_another_place() {
    assert_eq!(best(&manual(), "work_mem"), "memory.md");
}

#[test]
fn words_are_found_in_their_other_forms() {
    assert_eq!(
        best(&manual(), "weekly removing of a dead row"),
        "vacuum.md"
    );
}

#[test]
fn copies_are_shown_once() {
    let text = "The very same paragraph about checkpoints appears in two documents of the manual.";
    let shelf = shelf(vec![passage("a.md", "A", text), passage("b.md", "A", text)]);
    let found = shelf
        .corpus
        .search_knowledge(&query("checkpoints"))
        .expect("searches");
    assert_eq!((paths(&found), found.total), (vec!["a.md"], 1));
}

#[test]
fn one_document_does_not_take_all_places() {
    let mut records: Vec<_> = (0..6)
        .map(|n| {
            passage(
                "long.md",
                &format!("Part {n}"),
                &format!("Checkpoints, part {n}: word{n} other{n} third{n} more{n}."),
            )
        })
        .collect();
    records.push(passage(
        "short.md",
        "Last",
        "A remark about checkpoints at the very end of some other text.",
    ));
    let found = shelf(records)
        .corpus
        .search_knowledge(&query("checkpoints"))
        .expect("searches");
    assert_eq!(paths(&found), ["long.md", "long.md", "long.md", "short.md"]);
}

#[test]
fn what_is_not_there_scores_low() {
    let found = manual()
        .corpus
        .search_knowledge(&query("how do I bake a chocolate souffle"))
        .expect("searches");
    assert!(found.best < DEFAULT_THRESHOLD_KNOWLEDGE, "{}", found.best);
}

#[test]
fn a_threshold_is_kept_to() {
    let manual = manual();
    let all = manual
        .corpus
        .search_knowledge(&query("reclaiming space"))
        .expect("searches");
    let mut strict = query("reclaiming space");
    strict.threshold = all.hits[0].score;
    let found = manual.corpus.search_knowledge(&strict).expect("searches");
    assert_eq!((found.hits.len(), found.best), (1, all.best));
}

#[test]
fn the_same_question_has_the_same_answer() {
    let (one, other) = (manual(), manual());
    let ask = |shelf: &Shelf| {
        shelf
            .corpus
            .search_knowledge(&query("about the space of words"))
            .expect("searches")
    };
    assert_eq!(ask(&one), ask(&other));
}

#[test]
fn a_page_s_opening_answers_to_its_title() {
    let mut opening = passage("harbour.md", "", "A harbour is where ships are safe.");
    if let Record::Knowledge(opening) = &mut opening {
        opening.headings.clear();
    }
    let section = passage(
        "harbour.md",
        "Outside",
        "Waves and wind. A harbour has none.",
    );
    let shelf = shelf(vec![section, opening]);
    let found = shelf
        .corpus
        .search_knowledge(&query("what is a harbour"))
        .expect("searches");
    assert_eq!(found.hits[0].item.headings, Vec::<String>::new());
}

#[test]
fn words_of_everyday_language_do_not_outweigh_the_subject() {
    let shelf = manual();
    let with = |text: &str| {
        let found = shelf.corpus.search_knowledge(&query(text));
        found.expect("searches").best
    };
    let (everyday, strange) = (
        with("usually happens dead rows"),
        with("zebra unicorn dead rows"),
    );
    assert!(everyday > 1.3 * strange, "{everyday} against {strange}");
}

/// Were any step quadratic in the words of a mail, this would not end within a day.
#[test]
fn a_mail_of_nothing_but_the_words_asked_for_is_weighed_and_quoted() {
    let mut long = mail("1", "2024-01-01T00:00:00Z", "Ships");
    long.text = "harbour. ship\n".repeat(1024 * 1024 / 14);
    let shelf = shelf(vec![Record::Mail(long)]);
    let found = shelf
        .corpus
        .search_mail(&query("harbour ship"), &MailFilter::default())
        .expect("searches");
    assert!(found.hits[0].quote.contains("harbour. ship\nharbour."));
    assert!(found.hits[0].quote.len() <= 600);
}
