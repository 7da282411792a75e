use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

use tantivy::tokenizer::{
    Language, Stemmer, TextAnalyzer, TokenStream, Tokenizer, TokenizerManager,
};

use super::chunk::next_chunk;
use super::fold::Folding;
use super::letters::fold;
use super::style::Style;
use super::words::{Word, words};

pub(crate) use tantivy::tokenizer::Token;

/// Makes the analysis known to an index; both the writer and every reader must.
pub(crate) fn register(tokenizers: &TokenizerManager, language: Language) {
    for style in Style::ALL {
        tokenizers.register(style.tokenizer(), text_analyzer(language, style));
    }
}

/// In English an accent is a matter of writing, so that words are stemmed without them. Other stemmers know their
/// languages' accents: a word that has any is indexed both ways, to be found however it is written.
fn text_analyzer(language: Language, style: Style) -> TextAnalyzer {
    let accents = match language {
        Language::English => Accents::Folded,
        _ => Accents::KeptAndFolded,
    };
    let stems =
        TextAnalyzer::builder(ChunkTokenizer { style, accents }).filter(Stemmer::new(language));
    match accents {
        Accents::Folded => stems.build(),
        Accents::KeptAndFolded => stems.filter(Folding).build(),
    }
}

/// The same analysis for text that isn't being indexed.
#[derive(Clone)]
pub(crate) struct Analyzer(TextAnalyzer);

impl fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Analyzer")
    }
}

impl Analyzer {
    pub(crate) fn new(language: Language, style: Style) -> Self {
        Self(text_analyzer(language, style))
    }

    /// The terms that `text` asks for: parts of words are found, not asked for.
    pub(crate) fn tokens(&mut self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.visit(text, |token| {
            if token.position_length > 0 {
                tokens.push(token.clone());
            }
        });
        tokens
    }

    /// All terms by which `text` is found.
    pub(crate) fn visit(&mut self, text: &str, mut visitor: impl FnMut(&Token)) {
        self.0.token_stream(text).process(&mut visitor);
    }
}

#[derive(Clone, Copy, Debug)]
enum Accents {
    Folded,
    KeptAndFolded,
}

#[derive(Clone)]
struct ChunkTokenizer {
    style: Style,
    accents: Accents,
}

impl Tokenizer for ChunkTokenizer {
    type TokenStream<'a> = ChunkStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ChunkStream<'a> {
        ChunkStream {
            text,
            style: self.style,
            accents: self.accents,
            offset: 0,
            position: 0,
            waiting: VecDeque::new(),
            token: Token::default(),
        }
    }
}

struct ChunkStream<'a> {
    text: &'a str,
    style: Style,
    accents: Accents,
    offset: usize,
    /// Of the next chunk's first word.
    position: usize,
    waiting: VecDeque<Token>,
    token: Token,
}

impl ChunkStream<'_> {
    fn read_chunk(&mut self) -> bool {
        let Some(range) = next_chunk(self.text, self.offset) else {
            return false;
        };
        self.offset = range.end;
        let chunk = &self.text[range.clone()];
        if is_plain_word(chunk) {
            self.take_plain(chunk, range);
            return true;
        }
        let (start, first) = (range.start, self.position);
        for word in words(chunk, self.style) {
            self.position = self.position.max(first + word.position + word.length);
            self.push(token(word, start, first));
        }
        true
    }

    fn take_plain(&mut self, chunk: &str, range: Range<usize>) {
        self.waiting.push_back(Token {
            offset_from: range.start,
            offset_to: range.end,
            position: self.position,
            position_length: 1,
            text: chunk.to_ascii_lowercase(),
        });
        self.position += 1;
    }

    fn push(&mut self, mut token: Token) {
        if token.text.is_ascii() {
            self.waiting.push_back(token);
            return;
        }
        let folded = fold(&token.text);
        match self.accents {
            Accents::Folded => token.text = folded,
            Accents::KeptAndFolded if folded != token.text => {
                let mut other = token.clone();
                other.position_length = 0;
                other.text = folded;
                self.waiting.push_back(token);
                self.waiting.push_back(other);
                return;
            }
            Accents::KeptAndFolded => {}
        }
        self.waiting.push_back(token);
    }
}

