use mesh_clients::elevenlabs::{ElevenLabsError, SoundEffect, Speech};
use mesh_fakes::elevenlabs::{KEY, PREMADE_VOICE, audio};
use serde_json::json;

use super::{TEXT, World, soon, speech, whole};

#[tokio::test]
async fn a_text_is_spoken_and_its_cost_is_told() {
    let world = World::new().await;
    let sound = world.speak(soon()).await.expect("spoken");
    assert_eq!(sound.media_type, "audio/mpeg");
    assert_eq!(sound.charged, Some(36));
    let bytes = whole(sound).await.expect("whole");
    assert_eq!(bytes, audio(TEXT, PREMADE_VOICE, "mp3_44100_128"));
    assert_eq!(world.fake.credits_used(), 36);
    let sent = &world.fake.requests()[0];
    assert_eq!(sent.path, format!("/v1/text-to-speech/{PREMADE_VOICE}"));
    assert_eq!(sent.query["output_format"], "mp3_44100_128");
    assert_eq!(sent.headers["xi-api-key"], KEY);
    let body = json!({
        "text": TEXT, "model_id": "eleven_multilingual_v2",
        "voice_settings": {
            "stability": 0.5, "similarity_boost": 0.75, "style": 0.0, "use_speaker_boost": true, "speed": 1.0,
        },
    });
    assert_eq!(sent.json(), body);
}

#[tokio::test]
async fn a_language_is_sent_where_one_is_given_and_half_a_credit_is_rounded_up() {
    let world = World::new().await;
    let speech = Speech {
        text: "Jó napot!".to_owned(),
        language_code: Some("hu".to_owned()),
        model_id: "eleven_flash_v2_5".to_owned(),
        output_format: "ulaw_8000".to_owned(),
        ..speech()
    };
    let sound = world.client.text_to_speech(&world.key, &speech, soon());
    let sound = sound.await.expect("spoken");
    assert_eq!(sound.media_type, "application/octet-stream");
    assert_eq!(sound.charged, Some(5));
    assert_eq!(whole(sound).await.expect("whole").len(), 4_800);
    assert_eq!(world.fake.requests()[0].json()["language_code"], "hu");
}

#[tokio::test]
async fn a_sound_is_made_as_long_as_it_was_asked_for() {
    let world = World::new().await;
    let mut effect = SoundEffect {
        text: "rain on tin".to_owned(),
        duration_seconds: Some(2.0),
        is_loop: true,
        output_format: "pcm_16000".to_owned(),
    };
    let sound = world.client.sound_effect(&world.key, &effect, soon());
    let sound = sound.await.expect("made");
    assert_eq!(
        (sound.media_type.as_str(), sound.charged),
        ("audio/pcm", Some(80))
    );
    assert_eq!(whole(sound).await.expect("whole").len(), 64_000);
    effect.duration_seconds = None;
    let sound = world.client.sound_effect(&world.key, &effect, soon());
    assert_eq!(sound.await.expect("made").charged, Some(200));
    let requests = world.fake.requests();
    assert_eq!(requests[0].path, "/v1/sound-generation");
    assert_eq!(requests[0].query["output_format"], "pcm_16000");
    let body = json!({"text": "rain on tin", "loop": true, "duration_seconds": 2.0});
    assert_eq!(requests[0].json(), body);
    assert_eq!(
        requests[1].json(),
        json!({"text": "rain on tin", "loop": true})
    );
}

#[tokio::test]
async fn a_text_beyond_the_model_says_so_and_nothing_of_itself() {
    let world = World::new().await;
    let speech = Speech {
        text: TEXT.repeat(300),
        ..speech()
    };
    let error = world.client.text_to_speech(&world.key, &speech, soon());
    let expected =
        "it does not take the request: status 400, code `max_character_limit_exceeded`, field none";
    assert_eq!(error.await.expect_err("too long").to_string(), expected);
}

#[tokio::test]
async fn a_format_of_a_larger_plan_needs_that_plan() {
    let world = World::new().await;
    let speech = Speech {
        output_format: "pcm_44100".to_owned(),
        ..speech()
    };
    let error = world.client.text_to_speech(&world.key, &speech, soon());
    let Err(ElevenLabsError::PlanRequired(status)) = error.await else {
        panic!("it was spoken");
    };
    assert_eq!(status, "`output_format_not_allowed`");
    assert_eq!(world.fake.credits_used(), 0);
}

#[tokio::test]
async fn an_id_that_is_a_path_is_not_sent() {
    let world = World::new().await;
    let speech = Speech {
        voice_id: "..".to_owned(),
        ..speech()
    };
    let error = world.client.text_to_speech(&world.key, &speech, soon());
    assert!(matches!(error.await, Err(ElevenLabsError::BadRequest(_))));
    assert_eq!(world.fake.requests().len(), 0);
}
