//! A corpus opened for reading: what it holds, and the whole of one thing.

mod by_id;
mod catalogue;
mod cursor;
mod documents;
mod error;
mod link;
mod newest;
mod reference;
mod served;
mod shown;
mod snapshot;
mod superseded;
mod tickets;
mod verify;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use tantivy::{Index, IndexReader, ReloadPolicy, TantivyError};

use crate::analysis::Language;
use crate::record::Kind;
use crate::store::directory::Check;
use crate::store::folder::{read_header, set_language};
use crate::store::{FORMAT, Fields, Header, KindCount, Source};
use crate::vectors;

pub use cursor::Page;
pub use documents::{Document, DocumentInfo};
pub use error::{Fault, OpenError};
pub use link::Linked;
pub use tickets::{Completion, ProjectCount, TicketCount};

pub(crate) use snapshot::Snapshot;

use served::Served;

/// A new commit is noticed at most this late; looking costs one `stat`.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Blocks of stored records kept unpacked per segment, 16 KB each: about one query's candidates.
const STORED_BLOCKS: usize = 64;

/// A corpus, cheap to clone. Every call answers from one commit, whole.
#[derive(Clone)]
pub struct Corpus(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    index: Index,
    reader: IndexReader,
    looked: Mutex<Look>,
    snapshot: RwLock<Arc<Snapshot>>,
}

struct Look {
    at: Instant,
    changed_at: Option<SystemTime>,
}

/// What a corpus holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// RFC 3339, UTC.
    pub indexed_at: String,
    pub language: Language,
    pub kinds: BTreeMap<Kind, KindCount>,
    pub sources: Vec<Source>,
}

impl fmt::Debug for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Corpus").field(&self.0.folder).finish()
    }
}

impl Corpus {
    /// Opens the last commit. All of it is read once and compared with its checksums, and what becomes of the files then is
    /// an error of a question at most.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        Self::open_in(dir, || Index::open(Served::checked(dir, Check::Content)?))
    }

    /// Opens the last commit in a folder that nobody alters, as a function's package is: its files are mapped into memory,
    /// and no more is read than their headers. To cut such a file short ends the process.
    pub fn open_mapped(dir: &Path) -> Result<Self, OpenError> {
        Self::open_in(dir, || Index::open(Served::mapped(dir)?))
    }

    /// As [`Self::open`], but of each file the end alone is read.
    fn open_ends(dir: &Path) -> Result<Self, OpenError> {
        Self::open_in(dir, || Index::open(Served::checked(dir, Check::End)?))
    }

    fn open_in(
        dir: &Path,
        open: impl FnOnce() -> Result<Index, TantivyError>,
    ) -> Result<Self, OpenError> {
        let changed_at = written_at(dir);
        if !dir.join("meta.json").is_file() {
            return Err(OpenError::absent(dir));
        }
        let index = open().map_err(|error| OpenError::of(dir, error))?;
        let header = checked_header(dir, &index)?;
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORED_BLOCKS)
            .try_into()
            .map_err(|error| OpenError::of(dir, error))?;
        set_language(&index, header.language);
        let snapshot = Snapshot::new(dir, reader.searcher(), header);
        Ok(Self(Arc::new(Inner {
            folder: dir.to_owned(),
            index,
            reader,
            looked: Mutex::new(Look {
                at: Instant::now(),
                changed_at,
            }),
            snapshot: RwLock::new(Arc::new(snapshot)),
        })))
    }

    /// Goes over to a newer commit if there is one; looks at most once a second, so that it may be called per query. After
    /// an error the old commit goes on being served.
    pub fn refresh(&self) -> Result<(), OpenError> {
        let Some(changed) = self.newer() else {
            return Ok(());
        };
        let header = checked_header(&self.0.folder, &self.0.index)?;
        let reloaded = self.0.reader.reload();
        reloaded.map_err(|error| OpenError::of(&self.0.folder, error))?;
        set_language(&self.0.index, header.language);
        let snapshot = Arc::new(Snapshot::new(
            &self.0.folder,
            self.0.reader.searcher(),
            header,
        ));
        *self
            .0
            .snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner) = snapshot;
        // Not before: a commit that could not be read is tried again.
        self.look().changed_at = Some(changed);
        Ok(())
    }

    #[must_use]
    pub fn stats(&self) -> Stats {
        let header = &self.snapshot().header;
        Stats {
            indexed_at: header.indexed_at.clone(),
            language: header.language,
            kinds: header.kinds.clone(),
            sources: header.sources.clone(),
        }
    }

    /// Why the vectors beside the corpus are not used, where there are any; reads them if no question has.
    #[must_use]
    pub fn vectors_fault(&self) -> Option<String> {
        self.snapshot().meaning().err().map(ToString::to_string)
    }

    /// Whether there is anything of that kind.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.snapshot().passages(kind) > 0
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        let snapshot = self.0.snapshot.read();
        snapshot.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// When the commit was made that is not the one being served.
    fn newer(&self) -> Option<SystemTime> {
        let mut look = self.look();
        if look.at.elapsed() < LOOK_EVERY {
            return None;
        }
        look.at = Instant::now();
        written_at(&self.0.folder).filter(|changed| Some(*changed) != look.changed_at)
    }

    fn look(&self) -> MutexGuard<'_, Look> {
        self.0.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the commit was made, or vectors were added to it.
fn written_at(folder: &Path) -> Option<SystemTime> {
    let meta = std::fs::metadata(folder.join("meta.json"));
    let meta = meta.and_then(|meta| meta.modified()).ok();
    meta.max(vectors::changed(folder))
}

fn checked_header(folder: &Path, index: &Index) -> Result<Header, OpenError> {
    let header = read_header(index).map_err(|error| OpenError::of(folder, error))?;
    let header = header.ok_or_else(|| OpenError::unfinished(folder, &index.schema()))?;
    let (schema, _) = Fields::define();
    if header.format != FORMAT || index.schema() != schema {
        return Err(OpenError::Incompatible {
            folder: folder.to_owned(),
            found: header.format,
            expected: FORMAT,
        });
    }
    Ok(header)
}
