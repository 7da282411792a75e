//! From a sound as it arrives to a file, a part of the answer or an object of the bucket. It is kept whole or not at all.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mesh_clients::elevenlabs::{ElevenLabsError, Sound};
use mesh_core::{Caller, Deadline, ObjectFault, hex};

use super::bucket::{Bucket, Named};
use super::folder::Draft;
use super::format::Format;
use super::room::max_embedded;
use super::sound_file::SoundFile;
use super::spool::Spool;
use super::{OutputMode, charged};
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::reply::{Block, Body, Content, Link};

/// What one sound is named by, and in which format it was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) tool: &'static str,
    pub(crate) format: Format,
    pub(crate) below: Option<&'a str>,
}

/// A sound where it was to go, and what of it goes into the answer.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) file: SoundFile,
    pub(crate) blocks: Vec<Block>,
}

/// Takes a sound where it is to go.
pub(crate) struct Carrier {
    format: Format,
    /// The most bytes that go into an answer.
    most: u64,
    size: u64,
    draft: Option<Draft>,
    /// Why there is no draft any more.
    lost: Option<String>,
    beside: Beside,
    /// Where a sound goes that turns out larger than that.
    shelf: Option<Shelf>,
}

/// Where a sound is besides the folder.
enum Beside {
    Nothing,
    /// It was to be in the answer, and is larger than what that holds.
    TooLarge,
    Embedded(Vec<u8>),
    Spooled(Spool, Shelf),
}

/// A caller's place in the bucket.
struct Shelf {
    bucket: Bucket,
    caller: Caller,
    deadline: Deadline,
}

