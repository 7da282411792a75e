//! Words that carry no subject. They are indexed like all others; only a question leaves them out, and only while others
//! remain.

use std::fmt;

use tantivy::tokenizer::{
    Language, LowerCaser, RawTokenizer, StopWordFilter, TextAnalyzer, TokenStream,
};

/// What questions in English are made of beyond tantivy's list. Manuals hold few questions, so that rarity would take
/// these for the subject.
const QUESTION_WORDS: &str = "about am any anyone been being can cannot could did do does doing don done explain find \
    from get give had has have having he her here hers him his how i its ll long many may me mean means might mine much \
    must my need our ours out own please s shall she should show so some someone t tell than them too trying us ve \
    very want wants was we were what whats when where which who whom whose why would you your yours";

#[derive(Clone)]
pub(crate) struct StopWords(Option<TextAnalyzer>, Language);

impl fmt::Debug for StopWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StopWords").field(&self.1).finish()
    }
}

impl StopWords {
    /// tantivy has no list for some languages; nothing is left out then.
    pub(crate) fn new(language: Language) -> Self {
        let filter = StopWordFilter::new(language);
        let analyzer = filter.map(|filter| {
            TextAnalyzer::builder(RawTokenizer::default())
                .filter(LowerCaser)
                .filter(filter)
                .build()
        });
        Self(analyzer, language)
    }

    /// Whether `word`, as written, is one of them.
    pub(crate) fn contains(&mut self, word: &str) -> bool {
        let is_question_word = self.1 == Language::English
            && QUESTION_WORDS
                .split_ascii_whitespace()
                .any(|stop| stop.eq_ignore_ascii_case(word));
        is_question_word || self.is_listed(word)
    }

    fn is_listed(&mut self, word: &str) -> bool {
        let Some(analyzer) = &mut self.0 else {
            return false;
        };
        !analyzer.token_stream(word).advance()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_made_of_stop_words() {
        let mut words = StopWords::new(Language::English);
        for word in ["How", "do", "I", "the", "is"] {
            assert!(words.contains(word), "{word}");
        }
        assert!(!words.contains("vacuum"));
    }

    #[test]
    fn a_language_has_its_own() {
        assert!(StopWords::new(Language::German).contains("und"));
        assert!(!StopWords::new(Language::Greek).contains("how"));
    }
}
