use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::DirectoryLock;

/// The lock of whoever writes, taken before the index that will ask for it is opened.
#[derive(Clone, Default)]
pub(super) struct Ahead(Arc<Mutex<Option<DirectoryLock>>>);

impl Ahead {
    pub(super) fn put(&self, lock: DirectoryLock) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(lock);
    }

    pub(super) fn take(&self) -> Option<DirectoryLock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead").finish_non_exhaustive()
    }
}