impl Context<'_> {
    /// Refuses a folder in which no file can be, before anybody is asked to agree to a call.
    ///
    /// # Errors
    /// As [`Self::carrier`], as far as `output_directory` goes.
    pub(crate) fn refuse_outside(&self, below: Option<&Text<1_000>>) -> Result<(), ToolError> {
        let voice = &self.services.voice;
        match voice.folder.as_ref().filter(|_| voice.mode.writes()) {
            Some(folder) => folder.place(below.map(Text::as_str)).map(drop),
            None => Ok(()),
        }
    }

    /// A place for a sound: before it is paid for, so that nothing is paid where there is none.
    ///
    /// # Errors
    /// Where there is no folder, or neither it nor a file on its way to the bucket can be written to.
    pub(crate) fn carrier(&self, asked: Asked<'_>) -> Result<Carrier, ToolError> {
        let voice = &self.services.voice;
        let draft = match (voice.mode.writes(), &voice.folder) {
            (true, Some(folder)) => {
                Some(folder.draft(asked.below, asked.tool, asked.format.extension)?)
            }
            (true, None) => return Err(no_folder()),
            (false, _) => None,
        };
        let mut shelf = voice.bucket.clone().map(|bucket| Shelf {
            bucket,
            caller: self.request.caller.clone(),
            // What becomes of a sound that was paid for is told in time.
            deadline: self.request.deadline.soft(),
        });
        let beside = match voice.mode {
            OutputMode::Files => Beside::Nothing,
            OutputMode::Resources | OutputMode::Both => Beside::Embedded(Vec::new()),
            OutputMode::Link => {
                let shelf = shelf.take();
                let shelf = shelf.ok_or_else(|| ToolError::internal("links need a bucket"))?;
                Beside::Spooled(Spool::new()?, shelf)
            }
        };
        Ok(Carrier {
            format: asked.format,
            most: max_embedded(self.services.host),
            size: 0,
            draft,
            lost: None,
            beside,
            shelf,
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
        self.close(media_type).await
    }

    /// A sound that is there already: written, and not kept yet.
    pub(crate) fn holding(mut self, bytes: &[u8]) -> Result<Self, ToolError> {
        self.take(bytes)?;
        Ok(self)
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), ToolError> {
        self.size += chunk.len() as u64;
        if let Some(draft) = &mut self.draft
            && let Err(why) = draft.write(chunk)
        {
            if !self.beside.holds_it() {
                return Err(charged(&why));
            }
            self.draft = None;
            self.lost = Some(why);
        }
        if self.size > self.most
            && let Beside::Embedded(begun) = &mut self.beside
        {
            let begun = std::mem::take(begun);
            self.beside = self.spooled(&begun)?;
        }
        match &mut self.beside {
            Beside::Nothing | Beside::TooLarge => Ok(()),
            Beside::Embedded(embedded) => {
                embedded.extend_from_slice(chunk);
                Ok(())
            }
            Beside::Spooled(spool, _) => spool.write(chunk),
        }
    }

    /// What turns out to be larger than an answer holds goes to the bucket, where there is one, or is in the file alone.
    fn spooled(&mut self, begun: &[u8]) -> Result<Beside, ToolError> {
        let shelf = match (self.shelf.take(), &self.draft) {
            (Some(shelf), _) => shelf,
            (None, Some(_)) => return Ok(Beside::TooLarge),
            (None, None) => return Err(charged(&self.too_large())),
        };
        let mut spool = Spool::new().map_err(|_| charged("there is no place for the sound"))?;
        spool.write(begun)?;
        Ok(Beside::Spooled(spool, shelf))
    }

    fn too_large(&self) -> String {
        let most = self.most / 1_000_000;
        format!("the sound has more than the {most} MB an answer holds")
    }

    /// Keeps it. The file comes last: where the bucket does not take the sound, and there is no file, nothing is left.
    pub(crate) async fn close(self, media_type: String) -> Result<Carried, ToolError> {
        if self.size == 0 {
            return Err(charged("the sound is empty"));
        }
        let mut file = SoundFile {
            path: None,
            uri: None,
            url: None,
            url_expires_at: None,
            media_type,
            bytes: self.size,
        };
        let name = format!("{}.{}", random_id()?, self.format.extension);
        let too_large = self.too_large();
        let mut blocks: Vec<_> = match self.beside {
            Beside::Nothing => None,
            Beside::TooLarge => Some(in_the_file(&too_large)),
            Beside::Embedded(embedded) => {
                let uri = SoundFile::uri_of(&name);
                file.uri = Some(uri.clone());
                Some(Block::Resource(Content {
                    uri,
                    media_type: file.media_type.clone(),
                    body: Body::Blob(STANDARD.encode(&embedded)),
                }))
            }
            Beside::Spooled(spool, shelf) => match shelf.take(&name, spool, &file).await {
                Ok(link) => {
                    file.uri = Some(SoundFile::uri_of(&name));
                    file.url = Some(link.uri.clone());
                    file.url_expires_at = Some(link.until.clone());
                    Some(Block::Link(link))
                }
                Err(fault) if self.draft.is_some() => Some(in_the_file(&unshelved(&fault))),
                Err(fault) => return Err(charged(&unshelved(&fault))),
            },
        }
        .into_iter()
        .collect();
        // What is in the answer or in the bucket is not lost with the file.
        let is_elsewhere = file.uri.is_some();
        let lost = match self.draft.map(Draft::keep).transpose() {
            Ok(path) => {
                file.path = path;
                self.lost
            }
            Err(why) if is_elsewhere => Some(why),
            Err(why) => return Err(charged(&why)),
        };
        blocks.extend(lost.map(|why| Block::Text(format!("The sound is in no file: {why}."))));
        Ok(Carried { file, blocks })
    }
}

impl Beside {
    const fn holds_it(&self) -> bool {
        matches!(self, Self::Embedded(_) | Self::Spooled(..))
    }
}

impl Shelf {
    async fn take(&self, name: &str, spool: Spool, file: &SoundFile) -> Result<Link, ObjectFault> {
        let sound = Named {
            caller: &self.caller,
            name,
        };
        let object = spool.close(&file.media_type);
        self.bucket.keep(sound, &object, self.deadline).await?;
        self.bucket.link(sound, &file.media_type, file.bytes).await
    }
}

fn no_folder() -> ToolError {
    ToolError::Unavailable(
        "sounds are written to files here, and there is no folder for them (`ELEVENLABS_MCP_BASE_PATH`); nothing was spent"
            .to_owned(),
    )
}

fn unshelved(fault: &ObjectFault) -> String {
    format!("the bucket of sounds (`MESH_AUDIO_BUCKET`): {fault}")
}

fn in_the_file(why: &str) -> Block {
    Block::Text(format!("The sound is in the file alone: {why}."))
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

pub(crate) fn random_id() -> Result<String, ToolError> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(ToolError::internal)?;
    Ok(hex(&bytes))
}
