//! The words of a question, before anything is known about the corpus.

use crate::analysis::{Analyzer, StopWords, Token, chunks, is_path_separator};
use crate::record::Kind;

use super::MAX_ENTRY;

/// Words beyond this many bytes of a question aren't looked at.
const MAX_QUESTION: usize = 10_000;

/// A term, and the letters it was made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spelled {
    pub(super) term: String,
    pub(super) letters: String,
}

/// A chunk of the question before anything is known about the corpus.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) parts: Vec<Spelled>,
    pub(super) whole: Option<Spelled>,
    /// Joined by more than hyphens: somebody's exact name for something.
    pub(super) is_name: bool,
    /// A word of everyday language.
    pub(super) is_general: bool,
    /// What everybody says: where the corpus never does, it is no sign of another subject.
    pub(super) is_everyday: bool,
    /// The names that a path of names is made of, as `django.db.OperationalError` is.
    pub(super) names: Vec<Self>,
}

impl Draft {
    /// A name that is a word is left out where the word would be, and counts as the word does.
    fn read_names(&mut self, stop_words: &mut StopWords) {
        self.names.retain_mut(|name| {
            let [only] = name.parts.as_slice() else {
                return true;
            };
            name.is_general = stop_words.is_general(&only.letters);
            name.is_everyday = stop_words.is_everyday(&only.letters);
            !stop_words.contains(&only.letters)
        });
    }
}

pub(super) fn drafts(
    text: &str,
    kind: Kind,
    analyzer: &mut Analyzer,
    stop_words: &mut StopWords,
) -> Vec<Draft> {
    let text = bounded(text);
    let words = chunks(text).count();
    let may_be_name = kind == Kind::Code && words <= MAX_ENTRY;
    let mut informative = Vec::new();
    let mut all = Vec::new();
    for (at, chunk) in chunks(text).enumerate() {
        let mut draft = draft(chunk, analyzer);
        if !draft.is_name && draft.parts.len() > 1 {
            draft
                .parts
                .retain(|part| !stop_words.contains(&part.letters));
        }
        draft.read_names(stop_words);
        draft.is_general = !is_shouted(chunk) && stop_words.is_general(chunk);
        draft.is_everyday = stop_words.is_everyday(chunk);
        let before_apostrophe = chunk.split(['\'', '’']).next().unwrap_or(chunk);
        if draft.is_name || is_shouted(before_apostrophe) || !stop_words.contains(before_apostrophe)
        {
            informative.push(draft.clone());
        } else if may_be_name && at > 0 && at + 1 < words {
            draft.is_general = true;
            informative.push(draft.clone());
        }
        all.push(draft);
    }
    if informative.is_empty() {
        all
    } else {
        informative
    }
}

pub(super) fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_QUESTION)]
}

/// `FROM` and `AND` are keywords, `from` and `and` are not.
fn is_shouted(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn draft(chunk: &str, analyzer: &mut Analyzer) -> Draft {
    let tokens = analyzer.tokens(chunk);
    let (parts, wholes): (Vec<_>, Vec<_>) = tokens
        .into_iter()
        .partition(|token| token.position_length == 1);
    // `read-only`, `user's` and `create/declare` may be no more than words side by side.
    let is_prose = chunk
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '/'))
        && chunk.contains(['-', '\'', '’', '/']);
    let longest = wholes.into_iter().max_by_key(|token| token.position_length);
    Draft {
        is_name: parts.len() > 1 && !is_prose,
        parts: parts.iter().map(|token| spelled(chunk, token)).collect(),
        whole: longest.map(|token| spelled(chunk, &token)),
        is_general: false,
        is_everyday: false,
        names: names(chunk, analyzer),
    }
}

fn names(chunk: &str, analyzer: &mut Analyzer) -> Vec<Draft> {
    if !chunk.contains(is_path_separator) {
        return Vec::new();
    }
    let names = chunk.split(is_path_separator);
    names
        .filter(|name| !name.is_empty())
        .map(|name| draft(name, analyzer))
        .collect()
}

fn spelled(chunk: &str, token: &Token) -> Spelled {
    Spelled {
        term: token.text.clone(),
        letters: chunk[token.offset_from..token.offset_to].to_lowercase(),
    }
}
