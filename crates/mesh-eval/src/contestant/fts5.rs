use anyhow::Result;
use rusqlite::{Connection, params};

use super::{Contestant, PASSAGES, distinct, passages};
use crate::manual::Page;

/// SQLite's full-text search with BM25 over title, headings and text, and its best plain tokenizer.
#[derive(Debug)]
pub struct Fts5 {
    connection: Connection,
}

impl Fts5 {
    pub fn index(pages: &[Page]) -> Result<Self> {
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
        Ok(Self { connection })
    }
}

impl Contestant for Fts5 {
    fn name(&self) -> &'static str {
        "SQLite FTS5 (porter, bm25)"
    }

    fn pages(&self, query: &str, limit: usize) -> Result<Vec<String>> {
        let words: Vec<String> = query
            .split_whitespace()
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
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
