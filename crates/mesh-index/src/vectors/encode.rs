use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use mesh_embed::{Model, ModelError, Vector, package};
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Index, Searcher, TantivyDocument, TantivyError};

use super::table::{self, Table};
use super::text::text;
use super::{model_path, table_path};
use crate::record::Record;
use crate::store::Fields;
use crate::store::parts::of_record;

/// What was encoded is kept this often: a run that is interrupted goes on from there.
const KEEP_EVERY: Duration = Duration::from_secs(30);

/// Texts that the threads share out at a time.
const BATCH: usize = 64;

/// Why vectors can't be made. The corpus is sound without them.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("the vectors in `{path}` can't be written: {why}")]
    Io { path: PathBuf, why: io::Error },
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("the corpus can't be read: {0}")]
    Corpus(#[from] TantivyError),
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// Texts that had no vector before.
    pub new: u64,
    /// Texts that had one.
    pub kept: u64,
}

/// Someone who watches the encoding: how many of how many texts are done.
pub type EncodeProgress<'a> = dyn FnMut(u64, u64) + 'a;

/// Brings the vectors of the corpus in `folder` up to date. With a `model` it takes the place of the one that is there, and
/// with it go the vectors of another.
pub fn encode(
    folder: &Path,
    model: Option<Vec<u8>>,
    progress: &mut EncodeProgress<'_>,
) -> Result<Encoded, EncodeError> {
    let io_error = |why| EncodeError::Io {
        path: folder.join("vectors"),
        why,
    };
    let model = place_model(folder, model)?;
    let index = Index::open_in_dir(folder)?;
    let searcher = index.reader()?.searcher();
    let passages = passages(&searcher)?;
    let mut vectors = known(folder, &model, &passages);
    let missing: Vec<DocAddress> = passages
        .iter()
        .filter(|(key, _)| !vectors.contains_key(key))
        .map(|(_, address)| *address)
        .collect();
    let kept = vectors.len() as u64;
    let mut written = Instant::now();
    for (batch, addresses) in missing.chunks(BATCH).enumerate() {
        progress((batch * BATCH) as u64, missing.len() as u64);
        vectors.extend(encode_batch(&model, &texts(&searcher, addresses)?));
        if written.elapsed() >= KEEP_EVERY {
            table::write(&table_path(folder), model.digest(), vectors.iter()).map_err(io_error)?;
            written = Instant::now();
        }
    }
    progress(missing.len() as u64, missing.len() as u64);
    table::write(&table_path(folder), model.digest(), vectors.iter()).map_err(io_error)?;
    Ok(Encoded {
        new: missing.len() as u64,
        kept,
    })
}

/// The model beside the corpus, with its licence: put there, or read.
fn place_model(folder: &Path, model: Option<Vec<u8>>) -> Result<Model, EncodeError> {
    let path = model_path(folder);
    let io_error = |why| EncodeError::Io {
        path: path.clone(),
        why,
    };
    let Some(bytes) = model else {
        return Ok(Model::from_bytes(fs::read(&path).map_err(io_error)?)?);
    };
    let model = Model::from_bytes(bytes.clone())?;
    let place = || -> io::Result<()> {
        fs::create_dir_all(folder.join("vectors"))?;
        fs::write(path.with_file_name("LICENSE"), package::LICENSE)?;
        fs::write(path.with_file_name("NOTICE"), package::NOTICE)?;
        table::replace(&path, &bytes)
    };
    place().map_err(io_error)?;
    Ok(model)
}

/// A passage for each text there is.
fn passages(searcher: &Searcher) -> Result<Vec<(u64, DocAddress)>, TantivyError> {
    let mut seen = HashSet::new();
    let mut passages = Vec::new();
    for (segment, ord) in searcher.segment_readers().iter().zip(0..) {
        let keys = segment.fast_fields().u64("meaning")?;
        for document in segment.doc_ids_alive() {
            if let Some(key) = keys.first(document).filter(|key| seen.insert(*key)) {
                passages.push((key, DocAddress::new(ord, document)));
            }
        }
    }
    Ok(passages)
}

/// The vectors there are already; none where they are damaged or another model's, since encoding again mends that.
fn known(folder: &Path, model: &Model, passages: &[(u64, DocAddress)]) -> BTreeMap<u64, Vector> {
    let table = fs::read(table_path(folder))
        .ok()
        .and_then(Table::from_bytes);
    let Some(table) = table.filter(|table| table.model == model.digest()) else {
        return BTreeMap::new();
    };
    let wanted: HashSet<u64> = passages.iter().map(|(key, _)| *key).collect();
    table
        .vectors()
        .filter(|(key, _)| wanted.contains(key))
        .collect()
}

fn texts(
    searcher: &Searcher,
    addresses: &[DocAddress],
) -> Result<Vec<(u64, String)>, TantivyError> {
    let (_, fields) = Fields::define();
    let mut texts = Vec::new();
    for address in addresses {
        let document: TantivyDocument = searcher.doc(*address)?;
        let stored = document.get_first(fields.stored);
        let json = stored.as_ref().and_then(|value| value.as_str());
        let record = json.and_then(|json| serde_json::from_str::<Record>(json).ok());
        texts.extend(record.map(|record| {
            let parts = of_record(&record);
            (super::key(&parts), text(&parts))
        }));
    }
    Ok(texts)
}

fn encode_batch(model: &Model, texts: &[(u64, String)]) -> Vec<(u64, Vector)> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = texts.len().div_ceil(threads).max(1);
    let encode = |(key, text): &(u64, String)| (*key, Vector::of(&model.encode(text)));
    thread::scope(|scope| {
        let shares = texts.chunks(share);
        let workers: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().map(encode).collect::<Vec<_>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("encoding a text does not panic"))
            .collect()
    })
}
