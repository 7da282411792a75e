use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// What a sound is written as. Names are the vendor's: codec, samples a second and, where it packs, kilobits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    pub media_type: &'static str,
    pub extension: &'static str,
    pub bytes_per_second: u64,
}

/// The media type of a file, by what its name ends with.
pub(crate) fn media_type_of(extension: &str) -> &'static str {
    match extension {
        "mp3" => "audio/mpeg",
        "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "ulaw" => "audio/basic",
        "alaw" => "audio/x-alaw-basic",
        _ => "audio/pcm",
    }
}

/// ElevenLabs, `output_format`.
const NAMES: [&str; 28] = [
    "mp3_22050_32",
    "mp3_24000_48",
    "mp3_44100_32",
    "mp3_44100_64",
    "mp3_44100_96",
    "mp3_44100_128",
    "mp3_44100_192",
    "opus_48000_32",
    "opus_48000_64",
    "opus_48000_96",
    "opus_48000_128",
    "opus_48000_192",
    "pcm_8000",
    "pcm_16000",
    "pcm_22050",
    "pcm_24000",
    "pcm_32000",
    "pcm_44100",
    "pcm_48000",
    "wav_8000",
    "wav_16000",
    "wav_22050",
    "wav_24000",
    "wav_32000",
    "wav_44100",
    "wav_48000",
    "ulaw_8000",
    "alaw_8000",
];

/// The name of a format, as callers and the vendor have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OutputFormat(&'static str);

impl OutputFormat {
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    #[must_use]
    pub fn format(self) -> Format {
        let mut parts = self.0.split('_');
        let codec = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        let samples: u64 = number();
        let packed: u64 = number() * 1000 / 8;
        let (extension, bytes_per_second) = match codec {
            "mp3" => ("mp3", packed),
            "opus" => ("opus", packed),
            "wav" => ("wav", samples * 2),
            "ulaw" => ("ulaw", samples),
            "alaw" => ("alaw", samples),
            _ => ("pcm", samples * 2),
        };
        Format {
            media_type: media_type_of(extension),
            extension,
            bytes_per_second,
        }
    }
}

impl Default for OutputFormat {
    fn default() -> Self {
        Self("mp3_44100_128")
    }
}

impl<'de> Deserialize<'de> for OutputFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = NAMES.into_iter().find(|known| *known == name);
        known.map(Self).ok_or_else(|| {
            D::Error::custom(format_args!("is no format; one of {} is", NAMES.join(", ")))
        })
    }
}

impl JsonSchema for OutputFormat {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("OutputFormat")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": NAMES, "default": Self::default().0})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_says_how_large_a_second_is() {
        let second = |name| OutputFormat(name).format().bytes_per_second;
        assert_eq!(second("mp3_44100_128"), 16_000);
        assert_eq!(second("opus_48000_32"), 4_000);
        assert_eq!(second("pcm_44100"), 88_200);
        assert_eq!(second("wav_8000"), 16_000);
        assert_eq!(second("ulaw_8000"), 8_000);
        for name in NAMES {
            assert!(second(name) >= 4_000, "{name}");
        }
    }
}
