use mesh_clients::elevenlabs::{
    Composition, ElevenLabsError, MusicSource, PlanRequest, UploadedMusic, VideoScore,
};
use mesh_fakes::elevenlabs::{Behaviour, Operation};
use serde_json::json;

use super::{World, soon, upload, whole};

fn composition(source: MusicSource) -> Composition {
    Composition {
        source,
        model_id: "music_v2".to_owned(),
        force_instrumental: true,
        store_for_inpainting: false,
        seed: Some(7),
        output_format: None,
    }
}

#[tokio::test]
async fn music_is_made_of_a_prompt_and_kept_where_it_was_asked_for() {
    let world = World::new().await;
    let mut composition = composition(MusicSource::Prompt {
        prompt: "slow rain".to_owned(),
        music_length_ms: Some(3_000),
    });
    let music = world
        .client
        .compose_music(&world.key, &composition, soon())
        .await;
    let music = music.expect("made");
    assert_eq!((music.sound.charged, music.song_id), (Some(75), None));
    assert_eq!(whole(music.sound).await.expect("whole").len(), 72_000);
    let body = json!({
        "prompt": "slow rain", "music_length_ms": 3_000, "model_id": "music_v2", "seed": 7,
        "force_instrumental": true,
    });
    assert_eq!(world.fake.requests()[0].json(), body);
    composition.store_for_inpainting = true;
    let music = world
        .client
        .compose_music(&world.key, &composition, soon())
        .await;
    assert!(music.expect("made").song_id.is_some());
}

#[tokio::test]
async fn a_plan_costs_nothing_and_becomes_music() {
    let world = World::new().await;
    let request = PlanRequest {
        prompt: "slow rain".to_owned(),
        music_length_ms: Some(4_000),
        source_composition_plan: None,
        model_id: "music_v2".to_owned(),
    };
    world
        .fake
        .next(Operation::CompositionPlan, Behaviour::Reset);
    let plan = world
        .client
        .composition_plan(&world.key, &request, soon())
        .await;
    let plan = plan.expect("the second time");
    assert_eq!(world.fake.credits_used(), 0);
    let composition = composition(MusicSource::Plan(plan.clone()));
    let music = world
        .client
        .compose_music(&world.key, &composition, soon())
        .await;
    assert_eq!(music.expect("made").sound.charged, Some(100));
    assert_eq!(world.fake.requests()[2].json()["composition_plan"], plan);
}

#[tokio::test]
async fn music_is_made_for_videos() {
    let world = World::new().await;
    let score = VideoScore {
        videos: vec![upload("one.mp4", b"ftyp 1"), upload("two.mp4", b"ftyp 2")],
        description: Some("Build up.".to_owned()),
        tags: vec!["cinematic".to_owned(), "warm".to_owned()],
        model_id: "music_v2".to_owned(),
        output_format: Some("mp3_44100_64".to_owned()),
    };
    let music = world
        .client
        .video_to_music(&world.key, &score, soon())
        .await;
    assert_eq!(music.expect("made").charged, Some(100));
    let request = &world.fake.requests()[0];
    assert_eq!(request.query["output_format"], "mp3_44100_64");
    let parts = request.parts().await;
    let parts = parts.iter().map(|part| (part.name.as_str(), part.text()));
    let expected = [
        ("description", "Build up."),
        ("tags", "cinematic"),
        ("tags", "warm"),
        ("model_id", "music_v2"),
        ("videos", "ftyp 1"),
        ("videos", "ftyp 2"),
    ];
    let expected = expected.map(|(name, value)| (name, value.to_owned()));
    assert_eq!(parts.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn music_that_was_uploaded_can_be_taken_into_a_plan() {
    let world = World::new().await;
    let music = UploadedMusic {
        file: upload("song.mp3", b"ID3 song"),
        extract_composition_plan: Some("music_v1".to_owned()),
    };
    let song = world.client.upload_music(&world.key, &music, soon()).await;
    let song = song.expect("kept");
    let plan = song.composition_plan.expect("a plan");
    assert_eq!(plan["sections"][0]["duration_ms"], 10_000);
    let part_of = |song: &str| {
        let range = json!({"start_ms": 0, "end_ms": 4_000});
        composition(MusicSource::Plan(
            json!({"chunks": [{"song_id": song, "range": range}]}),
        ))
    };
    let composition = part_of(&song.song_id);
    let made = world
        .client
        .compose_music(&world.key, &composition, soon())
        .await;
    made.expect("made");
    let composition = part_of("song_no");
    let made = world
        .client
        .compose_music(&world.key, &composition, soon())
        .await;
    assert!(matches!(made, Err(ElevenLabsError::NotFound)), "{made:?}");
}
