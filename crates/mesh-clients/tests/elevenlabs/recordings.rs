use bytes::Bytes;
use mesh_clients::elevenlabs::{Heard, Transcription, Upload, VoiceChange, Word};
use mesh_fakes::elevenlabs::{Part, TRAINED_VOICE};

use super::{World, soon, upload, whole};

fn field(name: &str, value: &str) -> Part {
    Part {
        name: name.to_owned(),
        file_name: None,
        media_type: None,
        bytes: Bytes::copy_from_slice(value.as_bytes()),
    }
}

fn file(name: &str, file: &Upload) -> Part {
    Part {
        name: name.to_owned(),
        file_name: Some(file.name.clone()),
        media_type: file.media_type.clone(),
        bytes: file.bytes.clone(),
    }
}

#[tokio::test]
async fn a_recording_is_said_in_another_voice() {
    let world = World::new().await;
    let request = VoiceChange {
        voice_id: TRAINED_VOICE.to_owned(),
        model_id: "eleven_multilingual_sts_v2".to_owned(),
        output_format: None,
        audio: upload("memo.mp3", b"ID3 memo"),
    };
    let sound = world.client.speech_to_speech(&world.key, &request, soon());
    let sound = sound.await.expect("said");
    assert_eq!(sound.charged, Some(1_000));
    assert_eq!(whole(sound).await.expect("whole").len(), 32_000);
    let sent = &world.fake.requests()[0];
    assert_eq!(sent.path, format!("/v1/voice-changer/{TRAINED_VOICE}"));
    assert!(sent.query.is_empty(), "{:?}", sent.query);
    let parts = [
        field("model_id", "eleven_multilingual_sts_v2"),
        file("audio", &request.audio),
    ];
    assert_eq!(sent.parts().await, parts);
}

#[tokio::test]
async fn a_voice_is_isolated_from_a_recording_whatever_is_in_it() {
    let world = World::new().await;
    let audio = upload("a.mp3", b"ID3\r\n--mesh-0--\r\n\0\xff");
    let sound = world.client.isolate_audio(&world.key, &audio, soon());
    assert_eq!(sound.await.expect("isolated").charged, Some(1_000));
    let sent = &world.fake.requests()[0];
    assert_eq!(sent.path, "/v1/audio-isolation");
    assert_eq!(sent.parts().await, [file("audio", &audio)]);
}

#[tokio::test]
async fn a_name_and_a_type_do_not_leave_their_part_of_the_form() {
    let world = World::new().await;
    let mut audio = upload("a\"\r\nb: c.mp3", b"ID3");
    audio.media_type = Some("audio/mpeg\r\nx: y".to_owned());
    let sound = world.client.isolate_audio(&world.key, &audio, soon());
    sound.await.expect("isolated");
    let parts = world.fake.requests()[0].parts().await;
    assert_eq!(parts.len(), 1, "{parts:?}");
    assert_eq!(parts[0].file_name.as_deref(), Some("a%22%0D%0Ab: c.mp3"));
    let unknown = Some("application/octet-stream");
    assert_eq!(parts[0].media_type.as_deref(), unknown);
}

#[tokio::test]
async fn a_recording_is_transcribed_word_by_word() {
    let world = World::new().await;
    let audio = upload("good morning.mp3", b"ID3 morning");
    let request = Transcription {
        source: Heard::Upload(audio.clone()),
        model_id: "scribe_v2".to_owned(),
        language_code: Some("deu".to_owned()),
        diarize: true,
        tag_audio_events: true,
    };
    let transcript = world.client.speech_to_text(&world.key, &request, soon());
    let transcript = transcript.await.expect("transcribed");
    assert_eq!(transcript.text, "good morning mp3");
    assert_eq!(transcript.language_code, "deu");
    assert_eq!(transcript.audio_duration_secs, Some(3.0));
    assert_eq!(transcript.words.len(), 5);
    let second = Word {
        text: "morning".to_owned(),
        kind: "word".to_owned(),
        start: Some(1.0),
        end: Some(1.9),
        speaker_id: Some("speaker_1".to_owned()),
    };
    assert_eq!(transcript.words[2], second);
    let sent = &world.fake.requests()[0];
    assert_eq!(sent.path, "/v1/speech-to-text");
    let parts = [
        field("model_id", "scribe_v2"),
        field("language_code", "deu"),
        field("diarize", "true"),
        field("tag_audio_events", "true"),
        file("file", &audio),
    ];
    assert_eq!(sent.parts().await, parts);
}

#[tokio::test]
async fn a_recording_at_an_address_is_fetched_by_the_vendor() {
    let world = World::new().await;
    let request = Transcription {
        source: Heard::Url("https://example.com/memo".to_owned()),
        model_id: "scribe_v2".to_owned(),
        language_code: None,
        diarize: false,
        tag_audio_events: false,
    };
    let transcript = world.client.speech_to_text(&world.key, &request, soon());
    let transcript = transcript.await.expect("transcribed");
    assert_eq!(transcript.language_code, "eng");
    assert_eq!(transcript.words[0].speaker_id, None);
    let parts = [
        field("model_id", "scribe_v2"),
        field("diarize", "false"),
        field("tag_audio_events", "false"),
        field("source_url", "https://example.com/memo"),
    ];
    assert_eq!(world.fake.requests()[0].parts().await, parts);
}
