//! An answer made of quotations only: what the documents say, where, and nothing else.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::Score;
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

/// What was searched in vain.
pub(crate) struct Miss<'a> {
    pub(crate) best: Score,
    pub(crate) threshold: Score,
    /// How many documents of the index were searched.
    pub(crate) documents: u64,
    /// What else was searched.
    pub(crate) others: Vec<&'static str>,
    /// The places that come closest, each in another document.
    pub(crate) nearest: Vec<String>,
    /// The tools of this server that search what is no document.
    pub(crate) elsewhere: Vec<&'a str>,
    /// Sources that should have been searched too.
    pub(crate) unsearched: Vec<&'static str>,
}

/// Longer titles are cut: three of them must leave room in the shortest answer.
const MAX_TITLE: usize = 120;

pub(crate) fn not_found(miss: &Miss<'_>) -> String {
    let mut searched = match miss.documents {
        0 => Vec::new(),
        1 => vec!["its one document".to_owned()],
        many => vec![format!("its {many} documents")],
    };
    searched.extend(miss.others.iter().map(|name| format!("the {name}")));
    let is_one = searched.len() == 1 && miss.documents < 2;
    let were = if is_one { "was" } else { "were" };
    let searched = searched.join(" and ");
    let mut text = format!("not found in the knowledge base: {searched} {were} searched. ");
    if !miss.unsearched.is_empty() {
        let unsearched = miss.unsearched.join(", ");
        append(
            &mut text,
            format_args!(
                "It may be in what could not be searched: {unsearched} (`sources` says why). "
            ),
        );
    }
    if miss.best == Score::default() && miss.others.is_empty() {
        text.push_str(
            "None of the words asked for occurs in them: try other words for the same thing.",
        );
    } else {
        let (best, threshold) = (miss.best.get(), miss.threshold.get());
        append(
            &mut text,
            format_args!(
                "The closest passage scores {best:.2}, below the threshold of {threshold:.2}: ask with other or fewer \
                 words, or lower `threshold` to see it."
            ),
        );
    }
    if !miss.nearest.is_empty() {
        let nearest = miss.nearest.iter().map(|title| clip(title, MAX_TITLE));
        let nearest: Vec<_> = nearest.collect();
        append(&mut text, format_args!(" Nearest: {}.", nearest.join("; ")));
    }
    if !miss.elsewhere.is_empty() {
        let tools: Vec<_> = miss.elsewhere.iter().map(|n| format!("`{n}`")).collect();
        append(
            &mut text,
            format_args!(" What is no document is searched by {}.", tools.join(", ")),
        );
    }
    text
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

    #[test]
    fn a_miss_says_how_near_it_was() {
        let text = not_found(&Miss {
            best: Score::new(0.21),
            threshold: Score::new(0.35),
            documents: 12,
            others: Vec::new(),
            nearest: vec!["Handbook › Returns".to_owned(), "Cranes".to_owned()],
            elsewhere: vec!["search_git_commits"],
            unsearched: Vec::new(),
        });
        assert_eq!(
            text,
            "not found in the knowledge base: its 12 documents were searched. The closest passage scores 0.21, below the \
             threshold of 0.35: ask with other or fewer words, or lower `threshold` to see it. Nearest: Handbook › \
             Returns; Cranes. What is no document is searched by `search_git_commits`."
        );
    }
}
