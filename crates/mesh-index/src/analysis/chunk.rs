//! Cuts text into chunks: what a person would call one word or one name, `work_mem` and `std::env::var` included.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::letters::is_invisible;

/// The chunks of `text` in order.
pub(crate) fn chunks(text: &str) -> impl Iterator<Item = &str> {
    chunk_ranges(text).map(|range| &text[range])
}

/// Where the chunks of `text` are.
pub(crate) fn chunk_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let chunk = next_chunk(text, from)?;
        from = chunk.end;
        Some(chunk)
    })
}

/// The next chunk at or after `from`.
pub(super) fn next_chunk(text: &str, from: usize) -> Option<Range<usize>> {
    let start = from + text[from..].find(is_word_char)?;
    let first = text[start..].chars().next()?;
    if is_ideograph(first) {
        return Some(start..start + first.len_utf8());
    }
    Some(start..chunk_end(text, start))
}

fn chunk_end(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        end += run_length(&text[end..], is_spelled_char);
        let connectors = run_length(&text[end..], is_connector);
        let joins = matches!(&text[end..end + connectors], "::" | "__")
            || text[end..end + connectors].chars().count() == 1;
        let goes_on = text[end + connectors..].starts_with(is_spelled_char);
        if !(joins && goes_on) {
            return end + operator_length(&text[end..]);
        }
        end += connectors;
    }
}

/// `C++` and `C#` are other words than `C`.
fn operator_length(rest: &str) -> usize {
    let length = match rest.as_bytes() {
        [b'+', b'+', ..] => 2,
        [b'#', ..] => 1,
        _ => return 0,
    };
    if rest[length..].starts_with(is_spelled_char) {
        0
    } else {
        length
    }
}

fn run_length(text: &str, of: fn(char) -> bool) -> usize {
    text.find(|c| !of(c)).unwrap_or(text.len())
}

/// What may stand inside a name, once at a time.
fn is_connector(c: char) -> bool {
    matches!(c, '_' | '-' | '\'' | '’' | '\u{2010}' | '\u{2011}') || is_path_separator(c)
}

/// What parts a name into names of their own.
pub(crate) fn is_path_separator(c: char) -> bool {
    matches!(c, '.' | ':' | '/' | '\\' | '@')
}

pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric()
}

/// A letter, digit or mark of a script that puts spaces between its words, or what can't be seen between two of them.
pub(super) fn is_spelled_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    !is_ideograph(c) && (c.is_alphanumeric() || is_combining_mark(c) || is_invisible(c))
}

/// Scripts without spaces: each character is a term, and nearness in the text does the rest.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = chunks(text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_stay_whole() {
        check(
            "set work_mem, std::env::var or a/b/c.rs.",
            &["set", "work_mem", "std::env::var", "or", "a/b/c.rs"],
        );
    }

    #[test]
    fn punctuation_ends_a_chunk() {
        check(
            "one--two... (three) --four",
            &["one", "two", "three", "four"],
        );
    }

    #[test]
    fn languages_keep_their_signs() {
        check("C++, C# and F#-like", &["C++", "C#", "and", "F#", "like"]);
    }

    #[test]
    fn marks_and_soft_hyphens_belong_to_the_word() {
        check("cafe\u{301} de\u{ad}ploy", &["cafe\u{301}", "de\u{ad}ploy"]);
        check("விக்கி", &["விக்கி"]);
    }

    #[test]
    fn ideographs_stand_alone() {
        check("数据 base", &["数", "据", "base"]);
    }
}
