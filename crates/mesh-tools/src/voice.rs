//! Speech, transcripts and voices, by ElevenLabs: names and arguments are those of its own MCP server.

mod check_subscription;
mod create_voice_from_preview;
mod get_voice;
mod isolate_audio;
mod list_models;
mod named_voice;
mod search_voice_library;
mod search_voices;
mod settings;
mod speech_to_speech;
mod speech_to_text;
mod text_to_sound_effects;
mod text_to_speech;
mod text_to_voice;
mod voice_clone;

pub use mesh_clients::elevenlabs::{CallEvent, Residency, SIGNATURE_HEADER, Signature, Unsigned};

pub use check_subscription::CheckSubscription;
pub use create_voice_from_preview::CreateVoiceFromPreview;
pub use get_voice::GetVoice;
pub use isolate_audio::IsolateAudio;
pub use list_models::ListModels;
pub(crate) use named_voice::KnownVoices;
pub use search_voice_library::SearchVoiceLibrary;
pub use search_voices::SearchVoices;
pub use settings::VoiceSettings;
pub use speech_to_speech::SpeechToSpeech;
pub use speech_to_text::SpeechToText;
pub use text_to_sound_effects::TextToSoundEffects;
pub use text_to_speech::TextToSpeech;
pub use text_to_voice::TextToVoice;
pub use voice_clone::VoiceClone;

use mesh_clients::elevenlabs::Sound;
use mesh_core::Parameter;

use crate::arguments::Text;
use crate::audio::{Carrier, MAX_BASE64, Recording, SoundFile};
use crate::consent::Consent;
use crate::context::Services;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::Bought;

/// Of every tool of the family.
pub(crate) const NEEDS: Needs = Needs::All(&[
    Needs::On(Family::Voice),
    Needs::Secret(Parameter::ElevenLabsApiKey),
]);

/// What is so where nothing is said.
pub(crate) const fn yes() -> bool {
    true
}

/// ElevenLabs counts a minute of a recording as so many credits.
const CREDITS_PER_MINUTE: u64 = 1_000;
/// Of the packed recordings that people send, 128 kbit/s.
const BYTES_PER_MINUTE: u64 = 60 * 16_000;

/// What a recording costs about, by its size.
fn credits_of(bytes: u64) -> u64 {
    (bytes * CREDITS_PER_MINUTE).div_ceil(BYTES_PER_MINUTE)
}

fn credits_of_recording(recording: &Recording) -> u64 {
    credits_of(recording.bytes.len() as u64)
}

/// What a person agrees to before a large recording is sent, which is not read yet.
fn consent_to(
    services: &Services,
    path: Option<&Text<1_000>>,
    base64: Option<&Text<MAX_BASE64>>,
    what: &str,
) -> Option<Consent> {
    let voice = &services.voice;
    let folder = voice.folder.as_ref().filter(|_| voice.reads_files);
    let in_folder = path.and_then(|path| folder?.size(path.as_str()));
    let sent = base64.map(|base64| base64.as_str().len() as u64 / 4 * 3);
    services.consent_above(credits_of(in_folder.or(sent)?), what)
}

/// A sound that was paid for, taken where it was to go.
pub(crate) async fn bought<T>(
    sound: Sound,
    carrier: Carrier,
    value: impl FnOnce(SoundFile) -> T,
) -> Result<Bought<T>, ToolError> {
    let charged = sound.charged;
    let carried = carrier.carry(sound).await?;
    Ok(Bought {
        value: value(carried.file),
        blocks: carried.block.into_iter().collect(),
        charged,
    })
}
