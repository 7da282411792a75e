//! One file of a segment, opened to be read.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::HasLen as _;
use tantivy::directory::footer::Footer;
use tantivy::directory::{FileHandle, FileSlice};

use super::Check;
use super::held::held;
use super::ranged::{Ranged, Unchecked};

/// A length and a mark: what every file ends with, after the checksum.
const SHORTEST: usize = 8;

pub(super) fn open(path: &Path, check: Check) -> io::Result<Arc<dyn FileHandle>> {
    let opened: io::Result<Arc<dyn FileHandle>> = match check {
        Check::End => Unchecked::open(path).and_then(|file| {
            let file: Arc<dyn FileHandle> = Arc::new(file);
            footer(&file)?;
            Ok(file)
        }),
        // Most of a corpus is its stored records, of which a question needs a few.
        Check::Content if path.extension().is_some_and(|kind| kind == "store") => {
            Ranged::open(path).map(|file| Arc::new(file) as Arc<dyn FileHandle>)
        }
        Check::Content => held(path),
    };
    opened.map_err(|why| naming(path, &why))
}

/// What the end of a file says of the rest: its checksum, and its length.
pub(super) fn footer(file: &Arc<dyn FileHandle>) -> io::Result<(u32, usize)> {
    if file.len() < SHORTEST {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let (footer, body) = Footer::extract_footer(FileSlice::new(Arc::clone(file)))?;
    Ok((footer.crc, body.len()))
}

pub(super) fn altered() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its checksum differs")
}

fn naming(path: &Path, why: &io::Error) -> io::Error {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    io::Error::new(why.kind(), format!("`{name}`: {why}"))
}
