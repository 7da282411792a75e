//! A corpus opened for reading: what it holds, and the whole of one thing.

mod by_id;
mod catalogue;
mod cursor;
mod documents;
mod error;
mod link;
mod newest;
mod records;
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

use mesh_core::Cutoff;
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyError};

use crate::analysis::Language;
use crate::record::Kind;
use crate::search::SearchError;
use crate::store::commit::{Commit, HeaderError, read_commit};
use crate::store::directory::Check;
use crate::store::folder::set_language;
use crate::store::{FORMAT, Fields, KindCount, Source};
use crate::vectors::{self, Meaning, VectorsError};

pub use cursor::Page;
pub use documents::{Document, DocumentInfo};
pub use error::{CorpusFault, OpenError};
pub use link::Linked;
pub use records::Records;
pub use tickets::{Completion, ProjectCount, TicketCount};

pub(crate) use snapshot::Snapshot;

use served::Served;

/// A new commit is noticed at most this late; looking costs two `stat`.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Blocks of stored records kept unpacked per segment, 16 KB each: about one query's candidates.
const STORED_BLOCKS: usize = 64;

/// A corpus, cheap to clone. Every call answers from one commit, whole.
#[derive(Clone)]
pub struct Corpus {
    inner: Arc<Inner>,
    /// Where whoever asks may leave before the answer.
    cutoff: Option<Cutoff>,
}

struct Inner {
    folder: PathBuf,
    index: Index,
    reader: IndexReader,
    looked: Mutex<Look>,
    snapshot: RwLock<Arc<Snapshot>>,
}

struct Look {
    at: Instant,
    /// What is being served.
    written: Option<Written>,
    /// Somebody looks, or reads what is newer.
    is_reading: bool,
}

/// When a corpus was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Written {
    commit: SystemTime,
    vectors: Option<SystemTime>,
}

/// A look at the folder that is due: see [`Corpus::newer`].
#[derive(Debug)]
pub struct Newer(Corpus);

/// What a corpus holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// RFC 3339, UTC.
    pub indexed_at: String,
    pub language: Language,
    pub kinds: BTreeMap<Kind, KindCount>,
    pub sources: Vec<Source>,
    /// 16 hexadecimal digits that no other commit has.
    pub fingerprint: String,
}

impl fmt::Debug for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Corpus").field(&self.inner.folder).finish()
    }
}

impl Corpus {
    /// Opens the last commit. All of it is read once and compared with its checksums, and what becomes of the files then is
    /// an error of a question at most.
    ///
    /// # Errors
    /// Where there is no corpus in the folder, one of another format, or one that is damaged or cannot be read.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        Self::open_in(dir, || Index::open(Served::checked(dir, Check::Content)?))
    }

    /// Opens the last commit in a folder that nobody alters, as a function's package is: its files are mapped into memory,
    /// and no more is read than their headers. To cut such a file short ends the process.
    ///
    /// # Errors
    /// Where there is no corpus in the folder, one of another format, or one whose headers are damaged.
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
        let written = Written::in_folder(dir);
        if !dir.join("meta.json").is_file() {
            return Err(OpenError::absent(dir));
        }
        let index = open().map_err(|error| OpenError::of(dir, error))?;
        let commit = checked_commit(dir, &index)?;
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORED_BLOCKS)
            .try_into()
            .map_err(|error| OpenError::of(dir, error))?;
        let snapshot = settled(dir, &index, &reader, commit)?;
        let inner = Inner {
            folder: dir.to_owned(),
            index,
            reader,
            looked: Mutex::new(Look {
                at: Instant::now(),
                written,
                is_reading: false,
            }),
            snapshot: RwLock::new(Arc::new(snapshot)),
        };
        Ok(Self {
            inner: Arc::new(inner),
            cutoff: None,
        })
    }

    /// Whether it is time to look for a newer commit or newer vectors: once a second, for one at a time. It touches no file,
    /// so that it may be called for each query; [`Newer::open`] does, and belongs on a thread that may block.
    #[must_use]
    pub fn newer(&self) -> Option<Newer> {
        let mut look = self.look();
        if look.is_reading || look.at.elapsed() < LOOK_EVERY {
            return None;
        }
        look.at = Instant::now();
        look.is_reading = true;
        Some(Newer(self.clone()))
    }

    /// The same corpus, for one who may leave: searches begun after `cutoff` fail, and those that run stop soon after it.
    #[must_use]
    pub fn until(&self, cutoff: Cutoff) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            cutoff: Some(cutoff),
        }
    }

    /// # Errors
    /// [`SearchError::CutOff`] once nobody waits any more.
    pub(crate) fn check_cutoff(&self) -> Result<(), SearchError> {
        match &self.cutoff {
            Some(cutoff) if cutoff.is_reached(Instant::now()) => Err(SearchError::CutOff),
            _ => Ok(()),
        }
    }

    #[must_use]
    pub fn stats(&self) -> Stats {
        let snapshot = self.snapshot();
        let header = &snapshot.header;
        Stats {
            indexed_at: header.indexed_at.clone(),
            language: header.language,
            kinds: header.kinds.clone(),
            sources: header.sources.clone(),
            fingerprint: snapshot.fingerprint.clone(),
        }
    }

    /// Which commit is served: that of [`Stats`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.snapshot().fingerprint.clone()
    }

    /// How many texts have a vector; `None` where nothing is beside the corpus. Reads the vectors if no question has.
    ///
    /// # Errors
    /// Why they are not used.
    pub fn vectors(&self) -> Result<Option<u64>, VectorsError> {
        let snapshot = self.snapshot();
        let meaning = snapshot.meaning().map_err(Clone::clone)?;
        Ok(meaning.map(Meaning::len))
    }

    /// Why a question found the vectors of this commit of no use: told once, to be logged. Reads nothing.
    #[must_use]
    pub fn untold_vectors_fault(&self) -> Option<VectorsError> {
        self.snapshot().untold_fault().cloned()
    }

    /// How much there is of that kind; `None` where there is nothing.
    #[must_use]
    pub fn count(&self, kind: Kind) -> Option<KindCount> {
        self.snapshot().header.kinds.get(&kind).copied()
    }

    /// Whether there is anything of that kind.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.snapshot().passages(kind) > 0
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        let snapshot = self.inner.snapshot.read();
        snapshot.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look(&self) -> MutexGuard<'_, Look> {
        self.inner
            .looked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Newer {
    /// Looks, and goes over to what is newer, if anything is; to read it takes a time that depends on its size. After an error
    /// what was open goes on being served.
    ///
    /// # Errors
    /// Why what is there now cannot be opened.
    pub fn open(self) -> Result<(), OpenError> {
        let Inner {
            folder,
            index,
            reader,
            ..
        } = &*self.0.inner;
        let Some(written) = Written::in_folder(folder) else {
            return Ok(());
        };
        if Some(written) == self.0.look().written {
            return Ok(());
        }
        let commit = checked_commit(folder, index)?;
        let reloaded = reader.reload();
        reloaded.map_err(|error| OpenError::of(folder, error))?;
        let snapshot = settled(folder, index, reader, commit)?;
        let served = self.0.inner.snapshot.write();
        *served.unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        // Not before: a commit that could not be read is tried again.
        self.0.look().written = Some(written);
        Ok(())
    }
}

