//! How long a recording is, as far as its head and its size tell.

/// Of a recording's beginning, so many bytes are looked at.
pub(crate) const HEAD: u64 = 44;

/// Of packed speech: 64 kbit/s are usual, and few recordings have less than 32.
const USUAL_RATE: f64 = 8_000.0;
const LOWEST_RATE: f64 = 4_000.0;
/// Bytes a second of a WAV file that is one: from telephones to eight channels of 192 kHz.
const RATES_OF_WAV: std::ops::RangeInclusive<u32> = 1_000..=8_000_000;

/// In seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Length {
    Measured(f64),
    /// It is packed, and nobody knows how much.
    Guessed {
        about: f64,
        at_most: f64,
    },
}

impl Length {
    /// Of a recording that begins so and has so many bytes.
    pub(crate) fn of(head: &[u8], bytes: u64) -> Self {
        let bytes = bytes as f64;
        match bytes_per_second(head) {
            Some(rate) => Self::Measured(bytes / f64::from(rate)),
            None => Self::Guessed {
                about: bytes / USUAL_RATE,
                at_most: bytes / LOWEST_RATE,
            },
        }
    }

    pub(crate) const fn about(self) -> f64 {
        match self {
            Self::Measured(seconds) | Self::Guessed { about: seconds, .. } => seconds,
        }
    }

    pub(crate) const fn at_most(self) -> f64 {
        match self {
            Self::Measured(seconds)
            | Self::Guessed {
                at_most: seconds, ..
            } => seconds,
        }
    }
}

/// As the head of a WAV file has it, in its chunk `fmt `.
fn bytes_per_second(head: &[u8]) -> Option<u32> {
    let is = |at: usize, mark: &[u8; 4]| head.get(at..at + 4) == Some(mark);
    let is_wav = is(0, b"RIFF") && is(8, b"WAVE") && is(12, b"fmt ");
    let rate = head.get(28..32).filter(|_| is_wav)?;
    let rate = u32::from_le_bytes(rate.try_into().ok()?);
    RATES_OF_WAV.contains(&rate).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(bytes_per_second: u32) -> Vec<u8> {
        let mut head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xac\0\0".to_vec();
        head.extend(bytes_per_second.to_le_bytes());
        head
    }

    #[test]
    fn a_wav_file_says_how_long_it_is() {
        let minute = Length::of(&wav(176_400), 10_584_000);
        assert_eq!(minute, Length::Measured(60.0));
    }

    #[test]
    fn of_anything_else_it_is_guessed() {
        let guessed = Length::Guessed {
            about: 60.0,
            at_most: 120.0,
        };
        let unlikely = [wav(0), wav(u32::MAX), wav(176_400)[..30].to_vec()];
        for head in [b"ID3\x04".to_vec(), Vec::new()]
            .into_iter()
            .chain(unlikely)
        {
            assert_eq!(Length::of(&head, 480_000), guessed, "{head:?}");
        }
    }
}
