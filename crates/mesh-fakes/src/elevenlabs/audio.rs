use bytes::{BufMut as _, Bytes, BytesMut};

use super::error::ApiError;

/// Characters that are spoken in a second.
const PACE: f64 = 15.0;

/// What a codec and its rates are worth: `mp3_44100_128`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format<'a> {
    name: &'a str,
    codec: &'a str,
    bytes_a_second: u64,
}

impl<'a> Format<'a> {
    pub(super) fn parse(name: Option<&'a str>) -> Result<Self, ApiError> {
        let name = name.unwrap_or("mp3_44100_128");
        Self::known(name).ok_or_else(|| {
            let place = ["query", "output_format"];
            ApiError::field(&place, "enum", "Input should be a format", &name.into())
        })
    }

    fn known(name: &'a str) -> Option<Self> {
        let mut steps = name.split('_');
        let codec = steps.next()?;
        let rate: u64 = steps.next()?.parse().ok()?;
        let bits: u64 = steps.next().map_or(Some(0), |bits| bits.parse().ok())?;
        let is_wide = [8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000].contains(&rate);
        let bytes_a_second = match (codec, rate, bits) {
            ("mp3", 22_050, 32) | ("mp3", 24_000, 48) => bits * 125,
            ("mp3", 48_000, 192) => bits * 125,
            ("mp3", 44_100, 32 | 64 | 96 | 128 | 192) => bits * 125,
            ("opus", 48_000, 32 | 64 | 96 | 128 | 192) => bits * 125,
            ("pcm" | "wav", _, 0) if is_wide => rate * 2,
            ("ulaw" | "alaw", 8_000, 0) => rate,
            _ => return None,
        };
        Some(Self {
            name,
            codec,
            bytes_a_second,
        })
    }

    /// What plans below Pro do not have.
    pub(super) fn needs_pro(self) -> bool {
        matches!(
            self.name,
            "pcm_44100" | "pcm_48000" | "wav_44100" | "wav_48000"
        )
    }

    pub(super) fn media_type(self) -> &'static str {
        match self.codec {
            "mp3" => "audio/mpeg",
            "wav" => "audio/wav",
            "opus" => "audio/opus",
            "pcm" => "audio/pcm",
            _ => "application/octet-stream",
        }
    }

    /// So much sound: what it begins with, and then bytes that go by what was asked alone.
    pub(super) fn render(self, seconds: f64, seed: &str) -> Bytes {
        let length = (seconds * self.bytes_a_second as f64).ceil() as usize;
        let mut sound = BytesMut::with_capacity(length);
        sound.put_slice(match self.codec {
            "mp3" => b"ID3\x04\x00\x00\x00\x00\x00\x00",
            "wav" => b"RIFF\xff\xff\xff\xffWAVEfmt ",
            "opus" => b"OggS",
            _ => b"",
        });
        // FNV-1a, and then xorshift64.
        let mut state = seed.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }) | 1;
        while sound.len() < length {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            sound.put_u64(state);
        }
        sound.truncate(length.max(16));
        sound.freeze()
    }
}

/// The bytes that a text has in a voice and a format.
///
/// # Panics
/// Where there is no such format.
#[must_use]
pub fn audio(text: &str, voice: &str, format: &str) -> Bytes {
    let format = Format::known(format).expect("a format there is");
    format.render(seconds(text), &format!("{voice}\n{text}"))
}

/// How long it takes to say a text.
pub(super) fn seconds(text: &str) -> f64 {
    text.chars().count() as f64 / PACE
}
