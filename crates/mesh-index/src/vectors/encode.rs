use std::collections::{BTreeMap, HashSet};
use std::io;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use mesh_embed::{Model, ModelError, Vector, package};
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument, TantivyError};

use super::files::{folder, open_table, read_model};
use super::replace::{prepare, replace};
use super::table::{self, Table};
use super::text::text;
use crate::record::Record;
use crate::store::folder::{open_locked, searcher};
use crate::store::parts::of_record;
use crate::store::{Fields, StoreError};

/// What was encoded is kept this often: a run that is killed goes on from there.
const KEEP_EVERY: Duration = Duration::from_secs(30);

/// Texts that the threads share out at a time.
const BATCH: usize = 64;

/// Why vectors can't be made. The corpus is sound without them.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error(
        "the vectors in `{path}` can't be {done}: {why}; the corpus is as it was, and searched by words where vectors are missing"
    )]
    Io {
        path: PathBuf,
        done: &'static str,
        why: io::Error,
    },
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Corpus(#[from] StoreError),
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// Texts that had no vector before.
    pub new: u64,
    /// Texts that had one.
    pub kept: u64,
    /// Texts that have none still, since the run was stopped.
    pub left: u64,
}

/// Someone who watches the encoding: how many of how many texts are done. A break stops it, and what was encoded is kept.
pub type EncodeProgress<'a> = dyn FnMut(u64, u64) -> ControlFlow<()> + 'a;

/// Brings the vectors of the corpus in `corpus` up to date. With a `model` it takes the place of the one that is there, and
/// with it go the vectors of another. It holds the corpus's lock.
///
/// # Errors
/// Where the model, the corpus or the vectors cannot be read, or the vectors cannot be written. The corpus stays as it was.
pub fn encode(
    corpus: &Path,
    model: Option<Vec<u8>>,
    progress: &mut EncodeProgress<'_>,
) -> Result<Encoded, EncodeError> {
    let opened = open_locked(corpus)?;
    let broken = |error: TantivyError| StoreError::of(corpus, error);
    let model = place_model(corpus, model)?;
    let searcher = searcher(&opened.index).map_err(broken)?;
    let passages = passages(&searcher).map_err(broken)?;
    let mut table = Kept::of(corpus, &model, &passages);
    let kept = table.vectors.len() as u64;
    let missing: Vec<DocAddress> = passages
        .iter()
        .filter(|(key, _)| !table.vectors.contains_key(key))
        .map(|(_, address)| *address)
        .collect();
    let mut done = 0;
    for addresses in missing.chunks(BATCH) {
        if progress(done as u64, missing.len() as u64).is_break() {
            break;
        }
        let texts = texts(&searcher, addresses).map_err(broken)?;
        table.put(encode_batch(&model, &texts))?;
        done += addresses.len();
    }
    table.write()?;
    let left = (missing.len() - done) as u64;
    if left == 0 {
        let _ended = progress(done as u64, done as u64);
    }
    Ok(Encoded {
        new: done as u64,
        kept,
        left,
    })
}

/// The model beside the corpus, with its licence: put there, or read.
fn place_model(corpus: &Path, model: Option<Vec<u8>>) -> Result<Model, EncodeError> {
    let Some(bytes) = model else {
        let read = read_model(corpus).and_then(|read| read.ok_or(io::ErrorKind::NotFound.into()));
        return Ok(Model::from_bytes(read.map_err(|why| unread(corpus, why))?)?);
    };
    let model = Model::from_bytes(bytes.clone())?;
    prepare(corpus)
        .and_then(|()| replace(corpus, "LICENSE", package::LICENSE.as_bytes()))
        .and_then(|()| replace(corpus, "NOTICE", package::NOTICE.as_bytes()))
        .and_then(|()| replace(corpus, "model.bin", &bytes))
        .map_err(|why| unwritten(corpus, why))?;
    Ok(model)
}

fn unread(corpus: &Path, why: io::Error) -> EncodeError {
    EncodeError::Io {
        path: folder(corpus),
        done: "read",
        why,
    }
}

fn unwritten(corpus: &Path, why: io::Error) -> EncodeError {
    EncodeError::Io {
        path: folder(corpus),
        done: "written",
        why,
    }
}

/// The table as it grows.
struct Kept<'a> {
    corpus: &'a Path,
    model: [u8; 32],
    vectors: BTreeMap<u64, Vector>,
    is_changed: bool,
    written: Instant,
}

impl<'a> Kept<'a> {
    /// With the vectors there are already; none where they are damaged or another model's, since encoding again mends that.
    fn of(corpus: &'a Path, model: &Model, passages: &[(u64, DocAddress)]) -> Self {
        let table = open_table(corpus).ok().flatten();
        let table = table.and_then(|table| Table::read(table).ok().flatten());
        let table = table.filter(|table| table.model == model.digest());
        let wanted: HashSet<u64> = passages.iter().map(|(key, _)| *key).collect();
        let vectors = table.iter().flat_map(Table::vectors);
        let vectors: BTreeMap<_, _> = vectors.filter(|(key, _)| wanted.contains(key)).collect();
        Self {
            corpus,
            model: model.digest(),
            is_changed: table.is_none_or(|table| table.len() > vectors.len()),
            vectors,
            written: Instant::now(),
        }
    }

    fn put(&mut self, vectors: Vec<(u64, Vector)>) -> Result<(), EncodeError> {
        self.vectors.extend(vectors);
        self.is_changed = true;
        if self.written.elapsed() >= KEEP_EVERY {
            self.write()?;
        }
        Ok(())
    }

    /// Where nothing has changed, those who serve the corpus have nothing to read again.
    fn write(&mut self) -> Result<(), EncodeError> {
        if !self.is_changed {
            return Ok(());
        }
        let bytes = table::to_bytes(self.model, self.vectors.iter());
        prepare(self.corpus)
            .and_then(|()| replace(self.corpus, "passages.bin", &bytes))
            .map_err(|why| unwritten(self.corpus, why))?;
        self.is_changed = false;
        self.written = Instant::now();
        Ok(())
    }
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
