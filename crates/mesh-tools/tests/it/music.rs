//! The tools of music before an ElevenLabs that keeps songs and counts credits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mesh_core::Host;
use mesh_fakes::elevenlabs::FakeElevenLabs;
use mesh_fakes::s3::{BUCKET, FakeS3};
use mesh_tools::audio::Folder;
use mesh_tools::{Block, Family, Reply, ToolError};
use serde_json::{Value, json};

use crate::bucket::bucket;
use crate::support::Server;
use crate::vendors::beside_elevenlabs;

const FILM: &[u8] = b"\0\0\0\x18ftypisom";

async fn beside(fake: &FakeElevenLabs) -> Server {
    beside_elevenlabs(fake, Family::Music).await
}

/// The answer to a call that a person agrees to.
async fn agreed(server: &Server, tool: &str, asked: Value) -> Result<Reply, ToolError> {
    let permit = server.view.permit(tool).expect("the tool is listed");
    let permit = permit.confirmed_by(Box::new(|_| Box::pin(async { Ok(()) })));
    permit.call(asked, server.context()).await
}

async fn plan(server: &Server) -> Value {
    let asked = json!({"prompt": "A calm morning.", "music_length_ms": 4000});
    let planned = server.call("create_composition_plan", asked).await;
    planned["compositionPlan"].clone()
}

#[tokio::test]
async fn music_is_paid_once_and_is_in_the_answer() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let asked = json!({"prompt": "A calm morning.", "music_length_ms": 4000});
    let reply = server.reply("compose_music", asked.clone()).await;
    let reply = reply.expect("music");
    let composed = reply.structured.expect("structured content");
    assert_eq!(composed["modelId"], "music_v2");
    assert_eq!(composed["cost"]["creditsEstimated"], 100);
    assert_eq!(composed["cost"]["creditsCharged"], 100);
    assert_eq!(composed.get("songId"), None);
    let Some(Block::Resource(sound)) = reply.blocks.get(1) else {
        panic!("a sound: {:?}", reply.blocks.len());
    };
    assert_eq!(composed["sound"]["uri"], sound.uri.as_str());
    assert_eq!(composed["sound"]["mediaType"], "audio/mpeg");
    assert_eq!(composed["sound"]["bytes"], 64_000, "128 kbit/s");
    assert!(
        server.view.template("elevenlabs://{id}").is_some(),
        "its sounds can be read"
    );
    let again = server.reply("compose_music", asked).await.expect("music");
    let again = again.structured.expect("structured content");
    assert_eq!(again["replayed"], true);
    assert_eq!(fake.credits_used(), 100);
}

#[tokio::test]
async fn a_plan_costs_nothing_and_its_length_is_the_music_s() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let plan = plan(&server).await;
    assert_eq!(plan["chunks"][0]["duration_ms"], 4000);
    assert_eq!(fake.credits_used(), 0);
    let asked = json!({"composition_plan": plan, "store_for_inpainting": true});
    let reply = server.reply("compose_music", asked).await.expect("music");
    let composed = reply.structured.expect("structured content");
    assert_eq!(composed["cost"]["creditsEstimated"], 100);
    assert!(composed["songId"].is_string(), "{composed}");
}

#[tokio::test]
async fn each_model_of_elevenlabs_is_one_here() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    for model in ["music_v1", "music_v2", "music_v2_5"] {
        let asked = json!({"prompt": "A", "music_length_ms": 4_000, "model_id": model});
        let composed = server.call("compose_music", asked).await;
        assert_eq!(composed["modelId"], model);
        let sent = fake.requests().pop().expect("it was asked");
        assert_eq!(sent.json()["model_id"], model);
    }
}

#[tokio::test]
async fn what_is_not_plain_or_would_not_fit_costs_nothing() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let plan = plan(&server).await;
    let cases = [
        (json!({}), "exactly one of `prompt` and `composition_plan`"),
        (
            json!({"prompt": "A", "composition_plan": plan}),
            "exactly one of `prompt` and `composition_plan`",
        ),
        (
            json!({"composition_plan": plan, "music_length_ms": 5000}),
            "a plan has its own length",
        ),
        (
            json!({"prompt": "A", "music_length_ms": 1}),
            "music_length_ms",
        ),
        (
            json!({"composition_plan": {"chunks": [{"duration_ms": 9_000_000}]}}),
            "nothing was spent",
        ),
    ];
    for (asked, told) in cases {
        let refused = agreed(&server, "compose_music", asked).await;
        let refused = refused.expect_err("a refusal");
        assert!(matches!(refused, ToolError::InvalidArguments(_)));
        assert!(refused.to_string().contains(told), "{refused}");
    }
    assert_eq!(fake.credits_used(), 0);
}

#[tokio::test]
async fn much_music_is_made_once_somebody_has_agreed() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let permit = server.view.permit("compose_music").expect("listed");
    let asked = json!({"prompt": "A long night.", "music_length_ms": 60_000});
    let declined = permit.confirmed_by(Box::new(|unconfirmed| {
        assert_eq!(
            unconfirmed.consent.0,
            "Composes music, for about 1500 credits of the ElevenLabs account."
        );
        Box::pin(async { Err(ToolError::Declined) })
    }));
    let refused = declined.call(asked, server.context()).await;
    assert!(matches!(refused, Err(ToolError::Declined)), "{refused:?}");
    assert_eq!(fake.credits_used(), 0);
}

