mod confirm;

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexWriter, TantivyDocument, TantivyError, Term};

pub use self::confirm::Fingerprints;
use crate::analysis::Language;
use crate::record::Record;
use crate::store::directory::Checked;
use crate::store::entry::{Origin, patch_document, record_document};
use crate::store::folder::{open_or_create, remove_half_written, replace, set_language};
use crate::store::manifest::Manifest;
use crate::store::{
    FORMAT, Fields, FileState, Header, Link, Links, Losses, ManifestEntry, Roots, Source,
    StoreError,
};

/// One thread, so that the same input gives the same index; its memory holds about 30 MB of text before a segment is
/// written, so that a small corpus is one segment without a merge.
const THREADS: usize = 1;
const MEMORY_BYTES: usize = 150_000_000;

/// More segments than this are merged into one at the end: each costs time when the corpus is opened and on every query.
const MAX_SEGMENTS: usize = 4;

/// Once this share of a segment is deleted, its dead weight is worth a merge.
const MAX_DELETED: f64 = 0.2;

/// One run of indexing. It holds the corpus's lock; nothing is visible before [`Writer::commit`], and dropping it instead
/// leaves the corpus as it was.
pub struct Writer {
    folder: PathBuf,
    directory: Checked,
    index: Index,
    writer: IndexWriter,
    fields: Fields,
    language: Language,
    sources: Vec<Source>,
    roots: Roots,
    links: Links,
    losses: Losses,
    manifest: Manifest,
    /// What the corpus held, where all of it is read anew.
    former: Option<Manifest>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("folder", &self.folder)
            .field("language", &self.language)
            .field("sources", &self.sources)
            .finish_non_exhaustive()
    }
}

impl Writer {
    /// Opens the corpus in `dir`, or begins one, and locks it before anything of it is read. Another language than the corpus has, or an older format, means that all of it
    /// is read anew: the manifest is empty then. Without a language the corpus keeps its own; a new one is English.
    ///
    /// # Errors
    /// Where the folder holds something else, a corpus of another format or a damaged one, or another run writes to it.
    pub fn open(dir: &Path, language: Option<Language>) -> Result<Self, StoreError> {
        let found = open_or_create(dir)?;
        let is_older = found.is_older;
        let (index, directory) = if is_older {
            replace(dir, &found)?
        } else {
            (found.index.clone(), found.directory.clone())
        };
        let (_, fields) = Fields::define();
        let before = found.header.as_ref().map(|header| header.language);
        let language = language.or(before).unwrap_or(Language::English);
        set_language(&index, language);
        let writer: IndexWriter = index
            .writer_with_num_threads(THREADS, MEMORY_BYTES)
            .map_err(|error| StoreError::of(dir, error))?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        // What a run left that was killed, or that found the disk full, needs room that this one may lack. Where it can't be
        // deleted, nothing is wrong with the corpus. An older index is in no list of this one's: it would be deleted, too.
        if !is_older {
            let _left = writer.garbage_collect_files().wait();
        }
        let _left = remove_half_written(dir);
        let is_anew = is_older || before.is_some_and(|before| before != language);
        let mut manifest = found.manifest(dir)?;
        let remembered = found
            .header
            .map(|h| (h.sources, h.roots, h.links, h.losses));
        let (sources, roots, links, losses) = remembered.unwrap_or_default();
        let former = is_anew.then(|| mem::take(&mut manifest));
        if is_anew {
            let emptied = writer.delete_all_documents();
            emptied.map_err(|error| StoreError::of(dir, error))?;
        }
        Ok(Self {
            folder: dir.to_owned(),
            directory,
            index,
            writer,
            fields,
            language,
            sources,
            roots,
            links,
            losses,
            manifest,
            former,
        })
    }

