use std::collections::BTreeMap;

use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{Searcher, TantivyDocument, TantivyError, Term};

use crate::record::Kind;
use crate::store::entry::FILE;
use crate::store::{Fields, FileState, KindCount, ManifestEntry, Source};

/// Which files of which source the corpus holds, as it will be after the commit.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    sources: BTreeMap<Source, BTreeMap<String, FileState>>,
}

impl Manifest {
    pub(crate) fn read(searcher: &Searcher, fields: &Fields) -> Result<Self, TantivyError> {
        let mut manifest = Self::default();
        for entry in read_entries(searcher, fields)? {
            manifest.put(&entry.source, &entry.path, entry.state);
        }
        Ok(manifest)
    }

    pub(crate) fn files(&self, source: &Source) -> BTreeMap<String, FileState> {
        self.sources.get(source).cloned().unwrap_or_default()
    }

    pub(crate) fn state(&self, source: &Source, path: &str) -> Option<&FileState> {
        self.sources.get(source)?.get(path)
    }

    pub(crate) fn put(&mut self, source: &Source, path: &str, state: FileState) {
        let files = self.sources.entry(source.clone()).or_default();
        files.insert(path.to_owned(), state);
    }

    pub(crate) fn remove(&mut self, source: &Source, path: &str) {
        if let Some(files) = self.sources.get_mut(source) {
            files.remove(path);
        }
    }

    pub(crate) fn remove_source(&mut self, source: &Source) {
        self.sources.remove(source);
    }

    pub(crate) fn count(&self) -> BTreeMap<Kind, KindCount> {
        let mut kinds: BTreeMap<Kind, KindCount> = BTreeMap::new();
        for (source, files) in &self.sources {
            let kind = source.kind.records();
            for state in files.values() {
                kinds.entry(kind).or_default().add(kind, state.passages);
            }
        }
        kinds
    }
}

/// Every file of the corpus, in no order.
pub(crate) fn read_entries(
    searcher: &Searcher,
    fields: &Fields,
) -> Result<Vec<ManifestEntry>, TantivyError> {
    let files = term_query(fields.entry, FILE);
    let mut addresses: Vec<_> = searcher
        .search(&files, &DocSetCollector)?
        .into_iter()
        .collect();
    addresses.sort_unstable();
    let mut entries = Vec::with_capacity(addresses.len());
    for address in addresses {
        let document: TantivyDocument = searcher.doc(address)?;
        let stored = document.get_first(fields.stored);
        let json = stored.as_ref().and_then(|value| value.as_str());
        entries.extend(json.and_then(|json| serde_json::from_str(json).ok()));
    }
    Ok(entries)
}

/// Finds what the manifest says of one file; its records, which have the same term, stay.
pub(crate) fn entry_query(fields: &Fields, source: &Source, path: &str) -> BooleanQuery {
    let terms = [
        term_query(fields.entry, FILE),
        term_query(fields.file, &source.file_term(path)),
    ];
    BooleanQuery::intersection(terms.map(|term| Box::new(term) as Box<dyn Query>).into())
}

fn term_query(field: Field, value: &str) -> TermQuery {
    let term = Term::from_field_text(field, value);
    TermQuery::new(term, IndexRecordOption::Basic)
}
