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
use crate::audio::{Carrier, Length, MAX_BASE64, Recording, SoundFile, fits, refuse_too_long};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate};

/// What every tool of the family needs.
pub(crate) const NEEDS: Needs = Needs::All(&[
    Needs::On(Family::Voice),
    Needs::Secret(Parameter::ElevenLabsApiKey),
]);

/// The default of a switch that is on.
pub(crate) const fn yes() -> bool {
    true
}

/// People speak about so many letters a second, and so many signs that are a syllable or more each.
const LETTERS_PER_SECOND: f64 = 15.0;
const SYLLABLES_PER_SECOND: f64 = 4.5;

/// How long it takes about to say a text.
fn seconds_of(text: &str) -> f64 {
    let syllables = text.chars().filter(|sign| is_syllable(*sign)).count();
    let letters = text.chars().count() - syllables;
    letters as f64 / LETTERS_PER_SECOND + syllables as f64 / SYLLABLES_PER_SECOND
}

/// Kana, Han and Hangul, by their blocks in Unicode.
const fn is_syllable(sign: char) -> bool {
    matches!(sign,
        '\u{3041}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A minute of a recording that is made into another costs so many credits, on every plan.
const CREDITS_PER_CHANGED_MINUTE: f64 = 1_000.0;
/// A minute that is written down, on the plan that has the fewest for its credits: 2.5 hours for 10,000
/// (<https://elevenlabs.io/docs/capabilities/speech-to-text>, Pricing). Others have up to three times as many.
const CREDITS_PER_WRITTEN_MINUTE: f64 = 70.0;

fn credits(seconds: f64, per_minute: f64) -> u64 {
    (seconds / 60.0 * per_minute).ceil() as u64
}

fn estimate_of_change(recording: &Recording) -> Estimate {
    let length = recording.length();
    let credits = credits(length.about(), CREDITS_PER_CHANGED_MINUTE);
    match length {
        Length::Measured(_) => Estimate::Close(credits),
        Length::Guessed { .. } => Estimate::Rough(credits),
    }
}

fn estimate_of_transcript(recording: &Recording) -> Estimate {
    let seconds = recording.length().about();
    Estimate::Rough(credits(seconds, CREDITS_PER_WRITTEN_MINUTE))
}

/// What a person agrees to before a long recording is changed, or one whose sound may have no place.
fn consent_to_change(services: &Services, length: Length, what: &str) -> Option<Consent> {
    let most = credits(length.at_most(), CREDITS_PER_CHANGED_MINUTE);
    match length {
        Length::Guessed { at_most, .. } if !fits(services, at_most) => Some(Consent(format!(
            "{what}, for up to about {most} credits of the ElevenLabs account. Nobody knows before how long it is: the sound may \
             not fit into the answer, and would be lost and paid."
        ))),
        _ => services.consent_up_to(most, what),
    }
}

/// What a person agrees to before a long recording is written down.
fn consent_to_transcript(services: &Services, length: Length, what: &str) -> Option<Consent> {
    let most = credits(length.at_most(), CREDITS_PER_WRITTEN_MINUTE);
    services.consent_up_to(most, what)
}

/// Of a recording that is not read yet; none where there is none, or not one.
fn length(
    services: &Services,
    path: Option<&Text<1_000>>,
    base64: Option<&Text<MAX_BASE64>>,
) -> Option<Length> {
    match (path, base64) {
        (Some(path), None) => {
            let voice = &services.voice;
            let folder = voice.folder.as_ref().filter(|_| voice.reads_files)?;
            folder.length(path.as_str())
        }
        (None, Some(base64)) => Recording::length_in_base64(base64.as_str()),
        _ => None,
    }
}

/// A recording that is changed stays as long as it is: where that is known, would not fit into an answer, and there is no bucket for
/// it, it is refused before it is paid.
fn refuse_long(cx: &Context<'_>, recording: &Recording) -> Result<(), ToolError> {
    match (recording.length(), &cx.services.voice.bucket) {
        (Length::Measured(seconds), None) => refuse_too_long(cx, seconds.ceil() as u64),
        _ => Ok(()),
    }
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
        blocks: carried.blocks,
        charged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_as_long_as_its_script_does() {
        for (sign, seconds) in [
            ("a", 6.0),
            ("é", 6.0),
            ("が", 20.0),
            ("漢", 20.0),
            ("글", 20.0),
        ] {
            assert_eq!(seconds_of(&sign.repeat(90)), seconds, "{sign}");
        }
        assert_eq!(
            seconds_of(&format!("{}{}", "漢".repeat(9), "a".repeat(15))),
            3.0
        );
    }
}
