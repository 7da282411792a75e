//! Compressed content, within a bound: a small file can unpack to anything.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result as IoResult};

use flate2::read::MultiGzDecoder;

use super::skip::{ByteSize, SkipReason};

/// As much as a document may have that is not compressed.
pub(crate) const MAX_UNPACKED: ByteSize = ByteSize::mib(32);

/// Mailboxes and exports are read as a stream, so that they may unpack to more.
const MAX_STREAMED_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Whether something begins as a gzip file does.
pub(crate) fn is_packed(head: &[u8]) -> bool {
    head.starts_with(b"\x1F\x8B")
}

/// The content of a gzip file as a stream, which ends with an error where it is too much.
pub(crate) fn stream(input: impl Read) -> impl BufRead {
    BufReader::new(Bounded {
        input: MultiGzDecoder::new(input),
        left: MAX_STREAMED_BYTES,
    })
}

struct Bounded<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let count = self.input.read(buffer)?;
        let left = self.left.checked_sub(count as u64);
        self.left = left.ok_or(Error::from(ErrorKind::FileTooLarge))?;
        Ok(count)
    }
}

/// The content of a gzip file.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, SkipReason> {
    bounded(MultiGzDecoder::new(bytes), SkipReason::BrokenGzip)
}

/// All that a decoder gives.
pub(crate) fn bounded(decoder: impl Read, broken: SkipReason) -> Result<Vec<u8>, SkipReason> {
    let mut unpacked = Vec::new();
    decoder
        .take(MAX_UNPACKED.0 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| broken)?;
    if unpacked.len() as u64 > MAX_UNPACKED.0 {
        return Err(SkipReason::LargerThan(MAX_UNPACKED));
    }
    Ok(unpacked)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    #[test]
    fn what_was_packed_comes_back_and_parts_follow_each_other() {
        let parts = [packed(b"Twice "), packed(b"a day.")].concat();
        assert_eq!(unpack(&parts).as_deref(), Ok(&b"Twice a day."[..]));
    }

    #[test]
    fn a_stream_ends_where_it_is_too_much() {
        let endless = Bounded {
            input: std::io::repeat(b'a'),
            left: 10_000,
        };
        let mut taken = Vec::new();
        let read = BufReader::new(endless).read_to_end(&mut taken);
        assert_eq!(
            read.map_err(|error| error.kind()),
            Err(ErrorKind::FileTooLarge)
        );
        assert!(taken.len() <= 10_000);
    }

    #[test]
    fn what_unpacks_to_too_much_or_breaks_off_is_named() {
        let huge = packed(&vec![b'a'; 33 * 1024 * 1024]);
        assert_eq!(unpack(&huge), Err(SkipReason::LargerThan(MAX_UNPACKED)));
        let whole = packed(b"Twice a day, and more at full moon.");
        assert_eq!(unpack(&whole[..20]), Err(SkipReason::BrokenGzip));
    }
}