#[tokio::test]
async fn what_nobody_knows_the_cost_of_is_made_once_somebody_has_agreed() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let video = format!("data:video/mp4;base64,{}", STANDARD.encode(FILM));
    for (tool, asked, told) in [
        (
            "compose_music",
            json!({"prompt": "A long night."}),
            "Composes music.",
        ),
        (
            "video_to_music",
            json!({"input_file_paths": [video]}),
            "Makes music for videos.",
        ),
        (
            "upload_music_for_inpainting",
            json!({"audio_base64": STANDARD.encode(FILM)}),
            "Keeps music at ElevenLabs.",
        ),
    ] {
        let permit = server.view.permit(tool).expect("listed");
        let declined = permit.confirmed_by(Box::new(move |unconfirmed| {
            let consent = unconfirmed.consent.0;
            let rest = consent.strip_prefix(told);
            assert_eq!(
                rest,
                Some(" How many credits of the ElevenLabs account that takes is not known before.")
            );
            Box::pin(async { Err(ToolError::Declined) })
        }));
        let refused = declined.call(asked, server.context()).await;
        assert!(matches!(refused, Err(ToolError::Declined)), "{refused:?}");
    }
    assert_eq!(fake.credits_used(), 0);
}

#[tokio::test]
async fn a_length_that_nobody_knows_needs_a_place_that_holds_any() {
    let fake = FakeElevenLabs::start().await;
    let mut server = beside(&fake).await;
    server.services.host = Host::Lambda;
    let video = format!("data:video/mp4;base64,{}", STANDARD.encode(FILM));
    let calls = [
        ("compose_music", json!({"prompt": "A long night."})),
        ("video_to_music", json!({"input_file_paths": [video]})),
    ];
    for (tool, asked) in &calls {
        let refused = agreed(&server, tool, asked.clone()).await;
        let told = refused.expect_err("a refusal").to_string();
        assert!(told.contains("`MESH_AUDIO_BUCKET`"), "{told}");
        assert!(told.ends_with("nothing was spent"), "{told}");
    }
    assert_eq!(fake.credits_used(), 0);
    let s3 = FakeS3::start().await;
    server.services.voice.bucket = Some(bucket(&s3.base(), BUCKET));
    for (tool, asked) in calls {
        agreed(&server, tool, asked).await.expect("a place");
    }
}

#[tokio::test]
async fn videos_of_the_folder_and_of_the_call_are_sent_in_their_order() {
    let fake = FakeElevenLabs::start().await;
    let mut server = beside(&fake).await;
    let folder = tempfile::tempdir().expect("a folder");
    let film = [FILM, &[1; 40]].concat();
    let other = [FILM, &[2; 40]].concat();
    std::fs::write(folder.path().join("film.mp4"), &film).expect("written");
    let data = format!("data:video/mp4;base64,{}", STANDARD.encode(&other));
    let asked = json!({"input_file_paths": ["film.mp4", data], "tags": ["calm"]});
    let refused = agreed(&server, "video_to_music", asked.clone()).await;
    let refused = refused.expect_err("a refusal");
    assert_eq!(
        refused.to_string(),
        "`input_file_paths`: this server has no files of yours: send each as a `data:` address"
    );
    server.services.voice.folder = Some(Folder::new(folder.path().to_owned()));
    server.services.voice.reads_files = true;
    let reply = agreed(&server, "video_to_music", asked)
        .await
        .expect("music");
    let scored = reply.structured.expect("structured content");
    assert_eq!(scored["cost"]["creditsCharged"], 100);
    let asked = fake.requests().pop().expect("it was asked");
    assert_eq!(asked.path, "/v1/music/video-to-music");
    assert_eq!(asked.query["output_format"], "mp3_44100_128");
    let parts = asked.parts().await;
    let videos: Vec<_> = parts.iter().filter(|part| part.name == "videos").collect();
    assert_eq!(
        [&videos[0].bytes[..], &videos[1].bytes[..]],
        [&film[..], &other]
    );
    assert_eq!(videos[0].media_type.as_deref(), Some("video/mp4"));
}

#[tokio::test]
async fn a_recording_is_kept_and_planned_where_a_plan_is_wanted() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let song = STANDARD.encode([b"ID3".as_slice(), &[1; 64]].concat());
    let keep = async |asked: Value| {
        let kept = agreed(&server, "upload_music_for_inpainting", asked).await;
        kept.expect("kept").structured.expect("structured content")
    };
    let kept = keep(json!({"audio_base64": song})).await;
    assert!(kept["songId"].is_string(), "{kept}");
    assert!(kept["compositionPlan"]["chunks"].is_array(), "{kept}");
    let asked = json!({"audio_base64": song, "extract_composition_plan": "none"});
    let kept = keep(asked).await;
    assert!(kept["songId"].is_string(), "{kept}");
    assert_eq!(kept.get("compositionPlan"), None);
}
