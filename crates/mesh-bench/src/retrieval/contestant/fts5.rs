use anyhow::Result;
use rusqlite::{Connection, params};

use super::{Contestant, PASSAGES, distinct, passages};
use crate::retrieval::pages::Page;

/// Words that people use to ask and to join other words: what a person who writes such a search in an afternoon leaves out.
const STOP_WORDS: &str = "a about above after again against all am an and any are as at be because been before being below \
    between both but by can could did do does doing down during each few for from further get had has have having he her \
    here hers him his how i if in into is it its itself just me more most my no nor not now of off on once only or other our \
    out over own same she should so some such than that the their them then there these they this those through to too under \
    until up use using very was we were what when where which while who whom why will with would you your";

/// Which words of a question are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    All,
    WithoutStopWords,
}

/// SQLite's full-text search with BM25 over title, headings and text, and its best plain tokenizer.
#[derive(Debug)]
pub(crate) struct Fts5 {
    connection: Connection,
    words: Words,
}

impl Fts5 {
    pub(crate) fn index(pages: &[Page], words: Words) -> Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE VIRTUAL TABLE passages USING fts5(page UNINDEXED, title, headings, text, \
             tokenize = 'porter unicode61')",
        )?;
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare("INSERT INTO passages VALUES (?, ?, ?, ?)")?;
            for (page, passage) in passages(pages) {
                let headings = passage.headings.join("\n");
                insert.execute(params![page, passage.title, headings, passage.text])?;
            }
        }
        transaction.commit()?;
        Ok(Self { connection, words })
    }

    fn asked<'a>(&self, query: &'a str) -> Vec<&'a str> {
        let all: Vec<&str> = query.split_whitespace().collect();
        let telling: Vec<&str> = all
            .iter()
            .copied()
            .filter(|word| self.words == Words::All || !is_stop_word(word))
            .collect();
        if telling.is_empty() { all } else { telling }
    }
}

fn is_stop_word(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.is_empty()
        || STOP_WORDS
            .split_ascii_whitespace()
            .any(|stop| stop.eq_ignore_ascii_case(word))
}

impl Fts5 {
    /// The places of the passages that hold all words asked for, best first.
    pub(super) fn with_all(&self, query: &str, limit: usize) -> Result<Vec<usize>> {
        let words: Vec<String> = self.asked(query).into_iter().map(quoted).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = self.connection.prepare(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages) LIMIT ?",
        )?;
        let rows = select.query_map(params![words.join(" "), limit as i64], |row| {
            row.get::<_, i64>(0)
        })?;
        // SQLite counts from one.
        rows.map(|row| Ok(usize::try_from(row? - 1)?)).collect()
    }
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

impl Contestant for Fts5 {
    fn pages(&self, query: &str, limit: usize) -> Result<Vec<String>> {
        let words: Vec<String> = self.asked(query).into_iter().map(quoted).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = self.connection.prepare(
            "SELECT page FROM passages WHERE passages MATCH ? ORDER BY bm25(passages) LIMIT ?",
        )?;
        let rows = select.query_map(params![words.join(" OR "), PASSAGES as i64], |row| {
            row.get(0)
        })?;
        let found: Vec<String> = rows.collect::<Result<_, _>>()?;
        Ok(distinct(found, limit))
    }
}
