use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::{AntiCallToken, TerminatingWrite};

/// The first write that failed, as on a full disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Failure(Arc<Mutex<Option<io::Error>>>);

impl Failure {
    pub(super) fn take(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn noting<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|why| {
            let copy = match why.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(why.kind(), why.to_string()),
            };
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert(copy);
        })
    }
}

/// A file being written, which tells of its first failure.
pub(super) struct Noted {
    file: Box<dyn TerminatingWrite + Send + Sync>,
    failure: Failure,
}

impl Noted {
    pub(super) fn new(file: Box<dyn TerminatingWrite + Send + Sync>, failure: Failure) -> Self {
        Self { file, failure }
    }
}

impl Write for Noted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.failure.noting(self.file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.failure.noting(self.file.flush())
    }
}

impl TerminatingWrite for Noted {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.failure.noting(self.file.terminate_ref(token))
    }
}