/// Most words are: letters of ASCII, with a capital at the beginning or none, and not so long as to be data.
fn is_plain_word(chunk: &str) -> bool {
    let bytes = chunk.as_bytes();
    bytes.len() <= 40
        && bytes[0].is_ascii_alphabetic()
        && bytes[1..].iter().all(u8::is_ascii_lowercase)
}

fn token(word: Word, start: usize, first: usize) -> Token {
    Token {
        offset_from: start + word.range.start,
        offset_to: start + word.range.end,
        position: first + word.position,
        position_length: word.length,
        text: word.text,
    }
}

impl TokenStream for ChunkStream<'_> {
    fn advance(&mut self) -> bool {
        while self.waiting.is_empty() {
            if !self.read_chunk() {
                return false;
            }
        }
        self.token = self.waiting.pop_front().unwrap_or_default();
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every term with its position.
    fn terms(text: &str, language: Language) -> Vec<(String, usize)> {
        let mut terms = Vec::new();
        Analyzer::new(language, Style::Prose).visit(text, |token| {
            terms.push((token.text.clone(), token.position));
        });
        terms
    }

    fn check(text: &str, expected: &[(&str, usize)]) {
        let found = terms(text, Language::English);
        let found: Vec<_> = found
            .iter()
            .map(|(text, at)| (text.as_str(), *at))
            .collect();
        assert_eq!(found, expected);
    }

    /// What `question` asks for, and whether `text` is found by all of it.
    fn is_found(question: &str, text: &str, language: Language) -> bool {
        let there = terms(text, language);
        let asked = Analyzer::new(language, Style::Prose).tokens(question);
        asked
            .iter()
            .all(|token| there.iter().any(|(term, _)| *term == token.text))
    }

    #[test]
    fn words_are_stemmed_and_numbered() {
        check(
            "Running work_mem tests",
            &[
                ("run", 0),
                ("work", 1),
                ("mem", 2),
                ("workmem", 1),
                ("test", 3),
            ],
        );
    }

    #[test]
    fn accents_do_not_matter() {
        check("Café", &[("cafe", 0)]);
    }

    #[test]
    fn words_are_folded_before_they_are_stemmed() {
        for (one, other) in [
            ("resume", "résumés"),
            ("cliche", "cliché"),
            ("cliched", "clichéd"),
            ("touche", "Touché"),
            ("fiancees", "fiancée"),
            ("strasse", "Straße"),
            ("izmir", "İzmir"),
            ("official", "oﬃcial"),
            ("deployments", "de\u{ad}ploy\u{ad}ment"),
        ] {
            assert!(is_found(one, other, Language::English), "{one} in {other}");
            assert!(is_found(other, one, Language::English), "{other} in {one}");
        }
    }

    #[test]
    fn a_language_with_accents_is_found_without_them_too() {
        for (question, text, language) in [
            ("informacion", "información", Language::Spanish),
            ("informaciones", "información", Language::Spanish),
            ("rejetees", "rejetées", Language::French),
            ("Größe", "Groessen Größen", Language::German),
            ("елка", "Ёлка", Language::Russian),
            ("istanbul", "İstanbul", Language::Turkish),
        ] {
            assert!(is_found(question, text, language), "{question} in {text}");
        }
    }

    #[test]
    fn a_word_that_is_the_same_both_ways_counts_once() {
        assert_eq!(
            terms("Straße", Language::German),
            [("strass".to_owned(), 0)]
        );
    }

    #[test]
    fn digits_are_found_apart_at_the_place_of_their_word() {
        check(
            "an utf8 name",
            &[("an", 0), ("utf8", 1), ("utf", 1), ("8", 1), ("name", 2)],
        );
        let asked = Analyzer::new(Language::English, Style::Prose).tokens("utf8");
        assert_eq!(asked.len(), 1);
    }
}
