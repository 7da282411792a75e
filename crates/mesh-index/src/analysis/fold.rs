//! Accents are folded after stemming, for languages whose stemmers know them.

use tantivy::tokenizer::{Token, TokenFilter, TokenStream, Tokenizer};

use super::letters::fold;

/// Folds each term; a part of a word that has become the same as the term before it is left out.
#[derive(Clone, Debug)]
pub(super) struct Folding;

impl TokenFilter for Folding {
    type Tokenizer<T: Tokenizer> = FoldingTokenizer<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> FoldingTokenizer<T> {
        FoldingTokenizer(tokenizer)
    }
}

#[derive(Clone, Debug)]
pub(super) struct FoldingTokenizer<T>(T);

impl<T: Tokenizer> Tokenizer for FoldingTokenizer<T> {
    type TokenStream<'a> = FoldingStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        FoldingStream {
            tail: self.0.token_stream(text),
            last: String::new(),
        }
    }
}

#[derive(Debug)]
pub(super) struct FoldingStream<T> {
    tail: T,
    last: String,
}

impl<T: TokenStream> TokenStream for FoldingStream<T> {
    fn advance(&mut self) -> bool {
        while self.tail.advance() {
            let token = self.tail.token_mut();
            if !token.text.is_ascii() {
                token.text = fold(&token.text);
            }
            if token.position_length > 0 || token.text != self.last {
                self.last.clone_from(&token.text);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}
