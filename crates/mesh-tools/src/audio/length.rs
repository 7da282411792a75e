//! How long a recording is, as far as its head and its size tell.

mod mp3;
mod wav;

use std::io::{Read, Seek, SeekFrom};

/// Bytes a second of packed speech: 64 kbit/s are usual, and few recordings have less than 32.
const USUAL_RATE: f64 = 8_000.0;
const LOWEST_RATE: f64 = 4_000.0;

/// How many bytes are looked at in one place.
const HEAD: u64 = 64;

/// How long a recording is, in seconds.
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
    /// Nothing, where it cannot be read.
    pub(crate) fn of(recording: &mut (impl Read + Seek)) -> Option<Self> {
        let bytes = recording.seek(SeekFrom::End(0)).ok()? as f64;
        let rate = bytes_per_second(recording).ok()?;
        Some(match rate {
            Some(rate) => Self::Measured(bytes / f64::from(rate)),
            None => Self::Guessed {
                about: bytes / USUAL_RATE,
                at_most: bytes / LOWEST_RATE,
            },
        })
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

/// As a file says of itself, where it has one rate from its beginning to its end.
fn bytes_per_second(recording: &mut (impl Read + Seek)) -> std::io::Result<Option<u32>> {
    let head = read_at(recording, 0)?;
    if let Some(rate) = wav::bytes_per_second(&head) {
        return Ok(Some(rate));
    }
    let frame = read_at(recording, mp3::end_of_tag(&head))?;
    Ok(mp3::bytes_per_second(&frame))
}

fn read_at(recording: &mut (impl Read + Seek), place: u64) -> std::io::Result<Vec<u8>> {
    recording.seek(SeekFrom::Start(place))?;
    let mut read = Vec::new();
    recording.take(HEAD).read_to_end(&mut read)?;
    Ok(read)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn length(head: &[u8], bytes: usize) -> Length {
        let mut recording = head.to_vec();
        recording.resize(bytes, 0);
        Length::of(&mut Cursor::new(recording)).expect("it can be read")
    }

    #[test]
    fn a_file_of_one_rate_says_how_long_it_is() {
        let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xac\0\0".to_vec();
        wav.extend(176_400_u32.to_le_bytes());
        assert_eq!(length(&wav, 1_764_000), Length::Measured(10.0));
        let mp3 = b"\xff\xfb\x90\x64".as_slice();
        assert_eq!(length(mp3, 960_000), Length::Measured(60.0));
        let tagged = [b"ID3\x04\0\0\0\0\x02\0".as_slice(), &[0; 256], mp3].concat();
        assert_eq!(length(&tagged, 960_000), Length::Measured(60.0));
    }

    #[test]
    fn of_anything_else_it_is_guessed() {
        let guessed = Length::Guessed {
            about: 60.0,
            at_most: 120.0,
        };
        for head in [b"\0\0\0\x20ftypM4A ".as_slice(), b"ID3\x04", b""] {
            assert_eq!(length(head, 480_000), guessed, "{head:?}");
        }
    }
}
