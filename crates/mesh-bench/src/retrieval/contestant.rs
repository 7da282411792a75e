//! Who is measured: each indexes the very same passages and names pages, best first.

mod bag;
mod database;
mod fts5;
mod mesh;
mod plain;

use anyhow::Result;

use crate::retrieval::pages::Page;

pub(crate) use bag::Bag;
pub(crate) use database::Database;
pub(crate) use fts5::{Fts5, Words};
pub(crate) use mesh::Mesh;
pub(crate) use plain::PlainTantivy;

pub(crate) trait Contestant {
    /// The first `limit` pages for a question, best first, each once.
    fn pages(&self, query: &str, limit: usize) -> Result<Vec<String>>;
}

/// Passages looked at to fill a list of pages: most pages have few.
pub(crate) const PASSAGES: usize = 30;

/// Pages in the order of their best passages.
pub(crate) fn distinct(pages: impl IntoIterator<Item = String>, limit: usize) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for page in pages {
        if distinct.len() == limit {
            break;
        }
        if !distinct.contains(&page) {
            distinct.push(page);
        }
    }
    distinct
}

/// All passages with the name of their page.
pub(crate) fn passages(pages: &[Page]) -> impl Iterator<Item = (&str, &mesh_index::Passage)> {
    pages.iter().flat_map(|page| {
        page.passages
            .iter()
            .map(|passage| (page.name.as_str(), passage))
    })
}