impl Drop for Newer {
    fn drop(&mut self) {
        self.0.look().is_reading = false;
    }
}

impl Written {
    /// `None` where there is no corpus.
    fn in_folder(folder: &Path) -> Option<Self> {
        let meta = std::fs::metadata(folder.join("meta.json")).ok()?;
        Some(Self {
            commit: meta.modified().ok()?,
            vectors: vectors::changed(folder),
        })
    }
}

/// The commit with what `reader` loaded after it was read. Where another one was written in between, both are read again.
fn settled(
    folder: &Path,
    index: &Index,
    reader: &IndexReader,
    mut commit: Commit,
) -> Result<Snapshot, OpenError> {
    loop {
        let now = checked_commit(folder, index)?;
        if now.fingerprint == commit.fingerprint {
            set_language(index, now.header.language);
            return Ok(Snapshot::new(folder, reader.searcher(), now));
        }
        commit = now;
        let reloaded = reader.reload();
        reloaded.map_err(|error| OpenError::of(folder, error))?;
    }
}

fn checked_commit(folder: &Path, index: &Index) -> Result<Commit, OpenError> {
    let incompatible = |found| OpenError::Incompatible {
        folder: folder.to_owned(),
        found,
        expected: FORMAT,
    };
    let commit = read_commit(index).map_err(|error| match error {
        HeaderError::Foreign => OpenError::NotACorpus(folder.to_owned()),
        HeaderError::Format(found) => incompatible(found),
        HeaderError::Index(error) => OpenError::of(folder, error),
    })?;
    let commit = commit.ok_or_else(|| OpenError::unfinished(folder, &index.schema()))?;
    let (schema, _) = Fields::define();
    if commit.header.format != FORMAT || index.schema() != schema {
        return Err(incompatible(commit.header.format));
    }
    Ok(commit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Passage, Record};
    use crate::store::{SourceKind, Writer};

    /// One document more in the corpus in `folder`.
    fn put(folder: &Path, name: &str) {
        let source = Source {
            kind: SourceKind::Knowledge,
            path: "docs".to_owned(),
        };
        let record = Record::Knowledge(Passage {
            path: name.to_owned(),
            ..Passage::default()
        });
        let mut writer = Writer::open(folder, None).expect("it opens");
        writer.set_sources(vec![source.clone()]);
        let put = writer.put_file(&source, name, "1", vec![record]);
        put.expect("it puts");
        writer.commit().expect("it commits");
    }

    #[test]
    fn a_commit_written_between_two_reads_is_served_whole() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path();
        put(folder, "a.md");
        let index = Index::open(Served::mapped(folder).expect("it opens")).expect("an index");
        let commit = checked_commit(folder, &index).expect("a commit");
        put(folder, "b.md");
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        let reader = reader.try_into().expect("a reader");
        let snapshot = settled(folder, &index, &reader, commit).expect("a snapshot");
        let entries_and_passages = snapshot.searcher.num_docs();
        assert_eq!(
            (snapshot.passages(Kind::Knowledge), entries_and_passages),
            (2, 4)
        );
    }

    #[test]
    fn to_ask_whether_a_look_is_due_touches_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let writer = Writer::open(folder.path(), None).expect("it opens");
        writer.commit().expect("it commits");
        let corpus = Corpus::open(folder.path()).expect("it opens");
        assert!(corpus.newer().is_none(), "it was looked at just now");
        folder.close().expect("it is removed");
        corpus.look().at = Instant::now()
            .checked_sub(LOOK_EVERY)
            .expect("the machine runs for longer");
        let due = corpus.newer().expect("it is time");
        assert!(corpus.newer().is_none(), "one looks at a time");
        due.open().expect("there is nothing newer");
    }
}
