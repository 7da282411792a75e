use std::time::{Duration, Instant};

use mesh_core::Cutoff;
use proptest::prelude::*;

use mesh_index::search::{CodeFilter, CommitFilter, SearchError};

use crate::support::{Shelf, code, commit, passage, query, shelf};

fn corpus() -> Shelf {
    shelf(vec![
        passage(
            "a.md",
            "Größe",
            "Die Größe of work_mem, std::env::var and a/b/c.rs. 数据 C++.",
        ),
        passage("b.md", "x", "AOMA-123 --with-openssl 15.2"),
        mesh_index::Record::Code(code("src/main.rs", "fn main() {}")),
        mesh_index::Record::Commit(commit("abc", "2024-01-01T00:00:00Z", "main: begin")),
    ])
}

#[test]
fn a_search_for_one_who_has_left_stops() {
    let shelf = corpus();
    let (cutoff, waiting) = Cutoff::at(Instant::now() + Duration::from_secs(60));
    let watched = shelf.corpus.until(cutoff);
    let search = || watched.search_knowledge(&query("work_mem"));
    assert_eq!(search().expect("somebody waits").hits.len(), 1);
    drop(waiting);
    assert!(matches!(search(), Err(SearchError::CutOff)));
    let others = shelf.corpus.search_knowledge(&query("work_mem"));
    assert_eq!(others.expect("others are served on").hits.len(), 1);
}

fn is_answer_or_refusal<T>(found: &Result<T, SearchError>) -> bool {
    matches!(found, Ok(_) | Err(SearchError::BadFilter { .. }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn any_text_is_a_question(texts in prop::collection::vec(".{0,80}", 40)) {
        let shelf = corpus();
        for text in &texts {
            match shelf.corpus.search_knowledge(&query(text)) {
                Ok(found) => {
                    let scores: Vec<f32> = found.hits.iter().map(|hit| hit.score).collect();
                    prop_assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
                    prop_assert!(scores.is_sorted_by(|a, b| a >= b));
                    prop_assert!(found.hits.iter().all(|hit| hit.quote.len() <= 600));
                }
                Err(error) => prop_assert!(matches!(error, SearchError::EmptyQuery) && text.trim().is_empty()),
            }
        }
    }

    #[test]
    fn any_pattern_is_searched_or_refused(patterns in prop::collection::vec(".{0,60}|[a*?\\[\\]{},/-]{0,30}", 20)) {
        let shelf = corpus();
        for pattern in &patterns {
            let filter = CodeFilter { path: Some(pattern.clone()), ..CodeFilter::default() };
            let found = shelf.corpus.search_code(&query("main"), &filter);
            prop_assert!(is_answer_or_refusal(&found));
            let filter = CommitFilter { date_to: Some(pattern.clone()), author: vec![pattern.clone()], ..CommitFilter::default() };
            let found = shelf.corpus.search_commits(&query("main"), &filter);
            prop_assert!(is_answer_or_refusal(&found));
        }
    }
}

#[test]
fn ten_kilobytes_of_text_are_a_question() {
    let text = "work_mem and other words ".repeat(400);
    let found = corpus()
        .corpus
        .search_knowledge(&query(&text))
        .expect("searches");
    assert_eq!(found.hits[0].item.path, "a.md");
}
