use serde::{Deserialize, Serialize};

use super::cursor::{decode, encode};
use super::tickets::{Completion, complete};
use super::{Corpus, Page};
use crate::record::{Passage, Record};
use crate::search::SearchError;

const LIST: char = 'd';

/// A knowledge document, as listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentInfo {
    /// Readable and fit for a URI as it is.
    pub id: String,
    pub path: String,
    pub title: String,
    pub passages: u32,
}

/// A knowledge document, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub info: DocumentInfo,
    /// In the order of the document.
    pub passages: Vec<Passage>,
}

impl Corpus {
    /// The knowledge documents by path, `limit` at a time.
    ///
    /// # Errors
    /// Where the cursor was not handed out here, or the corpus is damaged.
    pub fn documents(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<DocumentInfo>, SearchError> {
        let snapshot = self.snapshot();
        let all = &snapshot.catalogue()?.documents;
        let after = cursor.map(|cursor| decode(LIST, cursor)).transpose()?;
        let start = after.map_or(0, |after| all.partition_point(|info| info.path <= after));
        let items: Vec<_> = all[start..].iter().take(limit).cloned().collect();
        let is_last = start + items.len() >= all.len();
        let next = items
            .last()
            .filter(|_| !is_last)
            .map(|info| encode(LIST, &info.path));
        Ok(Page { items, next })
    }

    /// The whole document of that id.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn document(&self, id: &str) -> Result<Option<Document>, SearchError> {
        let snapshot = self.snapshot();
        let records = snapshot.records(snapshot.fields.id, id)?;
        let passages: Vec<_> = records
            .into_iter()
            .filter_map(|record| match record {
                Record::Knowledge(passage) => Some(passage),
                _ => None,
            })
            .collect();
        let Some(first) = passages.first() else {
            return Ok(None);
        };
        let info = DocumentInfo {
            id: id.to_lowercase(),
            path: first.path.clone(),
            title: first.title.clone(),
            passages: u32::try_from(passages.len()).unwrap_or(u32::MAX),
        };
        Ok(Some(Document { info, passages }))
    }

    /// Document ids that begin with `prefix`, then those that hold it elsewhere.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn complete_documents(
        &self,
        prefix: &str,
        limit: usize,
    ) -> Result<Completion, SearchError> {
        let snapshot = self.snapshot();
        let documents = &snapshot.catalogue()?.documents;
        Ok(complete(
            documents.iter().map(|info| info.id.as_str()),
            prefix,
            limit,
        ))
    }
}
