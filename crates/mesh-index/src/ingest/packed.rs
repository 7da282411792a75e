//! Compressed content, within a bound: a small file can unpack to anything.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::skip::{ByteSize, SkipReason};

/// As much as a document may have that is not compressed.
pub(crate) const MAX_UNPACKED: ByteSize = ByteSize::mib(32);

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
    fn what_unpacks_to_too_much_or_breaks_off_is_named() {
        let huge = packed(&vec![b'a'; 33 * 1024 * 1024]);
        assert_eq!(unpack(&huge), Err(SkipReason::LargerThan(MAX_UNPACKED)));
        let whole = packed(b"Twice a day, and more at full moon.");
        assert_eq!(unpack(&whole[..20]), Err(SkipReason::BrokenGzip));
    }
}
