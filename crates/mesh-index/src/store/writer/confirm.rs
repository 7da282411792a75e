use std::collections::BTreeMap;

use tantivy::TantivyError;

use super::Writer;
use crate::store::folder::searcher;
use crate::store::manifest::{entry_query, read_entries};
use crate::store::{Source, StoreError};

/// How files are known from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprints(BTreeMap<Source, BTreeMap<String, String>>);

impl Fingerprints {
    pub fn put(&mut self, source: &Source, path: &str, fingerprint: &str) {
        let files = self.0.entry(source.clone()).or_default();
        files.insert(path.to_owned(), fingerprint.to_owned());
    }

    fn of(&self, source: &Source, path: &str) -> Option<&str> {
        self.0.get(source)?.get(path).map(String::as_str)
    }
}

impl Writer {
    /// Has files known by other fingerprints; what was read from them stays. One that isn't known as it was at the last commit
    /// is passed over.
    ///
    /// # Errors
    /// Where the corpus cannot be read or written.
    pub fn confirm(&mut self, fingerprints: &Fingerprints) -> Result<(), StoreError> {
        if fingerprints.0.is_empty() {
            return Ok(());
        }
        let replaced = self.replace_entries(fingerprints);
        replaced.map_err(|error| self.fault(error))
    }

    fn replace_entries(&mut self, fingerprints: &Fingerprints) -> Result<(), TantivyError> {
        for mut entry in read_entries(&searcher(&self.index)?, &self.fields)? {
            let Some(fingerprint) = fingerprints.of(&entry.source, &entry.path) else {
                continue;
            };
            let known = self.manifest.state(&entry.source, &entry.path);
            if known != Some(&entry.state) || entry.state.fingerprint == fingerprint {
                continue;
            }
            let former = entry_query(&self.fields, &entry.source, &entry.path);
            self.writer.delete_query(Box::new(former))?;
            fingerprint.clone_into(&mut entry.state.fingerprint);
            self.writer.add_document(entry.to_document(&self.fields))?;
            self.manifest.put(&entry.source, &entry.path, entry.state);
        }
        Ok(())
    }
}
