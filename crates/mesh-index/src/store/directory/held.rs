use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::{FileHandle, OwnedBytes};

use super::content::{altered, footer};

/// A file that is in memory from now on, whatever becomes of it on the disk.
pub(super) fn held(path: &Path) -> io::Result<Arc<dyn FileHandle>> {
    let bytes = OwnedBytes::new(fs::read(path)?);
    let file: Arc<dyn FileHandle> = Arc::new(bytes.clone());
    let (checksum, len) = footer(&file)?;
    if crc32fast::hash(&bytes[..len]) != checksum {
        return Err(altered());
    }
    Ok(file)
}
