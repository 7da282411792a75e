//! An answer made of quotations only: what the documents say, where, and nothing else.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::knowledge::Citation;
use crate::words::clip;

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
            Self::Focused => (4, 0.6),
            Self::Comprehensive => (8, 0.0),
        }
    }

    /// The most characters of an answer made of quotations, its frame included, and of a text that a model writes: what is
    /// read is paid for.
    pub(crate) const fn max_chars(self) -> usize {
        match self {
            Self::Rapid => 1_500,
            Self::Focused => 4_000,
            Self::Comprehensive => 10_000,
        }
    }

    /// How many citations an answer has at most.
    pub(crate) const fn max_citations(self) -> usize {
        self.measure().0
    }

    /// Those of the citations that are quoted, each with its number and quotation.
    fn quoted<'c>(
        self,
        citations: &'c [Citation],
        quotes: &'c [String],
    ) -> Vec<(usize, &'c Citation, &'c str)> {
        let (most, share) = self.measure();
        let best = citations.iter().map(|c| c.score.get()).fold(0.0, f32::max);
        let numbered = (1..).zip(citations).zip(quotes);
        numbered
            .map(|((number, citation), quote)| (number, citation, quote.as_str()))
            .filter(|(_, citation, _)| citation.score.get() >= share * best)
            .take(most)
            .collect()
    }
}

/// Less than this of a passage says nothing.
const MIN_QUOTE: usize = 120;

/// The passages under their headings, each with the number of its citation, then where they are from; in `budget`
/// characters or little more. The best passage is shortened last.
pub(crate) fn compose(
    strategy: Strategy,
    citations: &[Citation],
    quotes: &[String],
    budget: usize,
) -> String {
    let quoted = strategy.quoted(citations, quotes);
    let mut sources = "Sources:".to_owned();
    let mut heads = 0;
    for (number, citation, _) in &quoted {
        let place = citation.place();
        heads += place.chars().count() + "\n\n\n [1]".len();
        append_place(&mut sources, *number, citation);
    }
    let mut left = budget.saturating_sub(sources.chars().count() + heads);
    let mut text = String::new();
    for (number, citation, quote) in &quoted {
        if quoted.len() > 1 {
            append(&mut text, format_args!("{}:\n", citation.place()));
        }
        let quote = clip(quote, left.max(MIN_QUOTE));
        left = left.saturating_sub(quote.chars().count());
        append(&mut text, format_args!("{quote} [{number}]\n\n"));
    }
    text + &sources
}

/// Where each of the `named` passages is from, under its number.
pub(crate) fn places(citations: &[Citation], named: &BTreeSet<usize>) -> String {
    let mut places = "Sources:".to_owned();
    let numbered = (1..).zip(citations);
    for (number, citation) in numbered.filter(|(number, _)| named.contains(number)) {
        append_place(&mut places, number, citation);
    }
    places
}

fn append_place(text: &mut String, number: usize, citation: &Citation) {
    let (place, path) = (citation.place(), &citation.path);
    append(text, format_args!("\n[{number}] {place} ({path})"));
}

pub(super) fn append(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more)
        .expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Score;

    fn citation(score: f32, quote: &str) -> Citation {
        Citation {
            path: format!("docs/{quote}.md:1"),
            title: "Handbook".to_owned(),
            score: Score::new(score),
            quote: quote.to_owned(),
            uri: String::new(),
            url: None,
            headings: vec!["Returns".to_owned()],
            line: Some(1),
            page: None,
        }
    }

    fn quotes(all: &[&str]) -> Vec<String> {
        all.iter().map(|&one| one.to_owned()).collect()
    }

    #[test]
    fn a_rapid_answer_leaves_out_what_is_clearly_worse() {
        let found = [citation(0.9, "first"), citation(0.7, "second")];
        assert_eq!(
            compose(
                Strategy::Rapid,
                &found,
                &quotes(&["first", "second"]),
                1_000
            ),
            "first [1]\n\nSources:\n[1] Handbook › Returns (docs/first.md:1)"
        );
    }

    #[test]
    fn a_comprehensive_answer_quotes_eight() {
        let found = vec![citation(0.5, "quote"); 9];
        let text = compose(
            Strategy::Comprehensive,
            &found,
            &quotes(&["quote"; 9]),
            4_000,
        );
        assert!(
            text.contains("quote [8]") && !text.contains("[9]"),
            "{text}"
        );
    }

    #[test]
    fn quotes_are_cut_where_the_budget_ends() {
        let found = [citation(0.9, "first"), citation(0.8, "second")];
        let (first, second) = ("first ".repeat(50), "second ".repeat(100));
        let text = compose(Strategy::Focused, &found, &quotes(&[&first, &second]), 600);
        assert!(text.contains(&first), "{text}");
        assert!(text.contains("… [2]"), "{text}");
    }
}
