use mesh_index::search::DEFAULT_THRESHOLD_KNOWLEDGE;

use crate::support::{passage, query, shelf};

/// The best answer to `question` among pages of a server's manual, and its score.
fn best(question: &str) -> (String, f32) {
    let mut records = vec![
        passage(
            "stop.md",
            "Graceful shutdown",
            "A graceful shutdown lets requests in flight end before the process exits.",
        ),
        passage(
            "start.md",
            "Start",
            "The server reads its settings and listens on a port.",
        ),
        passage(
            "disk.md",
            "Storage",
            "The file system must have room for the log of one day.",
        ),
        passage(
            "types.md",
            "Declarations",
            "Declare a record before it is used; each field has a type.",
        ),
    ];
    records.extend([
        passage(
            "history/whatsnew-4.md",
            "What's new in 4",
            "Pagination of lists can be switched off per list. Pagination of a list is faster, and pagination keeps its order.",
        ),
        passage(
            "lists.md",
            "Lists",
            "Pagination cuts a long list into pages; it is switched off by the setting page_size.",
        ),
    ]);
    for number in 0..30 {
        let text =
            format!("Setting number {number} of the server, and how it is set down in the file.");
        records.push(passage(&format!("setting-{number}.md"), "Setting", &text));
    }
    let shelf = shelf(records);
    let found = shelf
        .corpus
        .search_knowledge(&query(question))
        .expect("searches");
    let hit = found.hits.into_iter().next().expect("finds something");
    (hit.item.path, hit.score)
}

fn check(question: &str, expected: &str) {
    let (path, score) = best(question);
    assert_eq!(path, expected, "{question}");
    assert!(score >= DEFAULT_THRESHOLD_KNOWLEDGE, "{question}: {score}");
}

#[test]
fn a_verb_and_its_particle_find_the_noun_they_make() {
    check("how do I shut the server down gracefully", "stop.md");
}

#[test]
fn a_word_is_found_where_it_is_written_as_two() {
    check("how much room does the filesystem need for logs", "disk.md");
    check("filesystem", "disk.md");
}

#[test]
fn words_beside_a_slash_are_words() {
    check("How do I create/declare a record with fields?", "types.md");
}

#[test]
fn a_question_about_something_else_is_not_answered() {
    let (_, score) = best("which room of the flat gets the morning sun");
    assert!(score < DEFAULT_THRESHOLD_KNOWLEDGE, "{score}");
}

#[test]
fn one_misspelt_word_is_seen_through() {
    check("how do I switch pagniation of a list off", "lists.md");
}

#[test]
fn release_notes_come_behind_the_manual_unless_they_are_asked_for() {
    check(
        "how can the pagination of a list be switched off",
        "lists.md",
    );
    check(
        "what changed in 4.0 for the pagination of lists",
        "history/whatsnew-4.md",
    );
}
