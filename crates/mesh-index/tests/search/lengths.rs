use mesh_index::search::TicketFilter;
use mesh_index::{Record, Ticket};

use crate::support::{query, shelf, ticket};

const ASKED: &str = "why does the printer drop every second page";

fn commented(key: &str, comments: Vec<String>) -> Record {
    Record::Ticket(Ticket {
        description: "The printer drops every second page.".to_owned(),
        comments,
        ..ticket(key, "Printing")
    })
}

#[test]
fn many_short_comments_are_as_long_as_the_same_words_in_one() {
    let words = vec!["Seen here as well.".to_owned(); 12];
    let shelf = shelf(vec![
        commented("A-1", vec![words.join(" ")]),
        commented("A-2", words),
    ]);
    let found = shelf
        .corpus
        .search_tickets(&query(ASKED), &TicketFilter::default())
        .expect("searches");
    let scores: Vec<f32> = found.hits.iter().map(|hit| hit.score).collect();
    assert_eq!(scores.len(), 2);
    assert!((scores[0] - scores[1]).abs() < 1e-6, "{scores:?}");
}
