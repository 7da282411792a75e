use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mesh_embed::{Model, ModelError, Vector};
use tantivy::{DocId, Searcher, TantivyError};

use super::files::{model_path, open_table, read_model, table_path};
use super::table::Table;

/// Why a corpus is searched by words alone, though it has vectors.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VectorsError {
    #[error("the vectors in `{path}` can't be read: {why}; index again with `--vectors`")]
    Io { path: PathBuf, why: Arc<io::Error> },
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
        let (path, of_model) = (table_path(folder), model_path(folder));
        let unread = |path: &Path, why| VectorsError::Io {
            path: path.to_owned(),
            why: Arc::new(why),
        };
        let Some(table) = open_table(folder).map_err(|why| unread(&path, why))? else {
            return Ok(None);
        };
        let table = Table::read(table).map_err(|why| unread(&path, why))?;
        let table = table.ok_or_else(|| VectorsError::Damaged(path.clone()))?;
        let bytes = read_model(folder).map_err(|why| unread(&of_model, why))?;
        let bytes = bytes.ok_or_else(|| VectorsError::OtherModel(path.clone()))?;
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

    /// How many texts have a vector.
    pub(crate) fn len(&self) -> u64 {
        self.table.len() as u64
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
