//! What each operation sends and gives, and what becomes of each fault, against a server that answers as ElevenLabs does.

mod account;
mod agents;
mod bodies;
mod conversations;
mod faults;
mod music;
mod recordings;
mod sounds;
mod voices;
mod workspace;

use std::time::{Duration, Instant};

use bytes::Bytes;
use mesh_clients::elevenlabs::{ElevenLabs, ElevenLabsError, Sound, Speech, Upload, VoiceSettings};
use mesh_core::{Deadline, Secret};
use mesh_fakes::elevenlabs::{Behaviour, FakeElevenLabs, KEY, Operation, PREMADE_VOICE};
use mesh_http::{HttpClient, Roots};

/// What is said, and must not be repeated by an error.
const TEXT: &str = "The vermilion parcel leaves at nine.";

/// A fake and a client of it.
struct World {
    fake: FakeElevenLabs,
    client: ElevenLabs,
    key: Secret,
}

impl World {
    async fn new() -> Self {
        let fake = FakeElevenLabs::start().await;
        let http = HttpClient::new(Roots::compiled_in());
        let client = ElevenLabs::new(http, &fake.base()).expect("an address of this machine");
        Self {
            fake,
            client,
            key: Secret::new(KEY),
        }
    }

    /// Whose speech behaves so the next time.
    async fn speaking(behaviour: Behaviour) -> Self {
        let world = Self::new().await;
        world.fake.next(Operation::TextToSpeech, behaviour);
        world
    }

    async fn speak(&self, within: Deadline) -> Result<Sound, ElevenLabsError> {
        let speech = speech();
        self.client.text_to_speech(&self.key, &speech, within).await
    }
}

fn speech() -> Speech {
    Speech {
        voice_id: PREMADE_VOICE.to_owned(),
        text: TEXT.to_owned(),
        model_id: "eleven_multilingual_v2".to_owned(),
        output_format: "mp3_44100_128".to_owned(),
        language_code: None,
        settings: VoiceSettings {
            stability: 0.5,
            similarity_boost: 0.75,
            style: 0.0,
            use_speaker_boost: true,
            speed: 1.0,
        },
    }
}

fn upload(name: &str, bytes: &'static [u8]) -> Upload {
    Upload {
        name: name.to_owned(),
        media_type: Some("audio/mpeg".to_owned()),
        bytes: Bytes::from_static(bytes),
    }
}

/// All of a sound.
async fn whole(mut sound: Sound) -> Result<Vec<u8>, ElevenLabsError> {
    let mut whole = Vec::new();
    while let Some(chunk) = sound.chunk().await? {
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

/// What an error shows to anybody.
fn shown(error: &ElevenLabsError) -> String {
    format!("{error:?} {error}")
}

fn millis(millis: u64) -> Deadline {
    Deadline::after(Instant::now(), Duration::from_millis(millis))
}

fn soon() -> Deadline {
    millis(5_000)
}
