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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_and_that_it_was_charged() {
        let full = File::options().write(true).open("/dev/full");
        let mut spool = Spool {
            file: full.expect("Linux has it"),
            ..Spool::new().expect("a place")
        };
        let refused = spool.write(b"sound").expect_err("no room");
        assert_eq!(
            refused.to_string(),
            "the sound cannot be written on its way to the bucket: no storage space; it may have been charged, and nothing was kept"
        );
    }

    #[test]
    fn what_was_written_is_there_with_its_length_and_its_digest() {
        let mut spool = Spool::new().expect("a place");
        spool.write(b"a ").expect("written");
        spool.write(b"sound").expect("written");
        let object = spool.close("audio/mpeg");
        assert_eq!(object.length, 7);
        assert_eq!(object.sha256, <[u8; 32]>::from(Sha256::digest(b"a sound")));
    }
}
