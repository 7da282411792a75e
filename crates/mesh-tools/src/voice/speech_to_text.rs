use mesh_clients::elevenlabs::{Heard, Transcript, Transcription};
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::arguments::{Text, public_address};
use crate::audio::{MAX_BASE64, Recording};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::reply::Block;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Write down a recording
/// Costs credits of the ElevenLabs account, by the length of the recording: only where the user wants it.
///
/// Writes down what is said in a recording, on request by speakers. Give exactly one of `input_file_path`, `source_url`
/// and `audio_base64`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct SpeechToText {
    /// A file in the server's folder of recordings.
    input_file_path: Option<Text<1_000>>,
    /// An https address that ElevenLabs fetches the recording from.
    source_url: Option<Text<2_000>>,
    /// The recording itself, in Base64.
    audio_base64: Option<Text<MAX_BASE64>>,
    /// The language that is spoken (ISO 639); recognised where it is left out.
    language_code: Option<Text<10>>,
    /// Tell speakers apart.
    #[serde(default)]
    diarize: bool,
    /// Write the transcript to a file, where the server writes files.
    #[serde(default = "super::yes")]
    save_transcript_to_file: bool,
    /// Have the whole text in the answer, though it is in a file, too.
    #[serde(default)]
    return_transcript_to_client_directly: bool,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and do it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transcribed {
    /// What is said, by speakers where that was asked for; absent where it is in the file alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    characters: usize,
    /// The language that was recognised.
    language_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
}

impl Tool for SpeechToText {
    const NAME: &'static str = "speech_to_text";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> = Some(|tool, services| {
        let (path, base64) = (tool.input_file_path.as_ref(), tool.audio_base64.as_ref());
        let what = "Writes down a recording";
        match &tool.source_url {
            Some(url) => public_address("source_url", url.as_str())
                .is_ok()
                .then(|| Services::consent_to_unknown(what)),
            None => {
                let length = super::length(services, path, base64)?;
                super::consent_to_transcript(services, length, what)
            }
        }
    });
    type Output = Paid<Transcribed>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Transcribed>, ToolError> {
        let source = self.source(&cx).await?;
        if self.save_transcript_to_file {
            cx.refuse_outside(self.output_directory.as_ref())?;
        }
        let (digest, estimate) = match &source {
            Source::Recording(recording) => (
                vec![recording.digest()],
                super::estimate_of_transcript(recording),
            ),
            Source::Url(_) => (Vec::new(), Estimate::Unknown),
        };
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: digest,
            fresh: self.fresh,
            estimate,
        };
        cx.paid(purchase, self.transcribed(&cx, &source)).await
    }
}

enum Source {
    Recording(Recording),
    Url(String),
}

impl SpeechToText {
    async fn source(&self, cx: &Context<'_>) -> Result<Source, ToolError> {
        let path = self.input_file_path.as_ref().map(Text::as_str);
        let base64 = self.audio_base64.as_ref().map(Text::as_str);
        let others = ", `source_url`";
        match &self.source_url {
            None => Recording::of(cx, path, base64, others)
                .await
                .map(Source::Recording),
            Some(url) if path.is_none() && base64.is_none() => {
                public_address("source_url", url.as_str()).map(Source::Url)
            }
            Some(_) => Err(ToolError::InvalidArguments(
                "give exactly one of `input_file_path`, `source_url` and `audio_base64`".to_owned(),
            )),
        }
    }

    async fn transcribed(
        &self,
        cx: &Context<'_>,
        source: &Source,
    ) -> Result<Bought<Transcribed>, ToolError> {
        let transcription = Transcription {
            source: match source {
                Source::Recording(recording) => Heard::Upload(recording.upload()),
                Source::Url(url) => Heard::Url(url.clone()),
            },
            model_id: "scribe_v2".to_owned(),
            language_code: self
                .language_code
                .as_ref()
                .map(|code| code.as_str().to_owned()),
            diarize: self.diarize,
            tag_audio_events: true,
        };
        let below = self.output_directory.as_ref().map(Text::as_str);
        let draft = match self.save_transcript_to_file {
            true => cx.text_file(below, Self::NAME)?,
            false => None,
        };
        let (transcription, deadline) = (&transcription, cx.request.deadline);
        let transcript = cx
            .elevenlabs(|client, key| async move {
                client.speech_to_text(&key, transcription, deadline).await
            })
            .await?;
        let text = match self.diarize {
            true => by_speakers(&transcript),
            false => transcript.text.clone(),
        };
        let written = draft.map(|mut draft| {
            draft.write(text.as_bytes())?;
            draft.keep()
        });
        // It is paid for: without its file it is in the answer.
        let (path, lost) = match written {
            Some(Ok(path)) => (Some(path), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        let told = lost.map(|why| Block::Text(format!("The transcript is in no file: {why}.")));
        let is_shown = path.is_none() || self.return_transcript_to_client_directly;
        Ok(Bought {
            value: Transcribed {
                characters: text.chars().count(),
                text: is_shown.then_some(text),
                path,
                language_code: transcript.language_code,
                seconds: transcript.audio_duration_secs,
            },
            blocks: told.into_iter().collect(),
            charged: None,
        })
    }
}

/// A line for each time that a speaker says something.
fn by_speakers(transcript: &Transcript) -> String {
    let mut text = String::new();
    let mut speaking = None;
    for word in &transcript.words {
        let speaker = word.speaker_id.as_deref().unwrap_or("speaker");
        if speaking != Some(speaker) && word.kind != "spacing" {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&format!("{}: ", speaker.replace('_', " ")));
            speaking = Some(speaker);
        }
        text.push_str(&word.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use mesh_clients::elevenlabs::Word;

    use super::*;

    #[test]
    fn each_turn_of_a_speaker_is_a_line() {
        let word = |text: &str, kind: &str, speaker: &str| Word {
            text: text.to_owned(),
            kind: kind.to_owned(),
            start: None,
            end: None,
            speaker_id: Some(speaker.to_owned()),
        };
        let transcript = Transcript {
            text: String::new(),
            language_code: "eng".to_owned(),
            language_probability: 1.0,
            words: vec![
                word("Good", "word", "speaker_0"),
                word(" ", "spacing", "speaker_0"),
                word("morning.", "word", "speaker_0"),
                word(" ", "spacing", "speaker_1"),
                word("Hello.", "word", "speaker_1"),
            ],
            audio_duration_secs: None,
        };
        assert_eq!(
            by_speakers(&transcript),
            "speaker 0: Good morning. \n\nspeaker 1: Hello."
        );
    }
}
