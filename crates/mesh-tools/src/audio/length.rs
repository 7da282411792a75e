//! How long a recording is, as far as its head and its size tell.

mod flac;
mod mp3;
mod wav;

use std::io::{Read, Seek, SeekFrom};

/// Bytes a second of packed speech: 64 kbit/s are usual, and few recordings have less than 32.
const USUAL_RATE: f64 = 8_000.0;
const LOWEST_RATE: f64 = 4_000.0;

/// How many bytes are looked at in one place.
const HEAD: u64 = 64;
/// Of a WAV, before its format: notes of studios and players.
const MAX_CHUNKS: usize = 16;

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
        let head = read_at(recording, 0).ok()?;
        if let Some(seconds) = flac::seconds(&head) {
            return Some(Self::Measured(seconds));
        }
        let rate = bytes_per_second(recording, &head).ok()?;
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
fn bytes_per_second(
    recording: &mut (impl Read + Seek),
    head: &[u8],
) -> std::io::Result<Option<u32>> {
    if wav::is_wav(head) {
        return rate_of_wav(recording);
    }
    let frame = read_at(recording, mp3::end_of_tag(head))?;
    Ok(mp3::bytes_per_second(&frame))
}

fn rate_of_wav(recording: &mut (impl Read + Seek)) -> std::io::Result<Option<u32>> {
    let mut place = wav::FIRST_CHUNK;
    for _ in 0..MAX_CHUNKS {
        let chunk = read_at(recording, place)?;
        if let Some(rate) = wav::bytes_per_second(&chunk) {
            return Ok(Some(rate));
        }
        let Some(length) = wav::length_of(&chunk) else {
            break;
        };
        place += length;
    }
    Ok(None)
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
        let mut flac = b"fLaC\0\0\0\x22\x10\0\x10\0\0\0\0\0\0\0".to_vec();
        // 48 kHz, two channels, 16 bits; 2,880,000 samples.
        flac.extend(b"\x0b\xb8\x02\xf0\0\x2b\xf2\0");
        assert_eq!(length(&flac, 960_000), Length::Measured(60.0));
    }

    #[test]
    fn a_wav_says_its_rate_behind_what_a_studio_has_written() {
        let format = [
            b"fmt \x10\0\0\0\x01\0\x02\0\x44\xac\0\0".as_slice(),
            &176_400_u32.to_le_bytes(),
        ]
        .concat();
        let chunk = |name: &[u8; 4], bytes: u32| {
            let mut chunk = [name.as_slice(), &bytes.to_le_bytes()].concat();
            chunk.resize(8 + bytes.next_multiple_of(2) as usize, 0);
            chunk
        };
        let wav = |chunks: &[Vec<u8>]| [b"RIFF\0\0\0\0WAVE".to_vec(), chunks.concat()].concat();
        let noted = wav(&[chunk(b"JUNK", 28), chunk(b"bext", 603), format.clone()]);
        assert_eq!(length(&noted, 1_764_000), Length::Measured(10.0));
        let mut endless = vec![chunk(b"JUNK", 0); MAX_CHUNKS];
        endless.push(format);
        let without = [chunk(b"JUNK", u32::MAX - 1)[..8].to_vec()];
        for unknown in [wav(&endless), wav(&without), wav(&[])] {
            let length = length(&unknown, 480_000);
            assert!(matches!(length, Length::Guessed { .. }), "{length:?}");
        }
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
