/// Bytes a second that a recording may have: from telephones to eight channels of 192 kHz.
const LIKELY: std::ops::RangeInclusive<u32> = 1_000..=8_000_000;

/// Where the first of its chunks begins.
pub(super) const FIRST_CHUNK: u64 = 12;

pub(super) fn is_wav(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE")
}

/// Bytes a second, as the chunk `fmt ` has them; none where it is another chunk.
pub(super) fn bytes_per_second(chunk: &[u8]) -> Option<u32> {
    let rate = chunk.get(16..20).filter(|_| chunk.starts_with(b"fmt "))?;
    let rate = u32::from_le_bytes(rate.try_into().ok()?);
    LIKELY.contains(&rate).then_some(rate)
}

/// Of a chunk with its head, to where the next one begins: at an even place. None behind which no `fmt ` comes.
pub(super) fn length_of(chunk: &[u8]) -> Option<u64> {
    let size = chunk.get(4..8)?;
    let size = u32::from_le_bytes(size.try_into().ok()?);
    let is_last = chunk.starts_with(b"fmt ") || chunk.starts_with(b"data");
    (!is_last).then_some(8 + u64::from(size) + u64::from(size % 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_likely_rate_is_one() {
        let format = |rate: u32| {
            let mut chunk = b"fmt \x10\0\0\0\x01\0\x02\0\x44\xac\0\0".to_vec();
            chunk.extend(rate.to_le_bytes());
            chunk
        };
        assert_eq!(bytes_per_second(&format(32_000)), Some(32_000));
        for unlikely in [format(0), format(u32::MAX), format(32_000)[..18].to_vec()] {
            assert_eq!(bytes_per_second(&unlikely), None, "{unlikely:?}");
        }
    }
}
