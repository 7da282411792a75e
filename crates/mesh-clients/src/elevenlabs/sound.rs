use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use mesh_core::Deadline;
use mesh_http::{Streamed, media_type};

use super::{Charge, ElevenLabs, ElevenLabsError};

/// Three quarters of an hour in the largest format, PCM of 48 kHz, take half of it.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// A sound on its way: its bytes are read as they come, never kept whole.
#[derive(Debug)]
pub struct Sound {
    pub media_type: String,
    /// Credits; nothing, where it does not say.
    pub charged: Option<u64>,
    pub body: Streamed,
    is_begun: bool,
}

impl Sound {
    /// The next part; nothing, where that was all.
    ///
    /// # Errors
    /// `TimedOut`, `BrokenOff`, and `UnexpectedAnswer` where it is too large or empty: all of them after it was paid for.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ElevenLabsError> {
        let chunk = self.body.chunk().await.map_err(ElevenLabsError::paid)?;
        if chunk.is_none() && !self.is_begun {
            return Err(unexpected("it is empty"));
        }
        self.is_begun = true;
        Ok(chunk)
    }

    fn read(answer: Response<Streamed>) -> Result<Self, ElevenLabsError> {
        let media_type = media_type(answer.headers());
        // Formats without a head of their own come as bytes of no type.
        if !media_type.starts_with("audio/") && media_type != "application/octet-stream" {
            return Err(unexpected("it is no audio"));
        }
        Ok(Self {
            media_type,
            charged: charged(answer.headers()),
            body: answer.into_body(),
            is_begun: false,
        })
    }
}

impl ElevenLabs {
    pub(super) async fn sound(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
    ) -> Result<Sound, ElevenLabsError> {
        let (sound, _) = self.sound_with_head(request, deadline).await?;
        Ok(sound)
    }

    pub(super) async fn sound_with_head(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
    ) -> Result<(Sound, HeaderMap), ElevenLabsError> {
        let answer = self.spend(request, deadline, MAX_BYTES).await?;
        let head = answer.headers().clone();
        Ok((Sound::read(answer)?, head))
    }
}

/// It is `character-cost` in answers, and `x-character-count` in some of the documentation.
fn charged(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get("character-cost");
    let value = value.or_else(|| headers.get("x-character-count"))?;
    value.to_str().ok()?.trim().parse().ok()
}

fn unexpected(what: &str) -> ElevenLabsError {
    ElevenLabsError::UnexpectedAnswer {
        what: what.to_owned(),
        charge: Charge::Possible,
    }
}
