use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crc32fast::Hasher;
use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

use super::content::{altered, footer};
use crate::regular::{self, Links};

/// As large as a block of stored records before it is packed, so that one of them is in one or two of these.
const BLOCK_BYTES: usize = 16 * 1024;

/// A file that is read where it is asked for, as it is then.
pub(super) struct Unchecked {
    file: Mutex<File>,
    len: usize,
}

impl Unchecked {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = regular::open(path, Links::Followed)?;
        let len = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self {
            file: Mutex::new(file),
            len,
        })
    }

    fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; range.len()];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl fmt::Debug for Unchecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unchecked")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl HasLen for Unchecked {
    fn len(&self) -> usize {
        self.len
    }
}

impl FileHandle for Unchecked {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.read(range).map(OwnedBytes::new)
    }
}

/// A file that was read through once; each block read later is compared with what it was then.
#[derive(Debug)]
pub(super) struct Ranged {
    file: Arc<Unchecked>,
    checksums: Vec<u32>,
}

impl Ranged {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = Arc::new(Unchecked::open(path)?);
        let handle: Arc<dyn FileHandle> = Arc::clone(&file) as _;
        let (checksum, body) = footer(&handle)?;
        let mut whole = Hasher::new();
        let mut checksums = Vec::with_capacity(file.len().div_ceil(BLOCK_BYTES));
        for start in (0..file.len()).step_by(BLOCK_BYTES) {
            let block = file.read(start..file.len().min(start + BLOCK_BYTES))?;
            checksums.push(crc32fast::hash(&block));
            whole.update(&block[..block.len().min(body.saturating_sub(start))]);
        }
        if whole.finalize() != checksum {
            return Err(altered());
        }
        Ok(Self { file, checksums })
    }
}

impl HasLen for Ranged {
    fn len(&self) -> usize {
        self.file.len()
    }
}

impl FileHandle for Ranged {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let first = range.start / BLOCK_BYTES;
        let start = first * BLOCK_BYTES;
        let end = range.end.next_multiple_of(BLOCK_BYTES).min(self.len());
        let bytes = self.file.read(start..end)?;
        let blocks = bytes.chunks(BLOCK_BYTES).zip(&self.checksums[first..]);
        for (block, checksum) in blocks {
            if crc32fast::hash(block) != *checksum {
                return Err(altered());
            }
        }
        let bytes = OwnedBytes::new(bytes);
        Ok(bytes.slice(range.start - start..range.end - start))
    }
}
