//! Whether each statement of a text names a passage, and one that has something of it.

use std::collections::BTreeSet;

use crate::words::{clip, shared_words, telling_words};

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) uncited: Vec<String>,
    pub(super) falsely_cited: Vec<String>,
}

/// So much of a statement's telling words has to be in the passages it names. A paraphrase keeps its nouns.
const MIN_SHARED: f32 = 0.25;

/// And so much where it leaves the naming to a later sentence of its line, as people do at the end of a paragraph.
const MIN_SHARED_BEFORE: f32 = 0.6;

/// A statement is told by its beginning.
const MAX_TOLD: usize = 120;

impl Checked {
    pub(super) fn of(text: &str, passages: &[String]) -> Self {
        let mut checked = Self::default();
        let passages: Vec<_> = passages.iter().map(|one| one.to_lowercase()).collect();
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
        {
            let statements = statements(line);
            for (at, statement) in statements.iter().enumerate() {
                let told = || clip(statement.words.trim(), MAX_TOLD).into_owned();
                let named = statements[at..].iter().find(|one| !one.names.is_empty());
                match named.map(|one| statement.shares_with(&one.names, &passages)) {
                    Some(shared) if !statement.names.is_empty() => {
                        if shared < MIN_SHARED {
                            checked.falsely_cited.push(told());
                        }
                    }
                    Some(shared) if shared >= MIN_SHARED_BEFORE => {}
                    _ => checked.uncited.push(told()),
                }
            }
        }
        checked
    }
}

/// The passages that a text names, from 1.
pub(super) fn named(text: &str) -> BTreeSet<usize> {
    without_marks(text).1.into_iter().collect()
}

struct Statement {
    words: String,
    /// The passages it names, from 1.
    names: Vec<usize>,
}

impl Statement {
    /// How much of its telling words is in these passages, which are in lower case; less than nothing, where one is not there.
    fn shares_with(&self, names: &[usize], passages: &[String]) -> f32 {
        let named = names.iter().map(|name| passages.get(name.wrapping_sub(1)));
        let Some(named) = named.collect::<Option<Vec<_>>>() else {
            return -1.0;
        };
        let words = telling_words(&self.words);
        if words.is_empty() {
            // It is written without blanks: that it names a passage is all that can be told.
            return 1.0;
        }
        let is_in = |word: &&&str| {
            named
                .iter()
                .any(|passage| !shared_words(word, passage).is_empty())
        };
        words.iter().filter(is_in).count() as f32 / words.len() as f32
    }
}

/// The sentences of a line. What leads to a list, and what has no words of its own, states nothing.
fn statements(line: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    for sentence in sentences(line) {
        let (words, names) = without_marks(sentence);
        let leads_on = words.trim_end().ends_with(':') && names.is_empty();
        if says_something(&words) && !leads_on {
            statements.push(Statement { words, names });
        }
    }
    statements
}

/// Two words that tell, or some letters of a script that has no blanks.
fn says_something(words: &str) -> bool {
    let is_letter = |c: &char| c.is_alphabetic() && !c.is_ascii();
    telling_words(words).len() >= 2 || words.chars().filter(is_letter).count() >= 6
}

/// A text that broke off, up to the end of its last whole sentence.
pub(super) fn finished(text: &str) -> &str {
    let end = text.rfind(['.', '!', '?', '\n', ']']);
    end.map_or("", |end| &text[..=end])
}

/// Marks that stand after a full stop belong to the sentence before them.
pub(super) fn sentences(line: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let ends = line
        .char_indices()
        .filter(|(_, c)| ".!?。".contains(*c))
        .map(|(at, c)| at + c.len_utf8());
    for end in ends {
        let rest = &line[end..];
        let marks = rest.len() - after_marks(rest).len();
        let is_end = marks > 0 || rest.is_empty() || rest.starts_with(char::is_whitespace);
        if is_end && end + marks > start {
            sentences.push(&line[start..end + marks]);
            start = end + marks;
        }
    }
    sentences.push(&line[start..]);
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences
}

/// What follows marks such as ` [1][2]`.
fn after_marks(mut text: &str) -> &str {
    while let Some((_, rest)) = mark(text.trim_start()) {
        text = rest;
    }
    text
}

/// The number of the mark that `text` begins with, and what follows it.
fn mark(text: &str) -> Option<(usize, &str)> {
    let (number, rest) = text.strip_prefix('[')?.split_once(']')?;
    Some((number.trim().parse().ok()?, rest))
}

/// `[1]`, and `[1, 2]` as `[1][2]`.
fn without_marks(sentence: &str) -> (String, Vec<usize>) {
    let (mut words, mut names) = (String::new(), Vec::new());
    let mut rest = sentence;
    while let Some(at) = rest.find('[') {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        let inside = rest[1..].split_once(']');
        let numbers = inside.and_then(|(inside, after)| {
            let numbers: Result<Vec<usize>, _> =
                inside.split([',', ';']).map(|n| n.trim().parse()).collect();
            Some((numbers.ok()?, after))
        });
        match numbers {
            Some((numbers, after)) => {
                names.extend(numbers);
                rest = after;
            }
            None => {
                words.push('[');
                rest = &rest[1..];
            }
        }
    }
    words.push_str(rest);
    names.sort_unstable();
    names.dedup();
    (words, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Checked {
        let passages = [
            "Goods go back within fourteen days, unworn.",
            "Postage of 4.90 is not refunded.",
        ];
        Checked::of(text, &passages.map(str::to_owned))
    }

    fn told(uncited: &[&str], falsely_cited: &[&str]) -> Checked {
        let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
        Checked {
            uncited: owned(uncited),
            falsely_cited: owned(falsely_cited),
        }
    }

    #[test]
    fn statements_with_their_passages_are_well() {
        for text in [
            "Goods go back within fourteen days [1]. Postage of 4.90 is not refunded. [2]",
            "## Returns\n\nWhat to know:\n- unworn goods go back within fourteen days [1]\n- postage is not refunded [1, 2]",
            "Unworn goods go back within fourteen days, without postage.[1][2]",
            "Postage of 4.90 is not refunded. Goods go back within fourteen days. [1][2]",
        ] {
            assert_eq!(check(text), Checked::default(), "{text}");
        }
    }

    #[test]
    fn a_statement_without_a_passage_is_marked() {
        assert_eq!(
            check("Goods go back within fourteen days [1]. The shop opens at nine."),
            told(&["The shop opens at nine."], &[])
        );
    }

    #[test]
    fn a_passage_that_is_not_there_or_says_nothing_of_it_is_marked() {
        assert_eq!(
            check(
                "Goods go back within fourteen days [3]. Kangaroos deliver parcels at midnight [1]. Goods go back [0]."
            ),
            told(
                &[],
                &[
                    "Goods go back within fourteen days .",
                    "Kangaroos deliver parcels at midnight .",
                    "Goods go back ."
                ]
            )
        );
    }
}
