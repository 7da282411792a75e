use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;

use mesh_core::NewObject;
use sha2::{Digest as _, Sha256};

use super::charged;
use crate::error::ToolError;

/// A file without a name, which is gone with its last reader: what is on its way to a bucket.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
    length: u64,
    digest: Sha256,
}

impl Spool {
    /// # Errors
    /// Where there is no place for a file; nothing was spent yet.
    pub(crate) fn new() -> Result<Self, ToolError> {
        let file = tempfile::tempfile().map_err(|error| {
            let why = error.kind();
            ToolError::Unavailable(format!(
                "there is no place for a sound on its way to the bucket: {why}; nothing was spent"
            ))
        })?;
        Ok(Self {
            file,
            length: 0,
            digest: Sha256::new(),
        })
    }

    /// # Errors
    /// Where there is no more room for it.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), ToolError> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| {
            charged(&format!(
                "the sound cannot be written on its way to the bucket: {}",
                error.kind()
            ))
        })?;
        self.length += bytes.len() as u64;
        self.digest.update(bytes);
        Ok(())
    }

    pub(crate) fn close(self, media_type: &str) -> NewObject {
        NewObject {
            file: Arc::new(self.file),
            length: self.length,
            sha256: self.digest.finalize().into(),
            media_type: media_type.to_owned(),
        }
    }
}
