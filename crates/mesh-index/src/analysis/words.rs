//! The words inside a chunk: what `work_mem`, `HttpServer` and `a/b.rs` are found by in part.

use std::ops::Range;

use super::chunk::{is_combining, is_path_separator};

/// A longer name is a blob of data, not something anyone asks for.
const LONGEST_TERM: usize = 80;

/// A term of a chunk, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
    /// Which word of the chunk it is, or begins with.
    pub(super) position: usize,
    /// How many words of the chunk it spans.
    pub(super) length: usize,
}

/// Each word; each name of several words also without what joins them (`workmem`, so that `workMem` and `work-mem` are
/// the same); the whole path with its parts joined by dots.
pub(super) fn words(chunk: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut names = Vec::new();
    let mut position = 0;
    for name in split(chunk, is_path_separator) {
        let parts = name_parts(chunk, name.clone());
        let first = position;
        for part in &parts {
            push(
                &mut words,
                word(lower(&chunk[part.clone()]), part.clone(), position, 1),
            );
            position += 1;
        }
        let whole: String = parts
            .iter()
            .map(|part| lower(&chunk[part.clone()]))
            .collect();
        if parts.len() > 1 {
            push(&mut words, word(whole.clone(), name, first, parts.len()));
        }
        names.push(whole);
    }
    if names.len() > 1 {
        push(
            &mut words,
            word(names.join("."), 0..chunk.len(), 0, position),
        );
    }
    words
}

fn word(text: String, range: Range<usize>, position: usize, length: usize) -> Word {
    Word {
        text,
        range,
        position,
        length,
    }
}

fn push(words: &mut Vec<Word>, word: Word) {
    if !word.text.is_empty() && word.text.len() <= LONGEST_TERM {
        words.push(word);
    }
}

fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let spelled = text.chars().filter(|c| !is_combining(*c));
    spelled.flat_map(char::to_lowercase).collect()
}

/// The parts of one name; a possessive `'s` belongs to none.
fn name_parts(chunk: &str, name: Range<usize>) -> Vec<Range<usize>> {
    let text = &chunk[name.clone()];
    let mut parts = Vec::new();
    for part in split(text, |c| {
        matches!(c, '_' | '-' | '\'' | '’' | '\u{2010}' | '\u{2011}')
    }) {
        let possessive = text[..part.start].ends_with(['\'', '’'])
            && text[part.clone()].eq_ignore_ascii_case("s");
        if !possessive {
            parts.extend(humps(&text[part.clone()], part.start));
        }
    }
    for part in &mut parts {
        *part = part.start + name.start..part.end + name.start;
    }
    parts
}

fn split(text: &str, separates: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| separates(*c)) {
        pieces.push(start..at);
        start = at + c.len_utf8();
    }
    pieces.push(start..text.len());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// `HttpServer` is `Http` and `Server`, `XMLParser` is `XML` and `Parser`. A capitalised word that ends in capitals is a
/// proper name (`OpenSSL`, `MySQL`): taken apart, it would be a match for `open`.
fn humps(text: &str, offset: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let starts: Vec<usize> = (1..bytes.len())
        .filter(|at| begins_hump(bytes, *at))
        .collect();
    let last = starts.last().copied().unwrap_or(0);
    let is_proper_name =
        bytes[0].is_ascii_uppercase() && !text[last..].contains(char::is_lowercase);
    if starts.is_empty() || is_proper_name {
        return std::iter::once(offset..offset + text.len()).collect();
    }
    let ends = starts.iter().copied().chain([text.len()]);
    let from = std::iter::once(0).chain(starts.iter().copied());
    from.zip(ends)
        .map(|(start, end)| offset + start..offset + end)
        .collect()
}

fn begins_hump(bytes: &[u8], at: usize) -> bool {
    if !bytes[at].is_ascii_uppercase() {
        return false;
    }
    let before = bytes[at - 1];
    let after = bytes.get(at + 1).copied().unwrap_or(b'A');
    before.is_ascii_lowercase() || (before.is_ascii_uppercase() && after.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(chunk: &str, expected: &[&str]) {
        let found: Vec<String> = words(chunk).into_iter().map(|word| word.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn joined_names_are_found_whole_and_in_parts() {
        check("work_mem", &["work", "mem", "workmem"]);
        check("HttpServer", &["http", "server", "httpserver"]);
        check("XMLParser", &["xml", "parser", "xmlparser"]);
        check("AOMA-123", &["aoma", "123", "aoma123"]);
    }

    #[test]
    fn paths_are_found_whole_and_in_parts() {
        check("std::env::var", &["std", "env", "var", "std.env.var"]);
        check("15.2", &["15", "2", "15.2"]);
        check(
            "src/my_file.rs",
            &["src", "my", "file", "myfile", "rs", "src.myfile.rs"],
        );
    }

    #[test]
    fn proper_names_stay_together() {
        check("OpenSSL", &["openssl"]);
        check("parseXML", &["parse", "xml", "parsexml"]);
    }

    #[test]
    fn a_possessive_is_the_word_itself() {
        check("user's", &["user"]);
        check("don’t", &["don", "t", "dont"]);
    }

    #[test]
    fn combining_marks_vanish() {
        check("cafe\u{301}", &["cafe"]);
    }
}
