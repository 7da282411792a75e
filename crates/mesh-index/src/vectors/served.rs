use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mesh_embed::{Model, ModelError, Vector};
use tantivy::{DocId, Searcher, TantivyError};

use super::table::Table;
use super::{model_path, table_path};

/// Why a corpus is searched by words alone, though it has vectors.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    #[error("the vectors in `{path}` can't be read: {why}; index again with `--vectors`")]
    Io { path: PathBuf, why: io::Error },
    #[error("the vectors in `{0}` are damaged; index again with `--vectors`")]
    Damaged(PathBuf),
    #[error(
        "the vectors in `{0}` are of another model than the one beside them; index again with `--vectors`"
    )]
    OtherModel(PathBuf),
    #[error("`{path}`: {why}")]
    Model { path: PathBuf, why: ModelError },
    #[error(transparent)]
    Index(#[from] TantivyError),
}

/// A corpus's model and vectors, in memory.
#[derive(Debug)]
pub(crate) struct Meaning {
    model: Model,
    table: Table,
    /// For each document of each segment its row in the table.
    rows: Vec<Vec<Option<Row>>>,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row(u32);

impl Meaning {
    /// Reads what is beside the corpus in `folder`; `None` where nothing is.
    pub(crate) fn read(folder: &Path, searcher: &Searcher) -> Result<Option<Self>, VectorsError> {
        let path = table_path(folder);
        let Some(bytes) = read(&path)? else {
            return Ok(None);
        };
        let table = Table::from_bytes(bytes).ok_or_else(|| VectorsError::Damaged(path.clone()))?;
        let of_model = model_path(folder);
        let bytes = read(&of_model)?.ok_or_else(|| VectorsError::OtherModel(path.clone()))?;
        let model = Model::from_bytes(bytes).map_err(|why| VectorsError::Model {
            path: of_model,
            why,
        })?;
        if model.digest() != table.model {
            return Err(VectorsError::OtherModel(path));
        }
        let rows = rows(searcher, &table)?;
        Ok(Some(Self { model, table, rows }))
    }

    /// The similarity of every row to a text.
    pub(crate) fn similarities(&self, text: &str) -> Vec<f32> {
        self.table
            .similarities(&Vector::of(&self.model.encode(text)))
    }

    /// The rows of a segment's documents.
    pub(crate) fn rows(&self, segment: u32) -> &[Option<Row>] {
        self.rows.get(segment as usize).map_or(&[], Vec::as_slice)
    }
}

impl Row {
    pub(crate) fn of(self, similarities: &[f32]) -> f32 {
        similarities[self.0 as usize]
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, VectorsError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(VectorsError::Io {
            path: path.to_owned(),
            why,
        }),
    }
}

fn rows(searcher: &Searcher, table: &Table) -> Result<Vec<Vec<Option<Row>>>, TantivyError> {
    let mut segments = Vec::new();
    for segment in searcher.segment_readers() {
        let keys = segment.fast_fields().u64("meaning")?;
        let row = |document: DocId| {
            let row = table.find(keys.first(document)?)?;
            u32::try_from(row).ok().map(Row)
        };
        segments.push((0..segment.max_doc()).map(row).collect());
    }
    Ok(segments)
}
