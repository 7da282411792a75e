//! The folder a corpus lies in: what may be there before, and what must be.

use std::fs;
use std::io;
use std::path::Path;

use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy, Searcher, TantivyError};

use crate::analysis::{Language, register};
use crate::store::commit::{HeaderError, read_header};
use crate::store::directory::{Check, Checked, only_owner};
use crate::store::manifest::Manifest;
use crate::store::{FORMAT, Fields, Header, StoreError};

/// Opens the corpus in `folder`, or makes an empty one where nothing is, while nobody else writes to it.
pub(crate) fn open_or_create(folder: &Path) -> Result<Opened, StoreError> {
    // Locking makes a file, and not in a folder that holds something else.
    if is_corpus(folder)? {
        open(folder)?;
    } else {
        prepare(folder)?;
    }
    let directory = locked(folder)?;
    if is_corpus(folder)? {
        return open_in(folder, directory);
    }
    Ok(Opened {
        index: create(folder, &directory)?,
        directory,
        header: None,
        is_older: false,
    })
}

/// Begins an index of this version in the place of an older one, which the folder holds until the first commit.
pub(crate) fn replace(folder: &Path, opened: &Opened) -> Result<(Index, Checked), StoreError> {
    let directory = opened.directory.replacing();
    Ok((create(folder, &directory)?, directory))
}

fn create(folder: &Path, directory: &Checked) -> Result<Index, StoreError> {
    let (schema, _) = Fields::define();
    let created = Index::create(directory.clone(), schema, IndexSettings::default());
    created.map_err(|e| StoreError::of(folder, e))
}

/// A corpus that a run may write to. Where it was locked, it is as long as this or the index's writer is held.
pub(crate) struct Opened {
    pub(crate) index: Index,
    pub(crate) directory: Checked,
    /// `None` before the first commit.
    pub(crate) header: Option<Header>,
    /// Of an older version: nothing of it is read but its header and its manifest.
    pub(crate) is_older: bool,
}

impl Opened {
    /// The files of the last commit.
    pub(crate) fn manifest(&self, folder: &Path) -> Result<Manifest, StoreError> {
        let (_, fields) = Fields::define();
        let searcher = searcher(&self.index);
        let manifest = searcher.and_then(|searcher| Manifest::read(&searcher, &fields));
        manifest.map_err(|error| StoreError::of(folder, error))
    }
}

/// The last commit, opened once: a reader that notices the next one watches the folder from a thread of its own.
pub(crate) fn searcher(index: &Index) -> tantivy::Result<Searcher> {
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
    let reader: IndexReader = reader.try_into()?;
    Ok(reader.searcher())
}

/// What the last run said, and the files it read. Nothing is made where there is no corpus.
#[cfg(feature = "ingest")]
pub(crate) fn remembered(folder: &Path) -> Result<Option<(Header, Manifest)>, StoreError> {
    if !is_corpus(folder)? {
        return Ok(None);
    }
    let opened = open(folder)?;
    let manifest = opened.manifest(folder)?;
    Ok(opened.header.map(|header| (header, manifest)))
}

/// The sources of the last run, and where they were. Nothing is made where there is no corpus: it has none.
#[cfg(feature = "ingest")]
pub(crate) fn remembered_sources(
    folder: &Path,
) -> Result<(Vec<crate::store::Source>, crate::store::Roots), StoreError> {
    if !is_corpus(folder)? {
        return Ok(<_>::default());
    }
    let opened = open(folder)?;
    let remembered = opened.header.map(|header| (header.sources, header.roots));
    Ok(remembered.unwrap_or_default())
}

/// A corpus that something is put beside, while nobody else writes to it.
#[cfg(feature = "ingest")]
pub(crate) fn open_locked(folder: &Path) -> Result<Opened, StoreError> {
    if !is_corpus(folder)? {
        return Err(StoreError::NotACorpus(folder.to_owned()));
    }
    let opened = open_in(folder, locked(folder)?)?;
    match &opened.header {
        Some(header) if opened.is_older => Err(incompatible(folder, header.format)),
        _ => Ok(opened),
    }
}

