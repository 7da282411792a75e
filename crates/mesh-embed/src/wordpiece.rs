//! From text to the numbers a BERT knows: words, then the longest pieces of them that its vocabulary has.

mod words;

use std::collections::HashMap;

use words::words;

/// Longer words are unknown as a whole, as in the original.
const MAX_WORD: usize = 100;

#[derive(Debug)]
pub(crate) struct WordPiece {
    beginnings: HashMap<Box<str>, u16>,
    continuations: HashMap<Box<str>, u16>,
    unknown: u16,
    first: u16,
    last: u16,
}

impl WordPiece {
    /// Reads a vocabulary: a piece a line, `##` before those that go on. `None` where the special pieces are missing or
    /// there are more than can be numbered.
    pub(crate) fn new(vocabulary: &str) -> Option<Self> {
        let mut beginnings = HashMap::with_capacity(vocabulary.len() / 8);
        let mut continuations = HashMap::new();
        for (number, piece) in vocabulary.lines().enumerate() {
            let number = u16::try_from(number).ok()?;
            match piece.strip_prefix("##") {
                Some(rest) if !rest.is_empty() => continuations.insert(rest.into(), number),
                _ => beginnings.insert(piece.into(), number),
            };
        }
        Some(Self {
            unknown: *beginnings.get("[UNK]")?,
            first: *beginnings.get("[CLS]")?,
            last: *beginnings.get("[SEP]")?,
            beginnings,
            continuations,
        })
    }

    /// The pieces of a text between their first and last mark, at most `most` of them; the rest of the text is not read.
    pub(crate) fn pieces(&self, text: &str, most: usize) -> Vec<u16> {
        let mut pieces = vec![self.first];
        words(text, |word| {
            self.split(word, &mut pieces);
            pieces.len() < most - 1
        });
        pieces.truncate(most - 1);
        pieces.push(self.last);
        pieces
    }

    fn split(&self, word: &str, pieces: &mut Vec<u16>) {
        let known = pieces.len();
        if word.chars().count() > MAX_WORD {
            pieces.push(self.unknown);
            return;
        }
        let mut rest = word;
        while !rest.is_empty() {
            let start = rest.len() == word.len();
            let table = if start {
                &self.beginnings
            } else {
                &self.continuations
            };
            let Some((piece, end)) = longest(table, rest) else {
                pieces.truncate(known);
                pieces.push(self.unknown);
                return;
            };
            pieces.push(piece);
            rest = &rest[end..];
        }
    }
}

fn longest(table: &HashMap<Box<str>, u16>, text: &str) -> Option<(u16, usize)> {
    let ends = text
        .char_indices()
        .rev()
        .map(|(start, c)| start + c.len_utf8());
    ends.into_iter()
        .find_map(|end| table.get(&text[..end]).map(|piece| (*piece, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\naff\n,\nran";

    fn pieces(text: &str) -> Vec<u16> {
        WordPiece::new(VOCABULARY)
            .expect("is a vocabulary")
            .pieces(text, 8)
    }

    #[test]
    fn a_word_is_split_into_the_longest_known_pieces() {
        assert_eq!(pieces("unaffable, RAN"), [2, 4, 5, 6, 8, 9, 3]);
    }

    #[test]
    fn a_word_with_an_unknown_piece_is_unknown_as_a_whole() {
        assert_eq!(pieces("unaffected ran"), [2, 1, 9, 3]);
    }

    #[test]
    fn no_more_pieces_are_read_than_there_is_room_for() {
        assert_eq!(
            pieces("ran ran ran ran unaffable ran"),
            [2, 9, 9, 9, 9, 4, 5, 3]
        );
    }

    #[test]
    fn nothing_is_its_marks_only() {
        assert_eq!(pieces(" \u{200b}\n"), [2, 3]);
    }

    #[test]
    fn a_vocabulary_without_marks_is_none() {
        assert!(WordPiece::new("a\nb").is_none());
    }
}
