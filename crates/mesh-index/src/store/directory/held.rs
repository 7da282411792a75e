use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::{FileHandle, OwnedBytes};

use super::content::{altered, footer};
use crate::regular::{self, Links};

/// A file that is in memory from now on, whatever becomes of it on the disk.
pub(super) fn held(path: &Path) -> io::Result<Arc<dyn FileHandle>> {
    let bytes = OwnedBytes::new(regular::read(path, Links::Followed, u64::MAX)?);
    let file: Arc<dyn FileHandle> = Arc::new(bytes.clone());
    let (checksum, len) = footer(&file)?;
    if crc32fast::hash(&bytes[..len]) != checksum {
        return Err(altered());
    }
    Ok(file)
}
