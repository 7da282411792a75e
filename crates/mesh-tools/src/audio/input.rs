//! A recording that somebody sends: a file of the folder, or the bytes themselves.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use mesh_clients::elevenlabs::Upload;
use sha2::{Digest as _, Sha256};

use super::length::Length;
use crate::context::Context;
use crate::error::ToolError;

/// Base64 in an argument: what a request to a function may hold.
pub(crate) const MAX_BASE64: usize = 4 * 1024 * 1024;

/// The bytes of a recording, and what they are as far as their beginning tells.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) bytes: Bytes,
    kind: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    media_type: &'static str,
    extension: &'static str,
}

impl Recording {
    /// One of the two arguments has to be there.
    ///
    /// # Errors
    /// Where it is none or both, or where this server reads no files.
    pub(crate) async fn of(
        cx: &Context<'_>,
        path: Option<&str>,
        base64: Option<&str>,
        others: &str,
    ) -> Result<Self, ToolError> {
        match (path, base64) {
            (Some(path), None) => {
                let instead = match others {
                    "" => "`audio_base64`".to_owned(),
                    others => format!("{} or `audio_base64`", others.trim_start_matches(", ")),
                };
                Self::in_folder(cx, "input_file_path", path, &instead).await
            }
            (None, Some(base64)) => Self::in_base64("audio_base64", base64),
            _ => Err(ToolError::InvalidArguments(format!(
                "give exactly one of `input_file_path`{others} and `audio_base64`"
            ))),
        }
    }

    pub(crate) async fn in_folder(
        cx: &Context<'_>,
        argument: &'static str,
        path: &str,
        instead: &str,
    ) -> Result<Self, ToolError> {
        let voice = &cx.services.voice;
        let Some(folder) = voice.folder.clone().filter(|_| voice.reads_files) else {
            return Err(ToolError::InvalidArguments(format!(
                "`{argument}`: this server has no files of yours: send {instead}"
            )));
        };
        let path = path.to_owned();
        let read = tokio::task::spawn_blocking(move || folder.read(argument, &path));
        let bytes = read.await.map_err(|_| {
            // Its own words would quote what the panic said.
            ToolError::internal("reading a file panicked; its message is above")
        })??;
        Ok(Self::from(bytes))
    }

    /// A file of the folder, or what a `data:` address holds.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(crate) async fn in_file_or_data(
        cx: &Context<'_>,
        argument: &'static str,
        place: &str,
    ) -> Result<Self, ToolError> {
        let data = place.strip_prefix("data:");
        match data.and_then(|data| data.split_once(";base64,")) {
            Some((_, base64)) => Self::in_base64(argument, base64),
            None => Self::in_folder(cx, argument, place, "each as a `data:` address").await,
        }
    }

    pub(crate) fn in_base64(argument: &str, base64: &str) -> Result<Self, ToolError> {
        let decoded = STANDARD.decode(base64.trim());
        let bytes = decoded.map_err(|_| {
            ToolError::InvalidArguments(format!(
                "`{argument}`: this is no Base64 (RFC 4648, section 4)"
            ))
        })?;
        match bytes.is_empty() {
            true => Err(ToolError::InvalidArguments(format!(
                "`{argument}`: it is empty"
            ))),
            false => Ok(Self::from(bytes)),
        }
    }

    pub(crate) fn length(&self) -> Length {
        Length::of(&mut Cursor::new(&self.bytes)).expect("memory can be read")
    }

    /// The length of a recording that is not read yet; none where it is no Base64.
    pub(crate) fn length_in_base64(base64: &str) -> Option<Length> {
        let bytes = STANDARD.decode(base64.trim()).ok()?;
        Length::of(&mut Cursor::new(bytes))
    }

    /// As it is sent: under a name that says nothing of where it is from.
    pub(crate) fn upload(&self) -> Upload {
        Upload {
            name: self.name(),
            media_type: self.kind.map(|kind| kind.media_type.to_owned()),
            bytes: self.bytes.clone(),
        }
    }

    /// The same where it is to be seen, too: an MP4 does not say at its beginning whether it is.
    pub(crate) fn video(&self) -> Upload {
        let mut upload = self.upload();
        if self.kind.is_some_and(|kind| kind.extension == "m4a") {
            upload.media_type = Some("video/mp4".to_owned());
            "recording.mp4".clone_into(&mut upload.name);
        }
        upload
    }

    /// SHA-256 of its bytes.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }

    fn name(&self) -> String {
        let extension = self.kind.map_or("bin", |kind| kind.extension);
        format!("recording.{extension}")
    }
}

impl From<Vec<u8>> for Recording {
    fn from(bytes: Vec<u8>) -> Self {
        let kind = kind(&bytes);
        Self {
            bytes: bytes.into(),
            kind,
        }
    }
}

/// By the marks that files of sound begin with.
fn kind(bytes: &[u8]) -> Option<Kind> {
    /// Media type, extension, and whether a file of it begins so.
    type Mark = (&'static str, &'static str, fn(&[u8]) -> bool);
    let marks: [Mark; 8] = [
        ("audio/wav", "wav", |b| {
            b.starts_with(b"RIFF") && b.get(8..12) == Some(b"WAVE")
        }),
        ("audio/ogg", "ogg", |b| b.starts_with(b"OggS")),
        ("audio/flac", "flac", |b| b.starts_with(b"fLaC")),
        ("audio/mp4", "m4a", |b| b.get(4..8) == Some(b"ftyp")),
        ("video/webm", "webm", |b| {
            b.starts_with(&[0x1a, 0x45, 0xdf, 0xa3])
        }),
        ("audio/mpeg", "mp3", |b| b.starts_with(b"ID3")),
        ("audio/aac", "aac", |b| matches!(b, [0xff, 0xf1 | 0xf9, ..])),
        (
            "audio/mpeg",
            "mp3",
            |b| matches!(b, [0xff, second, ..] if second & 0xe0 == 0xe0),
        ),
    ];
    let found = marks.into_iter().find(|(_, _, is_it)| is_it(bytes));
    found.map(|(media_type, extension, _)| Kind {
        media_type,
        extension,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_known_by_its_beginning() {
        let name = |bytes: &[u8]| Recording::from(bytes.to_vec()).name();
        assert_eq!(name(b"RIFF\0\0\0\0WAVEfmt "), "recording.wav");
        assert_eq!(name(b"ID3\x04"), "recording.mp3");
        assert_eq!(name(&[0xff, 0xfb, 0x90]), "recording.mp3");
        assert_eq!(name(&[0xff, 0xf1, 0x50]), "recording.aac");
        assert_eq!(name(b"\0\0\0\x20ftypM4A "), "recording.m4a");
        assert_eq!(name(b"something"), "recording.bin");
    }

    #[test]
    fn a_video_is_sent_as_one() {
        let sent = |bytes: &[u8]| Recording::from(bytes.to_vec()).video();
        let film = sent(b"\0\0\0\x20ftypisom");
        assert_eq!(film.name, "recording.mp4");
        assert_eq!(film.media_type.as_deref(), Some("video/mp4"));
        let web = sent(&[0x1a, 0x45, 0xdf, 0xa3]);
        assert_eq!(web.media_type.as_deref(), Some("video/webm"));
    }

    #[test]
    fn what_is_no_base64_is_refused_by_name() {
        for (text, why) in [("&&", "no Base64"), ("", "empty")] {
            let refused = Recording::in_base64("audio_base64", text).expect_err("refused");
            assert!(refused.to_string().contains(why), "{refused}");
        }
    }
}
