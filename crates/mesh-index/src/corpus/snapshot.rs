use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;
use tantivy::collector::DocSetCollector;
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, Searcher, TantivyDocument, TantivyError, Term};

use super::catalogue::Catalogue;
use super::newest;
use super::shown::Shown;
use crate::analysis::{Analyzer, StopWords, Style};
use crate::record::{Kind, Mail, Record};
use crate::store::commit::Commit;
use crate::store::{Fields, Header, filter_value};
use crate::vectors::{Meaning, VectorsError};

/// One commit, held open.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) searcher: Shown,
    pub(crate) fields: Fields,
    pub(crate) header: Header,
    pub(super) fingerprint: String,
    pub(crate) stop_words: StopWords,
    prose: Analyzer,
    code: Analyzer,
    catalogue: OnceLock<Catalogue>,
    newest: [OnceLock<Option<String>>; Kind::ALL.len()],
    folder: PathBuf,
    meaning: OnceLock<Result<Option<Meaning>, VectorsError>>,
    is_fault_told: AtomicBool,
}

impl Snapshot {
    pub(super) fn new(folder: &Path, searcher: Searcher, commit: Commit) -> Self {
        let Commit {
            header,
            fingerprint,
        } = commit;
        Self {
            searcher: Shown::new(searcher),
            fields: Fields::define().1,
            prose: Analyzer::new(header.language, Style::Prose),
            code: Analyzer::new(header.language, Style::Code),
            stop_words: StopWords::new(header.language),
            header,
            fingerprint,
            catalogue: OnceLock::new(),
            newest: Kind::ALL.map(|_| OnceLock::new()),
            folder: folder.to_owned(),
            meaning: OnceLock::new(),
            is_fault_told: AtomicBool::new(false),
        }
    }

    pub(crate) fn passages(&self, kind: Kind) -> u64 {
        self.header
            .kinds
            .get(&kind)
            .map_or(0, |count| count.passages)
    }

    /// The analysis of that kind's text, and of questions about it.
    pub(crate) fn analyzer(&self, kind: Kind) -> Analyzer {
        match Style::of(kind) {
            Style::Prose => self.prose.clone(),
            Style::Code => self.code.clone(),
        }
    }

    /// The model and the vectors, read when first asked for: opening must not wait for them.
    pub(crate) fn meaning(&self) -> Result<Option<&Meaning>, &VectorsError> {
        let read = || Meaning::read(&self.folder, &self.searcher);
        self.meaning.get_or_init(read).as_ref().map(Option::as_ref)
    }

    /// Why the vectors are not used, once: where they were read, and nobody has been told.
    pub(super) fn untold_fault(&self) -> Option<&VectorsError> {
        let fault = self.meaning.get()?.as_ref().err()?;
        (!self.is_fault_told.swap(true, Ordering::Relaxed)).then_some(fault)
    }

    /// The lists of documents and tickets, made when first asked for: opening must not wait for them.
    pub(super) fn catalogue(&self) -> Result<&Catalogue, TantivyError> {
        if let Some(catalogue) = self.catalogue.get() {
            return Ok(catalogue);
        }
        let catalogue = Catalogue::read(&self.searcher, &self.fields)?;
        Ok(self.catalogue.get_or_init(|| catalogue))
    }

    /// The day of the newest thing of that kind, looked up when first asked for.
    pub(super) fn newest(&self, kind: Kind) -> Result<Option<String>, TantivyError> {
        let known = &self.newest[kind as usize];
        if let Some(day) = known.get() {
            return Ok(day.clone());
        }
        let day = newest::read(self, kind)?;
        Ok(known.get_or_init(|| day).clone())
    }

    /// The records whose `field` is `value`, in the order they were put.
    pub(super) fn records(&self, field: Field, value: &str) -> Result<Vec<Record>, TantivyError> {
        self.stored(field, value)
    }

    /// As [`Self::records`], for what is kept in another form.
    pub(super) fn stored<T: DeserializeOwned>(
        &self,
        field: Field,
        value: &str,
    ) -> Result<Vec<T>, TantivyError> {
        let mut addresses = self.addresses(&is(field, value))?;
        addresses.sort_unstable();
        let mut placed = Vec::with_capacity(addresses.len());
        for address in addresses {
            let position = self.position(address)?;
            if let Some(record) = self.record(address)? {
                placed.push((position, record));
            }
        }
        placed.sort_by_key(|(position, _)| *position);
        Ok(placed.into_iter().map(|(_, record)| record).collect())
    }

    /// Names a message by its place where its id finds another one first.
    pub(crate) fn cite(&self, mail: &mut Mail) -> Result<(), TantivyError> {
        let addresses = self.addresses(&is(self.fields.id, &mail.id))?;
        if addresses.len() < 2 {
            return Ok(());
        }
        let mut first = None;
        for address in addresses {
            let place = (self.position(address)?, address);
            if first.is_none_or(|first| place < first) {
                first = Some(place);
            }
        }
        let Some((_, address)) = first else {
            return Ok(());
        };
        let first: Option<Mail> = self.record(address)?;
        if first.is_some_and(|first| first.sameness() != mail.sameness()) {
            mail.id = mail.place();
        }
        Ok(())
    }

    /// A stored record, read as a [`Record`] or, faster, as the type it is known to be.
    pub(crate) fn record<T: DeserializeOwned>(
        &self,
        address: DocAddress,
    ) -> Result<Option<T>, TantivyError> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let stored = document.get_first(self.fields.stored);
        let json = stored.as_ref().and_then(|value| value.as_str());
        Ok(json.and_then(|json| serde_json::from_str(json).ok()))
    }

    pub(super) fn addresses(&self, query: &dyn Query) -> Result<Vec<DocAddress>, TantivyError> {
        let found = self.searcher.search(query, &DocSetCollector)?;
        Ok(found.into_iter().collect())
    }

    fn position(&self, address: DocAddress) -> Result<u64, TantivyError> {
        let segment = self.searcher.segment_reader(address.segment_ord);
        let positions = segment.fast_fields().u64("position")?;
        Ok(positions.first(address.doc_id).unwrap_or_default())
    }
}

fn is(field: Field, value: &str) -> TermQuery {
    let term = Term::from_field_text(field, &filter_value(value));
    TermQuery::new(term, IndexRecordOption::Basic)
}
