//! An answer made of quotations only: what the documents say, where, and nothing else.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::Score;
use crate::knowledge::Citation;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Strategy {
    Comprehensive,
    #[default]
    Focused,
    #[serde(alias = "quick")]
    Rapid,
}

impl Strategy {
    /// How many passages an answer quotes at most, and how far below the best one the last may be: a second passage helps
    /// a short answer only when it is nearly as good as the first.
    const fn measure(self) -> (usize, f32) {
        match self {
            Self::Rapid => (2, 0.9),
            Self::Focused => (3, 0.6),
            Self::Comprehensive => (6, 0.0),
        }
    }
}

/// The best passages under their headings, each with the number of its citation, then where they are from.
pub(crate) fn compose(strategy: Strategy, citations: &[Citation]) -> String {
    let (most, share) = strategy.measure();
    let best = citations.iter().map(|c| c.score.get()).fold(0.0, f32::max);
    let quoted: Vec<_> = citations
        .iter()
        .zip(1..)
        .filter(|(citation, _)| citation.score.get() >= share * best)
        .take(most)
        .collect();
    let mut text = String::new();
    for (citation, number) in &quoted {
        if quoted.len() > 1 {
            append(&mut text, format_args!("{}:\n", citation.place()));
        }
        append(&mut text, format_args!("{} [{number}]\n\n", citation.quote));
    }
    text.push_str("Sources:");
    for (citation, number) in &quoted {
        let place = citation.place();
        append(
            &mut text,
            format_args!("\n[{number}] {place} ({})", citation.path),
        );
    }
    text
}

pub(crate) fn not_found(best: Score, threshold: Score) -> String {
    if best == Score::default() {
        return "not found in the knowledge base. None of the words asked for occurs in it: try other words for the same \
                thing, or search tickets, commits and code."
            .to_owned();
    }
    format!(
        "not found in the knowledge base. The closest passage scores {:.2}, below the threshold of {:.2}: ask with other or \
         fewer words, or lower `threshold` to see it.",
        best.get(),
        threshold.get()
    )
}

fn append(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more)
        .expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn citation(score: f32, quote: &str) -> Citation {
        Citation {
            path: format!("docs/{quote}.md:1"),
            title: "Handbook".to_owned(),
            score: Score::new(score),
            quote: quote.to_owned(),
            uri: String::new(),
            headings: vec!["Returns".to_owned()],
            line: Some(1),
            page: None,
        }
    }

    #[test]
    fn a_rapid_answer_leaves_out_what_is_clearly_worse() {
        let found = [citation(0.9, "first"), citation(0.7, "second")];
        assert_eq!(
            compose(Strategy::Rapid, &found),
            "first [1]\n\nSources:\n[1] Handbook › Returns (docs/first.md:1)"
        );
    }

    #[test]
    fn a_comprehensive_answer_quotes_six() {
        let found = vec![citation(0.5, "quote"); 8];
        let text = compose(Strategy::Comprehensive, &found);
        assert!(
            text.contains("quote [6]") && !text.contains("[7]"),
            "{text}"
        );
    }

    #[test]
    fn a_miss_says_how_near_it_was() {
        let text = not_found(Score::new(0.21), Score::new(0.35));
        assert!(text.starts_with("not found in the knowledge base"));
        assert!(text.contains("0.21") && text.contains("0.35"), "{text}");
    }
}
