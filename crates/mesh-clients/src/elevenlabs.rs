//! Speech, sounds, transcripts and voices: <https://elevenlabs.io/docs/api-reference>.

mod client;
mod create_voice;
mod design_voice;
mod error;
mod isolate_audio;
mod models;
mod multipart;
mod residency;
mod sound;
mod sound_generation;
mod speech_to_speech;
mod speech_to_text;
mod subscription;
mod text_to_speech;
mod voice;
mod voice_clone;
mod voice_library;
mod voices;

pub use client::ElevenLabs;
pub use create_voice::NewVoiceRequest;
pub use design_voice::{Preview, Previews, VoiceDesign};
pub use error::{Charge, ElevenLabsError};
pub use models::{Language, Model};
pub use multipart::Upload;
pub use residency::{Residency, UnknownResidency};
pub use sound::Sound;
pub use sound_generation::SoundEffect;
pub use speech_to_speech::VoiceChange;
pub use speech_to_text::{Heard, Transcript, Transcription, Word};
pub use subscription::{CreditExtension, Subscription};
pub use text_to_speech::{Speech, VoiceSettings};
pub use voice::{FineTuning, Voice};
pub use voice_clone::{NewVoice, VoiceClone};
pub use voice_library::{LibraryPage, LibraryQuery, LibraryVoice, SpokenLanguage};
pub use voices::{VoicePage, VoiceQuery};