/// A folder with other things, or one that may not be looked into, is an error: it would be taken for one without a corpus.
fn is_corpus(folder: &Path) -> Result<bool, StoreError> {
    let io_error = |why: io::Error| StoreError::Io {
        folder: folder.to_owned(),
        why,
    };
    match found(fs::metadata(folder.join("meta.json"))).map_err(io_error)? {
        Some(meta) if meta.is_file() => return Ok(true),
        _ => {}
    }
    let entries = found(fs::read_dir(folder)).map_err(io_error)?;
    for entry in entries.into_iter().flatten() {
        let name = entry.map_err(io_error)?.file_name();
        if !is_left_by_an_interrupted_run(&name.to_string_lossy()) {
            return Err(StoreError::NotACorpus(folder.to_owned()));
        }
    }
    Ok(false)
}

/// What was looked for, if it is there.
fn found<T>(looked: io::Result<T>) -> io::Result<Option<T>> {
    match looked {
        Ok(found) => Ok(Some(found)),
        Err(why)
            if matches!(
                why.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(why) => Err(why),
    }
}

fn open(folder: &Path) -> Result<Opened, StoreError> {
    open_in(folder, directory(folder)?)
}

fn open_in(folder: &Path, directory: Checked) -> Result<Opened, StoreError> {
    check_managed(folder).map_err(|e| StoreError::of(folder, e.into()))?;
    let index = Index::open(directory.clone()).map_err(|e| StoreError::of(folder, e))?;
    let header = read_header(&index).map_err(|error| match error {
        HeaderError::Foreign => StoreError::NotACorpus(folder.to_owned()),
        HeaderError::Format(found) => incompatible(folder, found),
        HeaderError::Index(error) => StoreError::of(folder, error),
    })?;
    let is_older = is_older(folder, &index, header.as_ref())?;
    Ok(Opened {
        index,
        directory,
        header,
        is_older,
    })
}

fn directory(folder: &Path) -> Result<Checked, StoreError> {
    Checked::open(folder, Check::Content).map_err(|e| StoreError::of(folder, e.into()))
}

fn locked(folder: &Path) -> Result<Checked, StoreError> {
    let directory = directory(folder)?;
    let locked = directory.lock_ahead();
    locked.map_err(|e| StoreError::of(folder, TantivyError::LockFailure(e, None)))?;
    Ok(directory)
}

/// A run deletes files that `.managed.json` names and no segment needs: a name that leads out of the folder would have any
/// file of the machine deleted.
fn check_managed(folder: &Path) -> io::Result<()> {
    let list = match fs::read(folder.join(".managed.json")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        list => list?,
    };
    let names: Vec<String> = serde_json::from_slice(&list)?;
    match names.iter().find(|name| !is_file_name(name)) {
        Some(name) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("`.managed.json` names `{name}`, which is no file of the folder"),
        )),
        None => Ok(()),
    }
}

fn is_file_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!(
        (parts.next(), parts.next()),
        (Some(std::path::Component::Normal(_)), None)
    )
}

/// The analysis isn't kept in the index: whoever opens it says it again.
pub(crate) fn set_language(index: &Index, language: Language) {
    register(index.tokenizers(), language);
}

fn prepare(folder: &Path) -> Result<(), StoreError> {
    let made = fs::create_dir_all(folder).and_then(|()| only_owner(folder));
    made.map_err(|why| StoreError::Io {
        folder: folder.to_owned(),
        why,
    })
}

fn is_left_by_an_interrupted_run(name: &str) -> bool {
    name == ".managed.json" || name.starts_with(".tantivy") || is_half_written(name)
}

/// A file that would have been renamed once it was whole.
fn is_half_written(name: &str) -> bool {
    name.starts_with(".tmp")
}

/// Deletes what a run left that was killed while it wrote a small file; only for whoever holds the lock.
pub(crate) fn remove_half_written(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_half_written(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether all that is read of the index are its header and its manifest, whose fields are the same in all versions.
fn is_older(folder: &Path, index: &Index, header: Option<&Header>) -> Result<bool, StoreError> {
    let (schema, fields) = Fields::define();
    let found = index.schema();
    let Some(header) = header else {
        return if found == schema {
            Ok(false)
        } else {
            Err(StoreError::NotACorpus(folder.to_owned()))
        };
    };
    let is_same = header.format == FORMAT && found == schema;
    let has = |field, name| found.get_field(name).is_ok_and(|found| found == field);
    if is_same
        || (header.format <= FORMAT && has(fields.entry, "entry") && has(fields.stored, "stored"))
    {
        Ok(!is_same)
    } else {
        Err(incompatible(folder, header.format))
    }
}

fn incompatible(folder: &Path, found: u32) -> StoreError {
    StoreError::Incompatible {
        folder: folder.to_owned(),
        found,
        expected: FORMAT,
    }
}
