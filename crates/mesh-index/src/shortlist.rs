//! A few thousand things with a name and a description, and which of them suits what somebody wants to do. Kept in memory.

use tantivy::collector::TopDocs;
use tantivy::directory::RamDirectory;
use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{Index, IndexReader, TantivyDocument, Term};

use crate::analysis::{Analyzer, Language, StopWords, Style, register};

/// One of the things.
#[derive(Clone, Debug, Default)]
pub struct Named {
    pub name: String,
    pub title: String,
    pub description: String,
    /// What it is given: names of arguments, and what is said of them.
    pub arguments: String,
}

/// See [`Self::search`].
pub struct Shortlist {
    reader: IndexReader,
    fields: [Field; FIELDS.len()],
}

/// The fields, and what a word found there counts. A name says in two words what a description says in fifty.
const FIELDS: [(&str, f32); 4] = [
    ("name", 2.0),
    ("title", 1.5),
    ("description", 1.0),
    ("arguments", 0.4),
];
/// What a word counts in further fields than the one where it counts most.
const ELSEWHERE: f32 = 0.3;
/// What a word counts that is in every question.
const GENERAL: f32 = 0.3;
/// Of longer questions the beginning says enough.
const MAX_WORDS: usize = 64;

impl Shortlist {
    /// # Errors
    /// When the index cannot be made.
    pub fn of(things: impl IntoIterator<Item = Named>) -> tantivy::Result<Self> {
        /// Of the writer, while it writes.
        const MEMORY: usize = 4 << 20;
        let mut schema = Schema::builder();
        let fields = FIELDS.map(|(name, _)| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(Style::Code.tokenizer())
                .set_index_option(IndexRecordOption::WithFreqs);
            let options = TextOptions::default().set_indexing_options(indexing);
            schema.add_text_field(name, options)
        });
        let tokenizers = TokenizerManager::new();
        register(&tokenizers, Language::English);
        let index = Index::builder()
            .schema(schema.build())
            .tokenizers(tokenizers);
        let mut writer = index.single_segment_index_writer(RamDirectory::create(), MEMORY)?;
        for thing in things {
            let mut document = TantivyDocument::new();
            let texts = [thing.name, thing.title, thing.description, thing.arguments];
            for (field, text) in fields.iter().zip(texts) {
                document.add_text(*field, text);
            }
            writer.add_document(document)?;
        }
        let reader = writer.finalize()?.reader()?;
        Ok(Self { reader, fields })
    }

    /// The places of those that suit best, best first, `limit` at most; none where no word of the text is in any of them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, text: &str, limit: usize) -> tantivy::Result<Vec<usize>> {
        let words = words(text);
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let words = words
            .iter()
            .map(|(word, share)| (Occur::Should, self.word(word, *share)));
        let query = BooleanQuery::new(words.collect());
        let searcher = self.reader.searcher();
        let best = searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        // One segment, so that documents are numbered as they were added.
        Ok(best
            .iter()
            .map(|(_, address)| address.doc_id as usize)
            .collect())
    }

    fn word(&self, word: &str, share: f32) -> Box<dyn Query> {
        let fields = self.fields.iter().zip(FIELDS).map(|(field, (_, counts))| {
            let term = Term::from_field_text(*field, word);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(query), counts * share)) as Box<dyn Query>
        });
        Box::new(DisjunctionMaxQuery::with_tie_breaker(
            fields.collect(),
            ELSEWHERE,
        ))
    }
}

/// The terms of a question, each once, and what each counts; those without a subject only where there is nothing else.
fn words(text: &str) -> Vec<(String, f32)> {
    let mut stop_words = StopWords::new(Language::English);
    let (mut telling, mut others) = (Vec::new(), Vec::new());
    for token in Analyzer::new(Language::English, Style::Code)
        .tokens(text)
        .into_iter()
        .take(MAX_WORDS)
    {
        let written = &text[token.offset_from..token.offset_to];
        let (words, share) = match stop_words.contains(written) {
            true => (&mut others, 1.0),
            false if stop_words.is_general(written) => (&mut telling, GENERAL),
            false => (&mut telling, 1.0),
        };
        if words.iter().all(|(word, _)| *word != token.text) {
            words.push((token.text, share));
        }
    }
    if telling.is_empty() { others } else { telling }
}

impl std::fmt::Debug for Shortlist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shortlist")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, description: &str) -> Named {
        Named {
            name: name.to_owned(),
            description: description.to_owned(),
            ..Named::default()
        }
    }

    fn tools() -> Shortlist {
        Shortlist::of([
            named("git__git_log", "Shows the commit logs"),
            named(
                "files__readFile",
                "Read the complete contents of a file as text",
            ),
            named("files__move_file", "Move or rename files and directories"),
            named(
                "time__get_current_time",
                "Get current time in a specific timezone",
            ),
        ])
        .expect("an index")
    }

    fn first(question: &str) -> Option<usize> {
        tools()
            .search(question, 3)
            .expect("searched")
            .first()
            .copied()
    }

    #[test]
    fn what_suits_is_found_by_other_forms_of_its_words() {
        assert_eq!(first("which commits were logged last week"), Some(0));
        assert_eq!(first("I want to read a text file"), Some(1));
        assert_eq!(first("renaming a directory"), Some(2));
        assert_eq!(first("what time is it in Tokyo"), Some(3));
    }

    #[test]
    fn nothing_is_found_by_words_that_are_nowhere() {
        assert_eq!(first("deploy the frobnicator"), None);
        assert_eq!(first(""), None);
        assert!(
            Shortlist::of([])
                .expect("an index")
                .search("file", 5)
                .expect("searched")
                .is_empty()
        );
    }

    #[test]
    fn no_more_than_the_limit_are_named() {
        let found = |limit| {
            tools()
                .search("file time commit", limit)
                .expect("searched")
                .len()
        };
        assert_eq!((found(0), found(2), found(10)), (0, 2, 4));
    }
}
