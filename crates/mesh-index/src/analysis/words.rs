//! The words inside a chunk: what `work_mem`, `HttpServer` and `a/b.rs` are found by in part.

use std::ops::Range;

use super::chunk::is_path_separator;
use super::humps::{humps, is_proper_name};
use super::letters::lower;
use super::style::Style;

/// A longer name is a blob of data, not something anyone asks for.
const MAX_TERM: usize = 80;

/// A term of a chunk, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
    /// Which word of the chunk it is, or begins with.
    pub(super) position: usize,
    /// How many words of the chunk it spans; 0 for a part of a word, by which it is found and never asked for.
    pub(super) length: usize,
}

/// Each word; each name of several words also without what joins them (`workmem`, so that `workMem` and `work-mem` are
/// the same); the whole path with its parts joined by dots.
pub(super) fn words(chunk: &str, style: Style) -> Vec<Word> {
    let mut words = Words {
        chunk,
        style,
        position: 0,
        found: Vec::new(),
    };
    let names: Vec<String> = split(chunk, is_path_separator)
        .into_iter()
        .map(|name| words.add_name(name))
        .collect();
    if names.len() > 1 {
        let length = words.position;
        words.push(names.join("."), 0..chunk.len(), 0, length);
    }
    words.found
}

#[derive(Debug)]
struct Words<'a> {
    chunk: &'a str,
    style: Style,
    position: usize,
    found: Vec<Word>,
}

impl Words<'_> {
    /// Adds a name and gives it back without what joins its parts.
    fn add_name(&mut self, name: Range<usize>) -> String {
        let (first, mut whole) = (self.position, String::new());
        for part in parts(self.chunk, name.clone()) {
            whole.push_str(&self.add_part(part));
        }
        if self.position - first > 1 {
            let length = self.position - first;
            self.push(whole.clone(), name, first, length);
        }
        whole
    }

    /// A part is one word, or several in camel case. Neighbours among more than two are often one word to people:
    /// `OAuth2Token`, `GitHubClient`.
    fn add_part(&mut self, part: Range<usize>) -> String {
        let mut humps = humps(&self.chunk[part.clone()]);
        if self.style == Style::Prose && is_proper_name(&self.chunk[part.clone()], &humps) {
            humps = std::iter::once(0..part.len()).collect();
        }
        let first = self.position;
        let mut lowered: Vec<String> = Vec::with_capacity(humps.len());
        for hump in &humps {
            let range = part.start + hump.start..part.start + hump.end;
            lowered.push(lower(&self.chunk[range.clone()]));
            self.add_word(&lowered[lowered.len() - 1], range);
        }
        if humps.len() > 2 {
            for (at, pair) in lowered.windows(2).enumerate() {
                let range = part.start + humps[at].start..part.start + humps[at + 1].end;
                self.push(pair.concat(), range, first + at, 2);
            }
        }
        lowered.concat()
    }

    fn add_word(&mut self, word: &str, range: Range<usize>) {
        let position = self.position;
        self.push(word.to_owned(), range.clone(), position, 1);
        for piece in around_digits(word).into_iter().flatten() {
            self.push(piece.to_owned(), range.clone(), position, 0);
        }
        self.position += 1;
    }

    fn push(&mut self, text: String, range: Range<usize>, position: usize, length: usize) {
        if !text.is_empty() && text.len() <= MAX_TERM {
            self.found.push(Word {
                text,
                range,
                position,
                length,
            });
        }
    }
}

/// The parts of one name; a possessive `'s` belongs to none.
fn parts(chunk: &str, name: Range<usize>) -> Vec<Range<usize>> {
    let text = &chunk[name.clone()];
    let mut parts = split(text, |c| {
        matches!(c, '_' | '-' | '\'' | '’' | '\u{2010}' | '\u{2011}')
    });
    parts.retain(|part| {
        let is_possessive = text[..part.start].ends_with(['\'', '’'])
            && text[part.clone()].eq_ignore_ascii_case("s");
        !is_possessive
    });
    for part in &mut parts {
        *part = part.start + name.start..part.end + name.start;
    }
    parts
}

/// `sha256` is also written `sha 256`, and `md5sum` is found by `md5`.
fn around_digits(word: &str) -> [Option<&str>; 2] {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic();
    let letters = run(word, is_letter);
    let digits = run(&word[letters..], |byte| byte.is_ascii_digit());
    let rest = &word[letters + digits..];
    if letters < 2 || digits == 0 {
        return [None, None];
    }
    match run(rest, is_letter) {
        0 if rest.is_empty() => [Some(&word[..letters]), Some(&word[letters..])],
        length if length == rest.len() && length > 1 => {
            [Some(&word[..letters + digits]), Some(rest)]
        }
        _ => [None, None],
    }
}

/// How many bytes of ASCII `text` begins with that are such.
fn run(text: &str, is_such: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| is_such(*byte)).count()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(chunk: &str, style: Style) -> Vec<String> {
        let words = words(chunk, style).into_iter();
        words.map(|word| word.text).collect()
    }

    fn check(chunk: &str, expected: &[&str]) {
        assert_eq!(found(chunk, Style::Code), expected);
    }

    #[test]
    fn joined_names_are_found_whole_and_in_parts() {
        check("work_mem", &["work", "mem", "workmem"]);
        check("HttpServer", &["http", "server", "httpserver"]);
        check("XMLParser", &["xml", "parser", "xmlparser"]);
        check("AOMA-123", &["aoma", "123", "aoma123"]);
        check(
            "content-security_policy",
            &["content", "security", "policy", "contentsecuritypolicy"],
        );
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
    fn proper_names_stay_together_in_prose_only() {
        assert_eq!(found("OpenSSL", Style::Prose), ["openssl"]);
        assert_eq!(
            found("parseXML", Style::Prose),
            ["parse", "xml", "parsexml"]
        );
        check("OrderDTO", &["order", "dto", "orderdto"]);
    }

    #[test]
    fn neighbours_in_a_long_name_are_found_as_one_word() {
        check(
            "OAuth2Token",
            &[
                "o",
                "auth2",
                "auth",
                "2",
                "token",
                "oauth2",
                "auth2token",
                "oauth2token",
            ],
        );
        check(
            "newGitHubClient",
            &[
                "new",
                "git",
                "hub",
                "client",
                "newgit",
                "github",
                "hubclient",
                "newgithubclient",
            ],
        );
    }

    #[test]
    fn digits_are_found_joined_and_apart() {
        check("sha256", &["sha256", "sha", "256"]);
        check("sha-256", &["sha", "256", "sha256"]);
        check("md5sum", &["md5sum", "md5", "sum"]);
        check("x86", &["x86"]);
        check("log4j", &["log4j"]);
        check("2nd", &["2nd"]);
    }

    #[test]
    fn a_part_of_a_word_is_never_asked_for() {
        let lengths: Vec<usize> = words("utf8", Style::Code)
            .iter()
            .map(|word| word.length)
            .collect();
        assert_eq!(lengths, [1, 0, 0]);
    }

    #[test]
    fn a_possessive_is_the_word_itself() {
        check("user's", &["user"]);
        check("don’t", &["don", "t", "dont"]);
    }
}
