//! A corpus's folder as tantivy sees it.
//!
//! Nothing of it is mapped into memory: when a mapped file is cut short, the process that reads it ends by a signal. What is
//! read often is read into memory, the stored records are read block by block, and both are compared with their checksums.

mod ahead;
mod content;
mod held;
mod noted;
mod permission;
mod ranged;
mod replaced;
mod seal;

use std::collections::HashMap;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback, WatchHandle,
    WritePtr,
};
use tantivy::{Directory, TantivyError};

use self::ahead::Ahead;
use self::noted::{Failure, Noted};
use self::replaced::Meta;

/// How much of a file is looked at when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// All of it: what was altered is not served.
    Content,
    /// Its end, where its checksum is: a file cut short is noticed, in a time that does not depend on its size.
    End,
}

/// The files in one folder. Clones share what is open.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    folder: PathBuf,
    check: Check,
    /// Writes, deletes and locks.
    files: MmapDirectory,
    open: Arc<Mutex<HashMap<PathBuf, Weak<dyn FileHandle>>>>,
    failure: Failure,
    meta: Meta,
    ahead: Ahead,
}

impl Checked {
    pub(crate) fn open(folder: &Path, check: Check) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            folder: folder.to_owned(),
            check,
            files: MmapDirectory::open(folder)?,
            open: Arc::default(),
            failure: Failure::default(),
            meta: Meta::default(),
            ahead: Ahead::default(),
        })
    }

    /// For an index that takes the place of the one in the folder: that is what the folder holds until the first commit.
    pub(crate) fn replacing(&self) -> Self {
        Self {
            meta: Meta::replacing(),
            ..self.clone()
        }
    }

    /// Takes the lock of whoever writes. It is held for the writer of an index in this directory, which asks for it when it has
    /// been opened already: what was read before could be out of date by then.
    pub(crate) fn lock_ahead(&self) -> Result<(), LockError> {
        let lock = self.acquire_lock(&INDEX_WRITER_LOCK)?;
        self.ahead.put(lock);
        Ok(())
    }

    /// Why a write failed, which tantivy keeps to itself when it happened on a thread of its own.
    pub(crate) fn failure(&self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Segments never change, so a file that some reader still holds is not read again for the next one.
    fn handle(&self, path: &Path) -> io::Result<Arc<dyn FileHandle>> {
        if let Some(open) = self.table().get(path).and_then(Weak::upgrade) {
            return Ok(open);
        }
        let content = content::open(&self.folder.join(path), self.check)?;
        let mut table = self.table();
        table.retain(|_, open| open.strong_count() > 0);
        table.insert(path.to_owned(), Arc::downgrade(&content));
        Ok(content)
    }

    fn table(&self) -> MutexGuard<'_, HashMap<PathBuf, Weak<dyn FileHandle>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn restrict(&self, path: &Path) -> io::Result<()> {
        permission::as_folder(&self.folder, &self.folder.join(path))
    }
}

pub(crate) use self::permission::only_owner;
#[cfg(feature = "ingest")]
pub(crate) use self::permission::{as_folder, folder_as};

impl Directory for Checked {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.handle(path).map_err(|why| match why.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => OpenReadError::wrap_io_error(why, path.to_owned()),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if !seal::is_sealed(path) {
            return self.files.atomic_read(path);
        }
        if let Some(bytes) = self.meta.held() {
            return Ok(bytes);
        }
        let bytes = self.files.atomic_read(path)?;
        seal::check(bytes).map_err(|why| OpenReadError::wrap_io_error(why, path.to_owned()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if seal::is_sealed(path) && self.meta.holds(data) {
            return Ok(());
        }
        let written = if seal::is_sealed(path) {
            self.files.atomic_write(path, &seal::seal(data))
        } else {
            self.files.atomic_write(path, data)
        };
        self.failure.noting(written)?;
        self.restrict(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let wrap = |why: io::Error| OpenWriteError::wrap_io_error(why, path.to_owned());
        let file = self.files.open_write(path)?;
        self.restrict(path).map_err(wrap)?;
        let file = file
            .into_inner()
            .map_err(|error| wrap(error.into_error()))?;
        let noted = Noted::new(file, self.failure.clone());
        Ok(BufWriter::new(Box::new(noted)))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath
            && let Some(held) = self.ahead.take()
        {
            return Ok(held);
        }
        let locked = self.files.acquire_lock(lock)?;
        // Its file is empty; where it is another's, as on a corpus that is only read, it stays as it is.
        let _ = self.restrict(&lock.filepath);
        Ok(locked)
    }

    fn watch(&self, callback: WatchCallback) -> Result<WatchHandle, TantivyError> {
        self.files.watch(callback)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.failure.noting(self.files.sync_directory())
    }
}
