use std::path::Path;

use anyhow::Result;
use mesh_index::corpus::Corpus;
use mesh_index::search::Query;
use mesh_index::store::{Source, SourceKind, Writer};
use mesh_index::{Hit, Passage, Record};

use super::{Contestant, PASSAGES, distinct};
use crate::retrieval::pages::Page;
use crate::retrieval::vectors::Vectors;

/// The index under test.
#[derive(Debug)]
pub(crate) struct Mesh {
    pub(crate) corpus: Corpus,
}

impl Mesh {
    pub(crate) fn index(folder: &Path, pages: &[Page]) -> Result<Self> {
        let source = Source {
            kind: SourceKind::Knowledge,
            path: "pages".to_owned(),
        };
        let mut writer = Writer::open(folder, None)?;
        writer.set_sources(vec![source.clone()]);
        for page in pages {
            let records = page.passages.iter().cloned().map(Record::Knowledge);
            writer.put_file(&source, &page.name, "1", records.collect())?;
        }
        writer.commit()?;
        Self::open(folder)
    }

    /// As [`Self::index`], with sentence vectors.
    pub(crate) fn index_with_vectors(
        folder: &Path,
        pages: &[Page],
        vectors: &Vectors,
    ) -> Result<Self> {
        Self::index(folder, pages)?;
        vectors.put_beside(folder)?;
        Self::open(folder)
    }

    pub(crate) fn open(folder: &Path) -> Result<Self> {
        Ok(Self {
            corpus: Corpus::open(folder)?,
        })
    }

    /// What it finds for a question.
    pub(crate) fn hits(&self, question: &str) -> Result<Vec<Hit<Passage>>> {
        Ok(self.corpus.search_knowledge(&question_of(question))?.hits)
    }

    /// The best score for a question, shown or not.
    pub(crate) fn best_score(&self, question: &str) -> Result<f32> {
        Ok(self.corpus.search_knowledge(&question_of(question))?.best)
    }
}

impl Contestant for Mesh {
    fn pages(&self, query: &str, limit: usize) -> Result<Vec<String>> {
        let found = self.corpus.search_knowledge(&question_of(query))?;
        let pages = found.hits.into_iter().map(|hit| page(hit.item));
        Ok(distinct(pages, limit))
    }
}

fn question_of(text: &str) -> Query<'_> {
    Query {
        text,
        limit: PASSAGES,
        threshold: 0.0,
    }
}

fn page(passage: Passage) -> String {
    passage.path
}
