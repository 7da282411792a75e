use std::collections::VecDeque;
use std::fmt;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, Stemmer, TextAnalyzer, TokenStream, Tokenizer, TokenizerManager,
};

use super::TOKENIZER;
use super::chunk::next_chunk;
use super::words::{Word, words};

pub(crate) use tantivy::tokenizer::Token;

/// Makes the analysis known to an index; both the writer and every reader must.
pub(crate) fn register(tokenizers: &TokenizerManager, language: Language) {
    tokenizers.register(TOKENIZER, text_analyzer(language));
}

/// Stemming comes before folding, because the stemmers know their languages' accents.
fn text_analyzer(language: Language) -> TextAnalyzer {
    TextAnalyzer::builder(ChunkTokenizer)
        .filter(Stemmer::new(language))
        .filter(AsciiFoldingFilter)
        .build()
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
    pub(crate) fn new(language: Language) -> Self {
        Self(text_analyzer(language))
    }

    pub(crate) fn tokens(&mut self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.visit(text, |token| tokens.push(token.clone()));
        tokens
    }

    pub(crate) fn visit(&mut self, text: &str, mut visitor: impl FnMut(&Token)) {
        self.0.token_stream(text).process(&mut visitor);
    }
}

#[derive(Clone)]
struct ChunkTokenizer;

impl Tokenizer for ChunkTokenizer {
    type TokenStream<'a> = ChunkStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ChunkStream<'a> {
        ChunkStream {
            text,
            offset: 0,
            position: 0,
            waiting: VecDeque::new(),
            token: Token::default(),
        }
    }
}

struct ChunkStream<'a> {
    text: &'a str,
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
        let (start, first) = (range.start, self.position);
        for word in words(&self.text[range.clone()]) {
            self.position = self.position.max(first + word.position + word.length);
            self.waiting.push_back(token(word, start, first));
        }
        self.offset = range.end;
        true
    }
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

    fn check(text: &str, expected: &[(&str, usize)]) {
        let tokens = Analyzer::new(Language::English).tokens(text);
        let found: Vec<_> = tokens
            .iter()
            .map(|token| (token.text.as_str(), token.position))
            .collect();
        assert_eq!(found, expected);
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
}