    /// The sources of the last run, as the next one would repeat them.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        self.sources.clone()
    }

    /// What the corpus consists of from now on; everything of a source that is no longer named leaves.
    pub fn set_sources(&mut self, sources: Vec<Source>) {
        for gone in self.sources.iter().filter(|old| !sources.contains(old)) {
            let term = Term::from_field_text(self.fields.source, &gone.term());
            self.writer.delete_term(term);
            self.manifest.remove_source(gone);
        }
        self.roots.retain(&sources);
        self.links.retain(&sources);
        self.losses.retain(&sources);
        self.sources = sources;
    }

    #[cfg(feature = "ingest")]
    pub(crate) fn roots(&self) -> Roots {
        self.roots.clone()
    }

    #[cfg(feature = "ingest")]
    pub(crate) fn set_roots(&mut self, roots: Roots) {
        self.roots = roots;
        self.roots.retain(&self.sources);
    }

    #[cfg(feature = "ingest")]
    pub(crate) fn losses(&self) -> &Losses {
        &self.losses
    }

    #[cfg(feature = "ingest")]
    pub(crate) fn set_losses(&mut self, losses: Losses) {
        self.losses = losses;
        self.losses.retain(&self.sources);
    }

    /// Where people open what a source holds; `None` forgets it.
    pub fn set_link(&mut self, source: &Source, link: Option<Link>) {
        self.links.set(source, link);
    }

    /// What is known of each file of a source, by path.
    ///
    /// # Errors
    /// Where the corpus cannot be read.
    pub fn files(&self, source: &Source) -> Result<BTreeMap<String, FileState>, StoreError> {
        Ok(self.manifest.files(source))
    }

    /// Whether nothing of what the corpus held is in it after this run, unless it is put again.
    #[must_use]
    pub fn is_anew(&self) -> bool {
        self.former.is_some()
    }

    /// As [`Self::files`], of the corpus as it is until the commit. What is read anew has no fingerprint.
    #[must_use]
    pub fn files_before(&self, source: &Source) -> BTreeMap<String, FileState> {
        let Some(former) = &self.former else {
            return self.manifest.files(source);
        };
        let mut files = former.files(source);
        for state in files.values_mut() {
            state.fingerprint.clear();
        }
        files
    }

    /// Forgets a file and all that was read from it; nothing happens if it isn't known.
    ///
    /// # Errors
    /// Where the corpus cannot be written.
    pub fn remove_file(&mut self, source: &Source, path: &str) -> Result<(), StoreError> {
        let term = Term::from_field_text(self.fields.file, &source.file_term(path));
        self.writer.delete_term(term);
        self.manifest.remove(source, path);
        Ok(())
    }

    /// Puts what was read from a file in the place of what was read before. The records' order is kept.
    ///
    /// # Errors
    /// Where the records are of a kind that such a source cannot have, or the corpus cannot be written.
    pub fn put_file(
        &mut self,
        source: &Source,
        path: &str,
        fingerprint: &str,
        records: Vec<Record>,
    ) -> Result<(), StoreError> {
        records
            .iter()
            .try_for_each(|record| check_kind(source, record))?;
        self.remove_file(source, path)?;
        let entry = ManifestEntry::of(source, path, fingerprint, &records);
        self.add(entry.to_document(&self.fields))?;
        for (position, record) in records.into_iter().enumerate() {
            let origin = Origin {
                source,
                path,
                position,
                document: &entry.id,
            };
            self.add(record_document(&self.fields, &record, origin))?;
            if let Some(patch) = patch_document(&self.fields, &record, origin) {
                self.add(patch)?;
            }
        }
        self.manifest.put(source, path, entry.state);
        Ok(())
    }

    /// Shows everything at once, then tidies up the files.
    ///
    /// # Errors
    /// Where the corpus cannot be written: it is as it was.
    pub fn commit(mut self) -> Result<(), StoreError> {
        let header = Header {
            format: FORMAT,
            language: self.language,
            sources: mem::take(&mut self.sources),
            roots: mem::take(&mut self.roots),
            links: mem::take(&mut self.links),
            losses: mem::take(&mut self.losses),
            indexed_at: Timestamp::now()
                .round(jiff::Unit::Second)
                .expect("a second divides a day")
                .to_string(),
            kinds: self.manifest.count(),
        };
        let payload = serde_json::to_string(&header).expect("a header has string keys only");
        self.commit_with(&payload).map_err(|e| self.fault(e))?;
        // The run is done: what couldn't be tidied up is tidied up by the next one.
        let _untidy = self.merge();
        Ok(())
    }

    fn commit_with(&mut self, payload: &str) -> Result<(), TantivyError> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(payload);
        prepared.commit()?;
        Ok(())
    }

    fn add(&self, document: TantivyDocument) -> Result<(), StoreError> {
        let added = self.writer.add_document(document);
        added.map(drop).map_err(|error| self.fault(error))
    }

    /// A thread of tantivy's that ended tells nobody why; the folder knows what could not be written.
    fn fault(&self, error: TantivyError) -> StoreError {
        match self.directory.failure() {
            Some(why) => StoreError::Io {
                folder: self.folder.clone(),
                why,
            },
            None => StoreError::of(&self.folder, error),
        }
    }

    fn merge(mut self) -> Result<(), TantivyError> {
        let segments = self.index.searchable_segment_metas()?;
        let mostly_alive = |s: &tantivy::SegmentMeta| {
            f64::from(s.num_deleted_docs()) <= MAX_DELETED * f64::from(s.max_doc())
        };
        if segments.len() > MAX_SEGMENTS || !segments.iter().all(mostly_alive) {
            let ids: Vec<_> = segments.iter().map(tantivy::SegmentMeta::id).collect();
            self.writer.merge(&ids).wait()?;
        }
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()?;
        Ok(())
    }
}

fn check_kind(source: &Source, record: &Record) -> Result<(), StoreError> {
    if record.kind() == source.kind.records() {
        return Ok(());
    }
    Err(StoreError::WrongKind {
        kind: record.kind(),
        source_kind: source.kind,
    })
}

#[cfg(test)]
mod tests;
