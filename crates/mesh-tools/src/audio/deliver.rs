//! From a sound as it arrives to a file, a part of the answer, or both. It is kept whole or not at all.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mesh_clients::elevenlabs::{ElevenLabsError, Sound};
use mesh_core::Host;
use schemars::JsonSchema;
use serde::Serialize;

use super::folder::Draft;
use super::format::Format;
use crate::context::Context;
use crate::error::ToolError;
use crate::reply::{Block, Body, Content};

/// Where a sound is.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoundFile {
    /// The file it was written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The resource that holds it, within this answer; it can be read for ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    pub media_type: String,
    pub bytes: u64,
}

/// A sound where it was to go, and what of it goes into the answer.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) file: SoundFile,
    pub(crate) block: Option<Block>,
}

/// The most that goes into an answer, before it is written as Base64.
fn max_embedded(host: Host) -> u64 {
    match host {
        // Lambda answers with at most 6 MB; what it is written in takes its part, too.
        Host::Lambda => 3 * 1024 * 1024,
        Host::Process => 24 * 1024 * 1024,
    }
}

/// Refuses what would not fit into an answer before anything is paid.
pub(crate) fn refuse_too_large(
    cx: &Context<'_>,
    format: Format,
    seconds: u64,
) -> Result<(), ToolError> {
    let most = max_embedded(cx.services.host);
    let bytes = seconds * format.bytes_per_second;
    if !cx.services.voice.mode.embeds() || bytes <= most {
        return Ok(());
    }
    let fits = most / seconds.max(1) * 8 / 1000;
    Err(ToolError::InvalidArguments(format!(
        "about {seconds} s of sound would have {} MB, of which an answer holds {}: ask for less, or in an `output_format` of at \
         most {fits} kbit/s; nothing was spent",
        bytes / 1_000_000,
        most / 1_000_000
    )))
}

/// What one sound is named by, and in which format it was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) tool: &'static str,
    pub(crate) format: Format,
    pub(crate) below: Option<&'a str>,
}

impl Context<'_> {
    /// A place for a sound: before it is paid for, so that nothing is paid where there is none.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub(crate) fn carrier(&self, asked: Asked<'_>) -> Result<Carrier, ToolError> {
        let voice = &self.services.voice;
        let draft = match voice.folder.as_ref().filter(|_| voice.mode.writes()) {
            Some(folder) => Some(folder.draft(asked.below, asked.tool, asked.format.extension)?),
            None => None,
        };
        Ok(Carrier {
            embeds: voice.mode.embeds(),
            format: asked.format,
            most: max_embedded(self.services.host),
            size: 0,
            draft,
            embedded: Vec::new(),
        })
    }

    /// A place for a text, where sounds are written to files; none where they are not.
    ///
    /// # Errors
    /// As [`Self::carrier`].
    pub(crate) fn text_file(
        &self,
        below: Option<&str>,
        tool: &'static str,
    ) -> Result<Option<Draft>, ToolError> {
        let voice = &self.services.voice;
        let folder = voice.folder.as_ref().filter(|_| voice.mode.writes());
        folder
            .map(|folder| folder.draft(below, tool, "txt"))
            .transpose()
    }
}

/// Takes a sound where it is to go.
pub(crate) struct Carrier {
    embeds: bool,
    format: Format,
    most: u64,
    size: u64,
    draft: Option<Draft>,
    embedded: Vec<u8>,
}

impl Carrier {
    /// Reads a sound to its end.
    ///
    /// # Errors
    /// Where it breaks off, is none, or there is no more room for it: each says that it may have been charged.
    pub(crate) async fn carry(mut self, mut sound: Sound) -> Result<Carried, ToolError> {
        let media_type = media_type(&sound.media_type, self.format);
        while let Some(chunk) = sound.chunk().await.map_err(|error| broken_off(&error))? {
            self.take(&chunk)?;
        }
        self.close(media_type)
    }

    /// A sound that is there already.
    pub(crate) fn carry_bytes(
        mut self,
        bytes: &[u8],
        media_type: &str,
    ) -> Result<Carried, ToolError> {
        self.take(bytes)?;
        self.close(media_type.to_owned())
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), ToolError> {
        self.size += chunk.len() as u64;
        if let Some(draft) = &mut self.draft {
            draft.write(chunk)?;
        }
        if self.embeds {
            if self.size > self.most {
                return Err(charged(&format!(
                    "the sound has more than the {} MB an answer holds",
                    self.most / 1_000_000
                )));
            }
            self.embedded.extend_from_slice(chunk);
        }
        Ok(())
    }

    fn close(self, media_type: String) -> Result<Carried, ToolError> {
        if self.size == 0 {
            return Err(charged("the sound is empty"));
        }
        let path = self.draft.map(Draft::keep).transpose()?;
        let uri = match self.embeds {
            true => Some(format!(
                "elevenlabs://{}.{}",
                random_id()?,
                self.format.extension
            )),
            false => None,
        };
        let block = uri.clone().map(|uri| {
            Block::Resource(Content {
                uri,
                media_type: media_type.clone(),
                body: Body::Blob(STANDARD.encode(&self.embedded)),
            })
        });
        Ok(Carried {
            file: SoundFile {
                path,
                uri,
                media_type,
                bytes: self.size,
            },
            block,
        })
    }
}

/// What the vendor says it is; some formats it has no type for.
fn media_type(said: &str, format: Format) -> String {
    match said {
        "application/octet-stream" => format.media_type.to_owned(),
        said => said.to_owned(),
    }
}

fn broken_off(error: &ElevenLabsError) -> ToolError {
    charged(&format!("the sound did not come whole: {error}"))
}

/// After the vendor has done its part.
pub(super) fn charged(why: &str) -> ToolError {
    ToolError::Unavailable(format!(
        "{why}; it may have been charged, and nothing was kept"
    ))
}

fn random_id() -> Result<String, ToolError> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(ToolError::internal)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
