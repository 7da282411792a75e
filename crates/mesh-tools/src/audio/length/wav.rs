/// Bytes a second that a recording may have: from telephones to eight channels of 192 kHz.
const LIKELY: std::ops::RangeInclusive<u32> = 1_000..=8_000_000;

/// Bytes a second, as the chunk `fmt ` has them; none where it is no WAV.
pub(super) fn bytes_per_second(head: &[u8]) -> Option<u32> {
    let is = |at: usize, mark: &[u8; 4]| head.get(at..at + 4) == Some(mark);
    let is_wav = is(0, b"RIFF") && is(8, b"WAVE") && is(12, b"fmt ");
    let rate = head.get(28..32).filter(|_| is_wav)?;
    let rate = u32::from_le_bytes(rate.try_into().ok()?);
    LIKELY.contains(&rate).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_likely_rate_is_one() {
        let wav = |rate: u32| {
            let mut head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xac\0\0".to_vec();
            head.extend(rate.to_le_bytes());
            head
        };
        assert_eq!(bytes_per_second(&wav(32_000)), Some(32_000));
        for unlikely in [wav(0), wav(u32::MAX), wav(32_000)[..30].to_vec()] {
            assert_eq!(bytes_per_second(&unlikely), None, "{unlikely:?}");
        }
    }
}
