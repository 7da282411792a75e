//! The folder a corpus lies in: what may be there before, and what must be.

use std::fs;
use std::io;
use std::path::Path;

use tantivy::Index;
use tantivy::schema::Schema;

use crate::analysis::{Language, register};
use crate::store::{FORMAT, Fields, Header, StoreError};

/// Opens the corpus in `folder`, or makes an empty one where nothing is.
pub(crate) fn open_or_create(folder: &Path) -> Result<(Index, Option<Header>), StoreError> {
    let (schema, _) = Fields::define();
    if !is_corpus(folder) {
        prepare(folder)?;
        let index = Index::create_in_dir(folder, schema).map_err(|e| StoreError::of(folder, e))?;
        return Ok((index, None));
    }
    open(folder, &schema)
}

/// The sources of the last run. Nothing is made where there is no corpus: it has none.
#[cfg(feature = "ingest")]
pub(crate) fn remembered_sources(folder: &Path) -> Result<Vec<crate::store::Source>, StoreError> {
    if !is_corpus(folder) {
        return Ok(Vec::new());
    }
    let (_, header) = open(folder, &Fields::define().0)?;
    Ok(header.map(|header| header.sources).unwrap_or_default())
}

fn is_corpus(folder: &Path) -> bool {
    folder.join("meta.json").is_file()
}

fn open(folder: &Path, schema: &Schema) -> Result<(Index, Option<Header>), StoreError> {
    check_managed(folder).map_err(|e| StoreError::of(folder, e.into()))?;
    let index = Index::open_in_dir(folder).map_err(|e| StoreError::of(folder, e))?;
    let header = read_header(&index).map_err(|e| StoreError::of(folder, e))?;
    check(folder, &index, header.as_ref(), schema)?;
    Ok((index, header))
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

/// What the last commit said; `None` before the first one.
pub(crate) fn read_header(index: &Index) -> Result<Option<Header>, tantivy::TantivyError> {
    let payload = index.load_metas()?.payload;
    Ok(payload.and_then(|payload| serde_json::from_str(&payload).ok()))
}

/// The analysis isn't kept in the index: whoever opens it says it again.
pub(crate) fn set_language(index: &Index, language: Language) {
    register(index.tokenizers(), language);
}

fn prepare(folder: &Path) -> Result<(), StoreError> {
    let io_error = |why: io::Error| StoreError::Io {
        folder: folder.to_owned(),
        why,
    };
    fs::create_dir_all(folder).map_err(io_error)?;
    for entry in fs::read_dir(folder).map_err(io_error)? {
        let name = entry.map_err(io_error)?.file_name();
        if !is_left_by_an_interrupted_run(&name.to_string_lossy()) {
            return Err(StoreError::NotACorpus(folder.to_owned()));
        }
    }
    Ok(())
}

fn is_left_by_an_interrupted_run(name: &str) -> bool {
    name == ".managed.json" || name.starts_with(".tantivy") || name.starts_with(".tmp")
}

fn check(
    folder: &Path,
    index: &Index,
    header: Option<&Header>,
    schema: &Schema,
) -> Result<(), StoreError> {
    let same_schema = index.schema() == *schema;
    match header {
        Some(header) if header.format != FORMAT || !same_schema => Err(StoreError::Incompatible {
            folder: folder.to_owned(),
            found: header.format,
            expected: FORMAT,
        }),
        None if !same_schema => Err(StoreError::NotACorpus(folder.to_owned())),
        _ => Ok(()),
    }
}
