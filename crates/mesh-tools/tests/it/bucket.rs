//! Sounds in a bucket, beside an ElevenLabs that counts credits and an S3 that keeps what it is given.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mesh_aws::Aws;
use mesh_core::{Caller, Host};
use mesh_fakes::elevenlabs::{Behaviour, FakeElevenLabs, Operation, PREMADE_VOICE, audio};
use mesh_fakes::s3::{BUCKET, FakeS3};
use mesh_tools::audio::{Bucket, OutputMode};
use mesh_tools::registry::CATALOG;
use mesh_tools::reply::{Body, Content, Link};
use mesh_tools::{Block, Family, Reply, ToolError};
use serde_json::{Value, json};

use crate::support::Server;
use crate::vendors::beside_elevenlabs;

const TEXT: &str = "The quarterly numbers are confidential.";
/// As long as the text, a credit a character.
const COST: u64 = 39;

pub(crate) fn bucket(base: &str, name: &str) -> Bucket {
    let aws = Aws::from_environment(&|variable| {
        let value = match variable {
            "AWS_REGION" => "us-east-2",
            "AWS_ACCESS_KEY_ID" => "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY" => "example-secret",
            "AWS_ENDPOINT_URL_S3" => base,
            _ => return None,
        };
        Some(value.to_owned())
    });
    let aws = aws.expect("all are set");
    Bucket::new(mesh_aws::Bucket::new(&aws, name).expect("a name"))
}

/// A function's environment: there may be several over one bucket.
async fn environment(fake: &FakeElevenLabs, bucket: Bucket, mode: OutputMode) -> Server {
    let mut server = beside_elevenlabs(fake, Family::Voice).await;
    server.services.host = Host::Lambda;
    server.services.voice.bucket = Some(bucket);
    server.services.voice.mode = mode;
    server
}

async fn linking(fake: &FakeElevenLabs, s3: &FakeS3) -> Server {
    environment(fake, bucket(&s3.base(), BUCKET), OutputMode::Link).await
}

async fn speak(server: &Server, arguments: Value) -> Result<Reply, ToolError> {
    speak_as(server, Caller::Local, arguments).await
}

async fn speak_as(server: &Server, caller: Caller, arguments: Value) -> Result<Reply, ToolError> {
    let mut cx = server.context();
    cx.request.caller = caller;
    let mut asked = json!({"text": TEXT});
    for (name, value) in arguments.as_object().expect("arguments") {
        asked[name] = value.clone();
    }
    server.reply_to(cx, "text_to_speech", asked).await
}

/// The one link of an answer, and what is structured in it.
fn link(reply: Reply) -> (Link, Value) {
    let structured = reply.structured.expect("structured content");
    let text = Block::Text(structured.to_string());
    let [told, Block::Link(link)] = reply.blocks.as_slice() else {
        panic!("a text and a link: {:?}", reply.blocks);
    };
    assert_eq!(*told, text);
    (link.clone(), structured)
}

async fn read_as(server: &Server, caller: Caller, uri: &str) -> Result<Content, ToolError> {
    let mut cx = server.context();
    cx.request.caller = caller;
    let template = CATALOG
        .templates
        .iter()
        .find(|template| template.prefix == "elevenlabs://")
        .expect("the template of sounds");
    let named = template.named_in(uri).expect("an address of it");
    (template.read)(cx, named).await
}

#[tokio::test]
async fn a_sound_is_kept_and_answered_by_its_address() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let server = linking(&fake, &s3).await;
    let (link, told) = link(speak(&server, json!({})).await.expect("spoken"));
    let sound = audio(TEXT, PREMADE_VOICE, "mp3_44100_128");
    let stored = s3.behind(&link.uri).expect("it is there, and signed");
    assert_eq!(stored.bytes, sound);
    assert_eq!(stored.media_type, "audio/mpeg");
    assert_eq!(
        (link.media_type.as_str(), link.bytes),
        ("audio/mpeg", sound.len() as u64)
    );
    assert!(link.uri.contains("X-Amz-Expires=900&"), "{}", link.uri);
    let uri = format!("elevenlabs://{}", link.name);
    assert_eq!(
        told["sound"],
        json!({
            "uri": uri, "url": link.uri, "urlExpiresAt": link.until,
            "mediaType": "audio/mpeg", "bytes": sound.len(),
        })
    );
    let id = link.name.strip_suffix(".mp3").expect("its format");
    assert!(id.len() == 24 && !link.uri.contains(id), "{}", link.uri);

    // In any environment, for who called.
    let another = linking(&fake, &s3).await;
    let read = read_as(&another, Caller::Local, &uri).await.expect("read");
    assert_eq!(read.body, Body::Blob(STANDARD.encode(&sound)));
    assert_eq!(read.media_type, "audio/mpeg");
    let stranger = read_as(&another, Caller::Bearer, &uri).await;
    assert!(
        matches!(stranger, Err(ToolError::NotFound(_))),
        "{stranger:?}"
    );
}

#[tokio::test]
async fn nobody_is_asked_for_what_another_environment_has_paid_for() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let mut first = linking(&fake, &s3).await;
    first.services.voice.confirm_above = 0;
    let permit = first.view.permit("text_to_speech").expect("listed");
    let permit = permit.confirmed_by(Box::new(|_| Box::pin(async { Ok(()) })));
    let spoken = permit.call(json!({"text": TEXT}), first.context()).await;
    spoken.expect("spoken");
    let mut another = linking(&fake, &s3).await;
    another.services.voice.confirm_above = 0;
    let (_, told) = link(speak(&another, json!({})).await.expect("nobody is asked"));
    assert_eq!(told["replayed"], true);
    let fresh = speak(&another, json!({"fresh": true})).await;
    fresh.expect_err("somebody is to be asked");
    assert_eq!(fake.credits_used(), COST);
}

#[tokio::test]
async fn another_environment_answers_the_same_call_without_paying() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let first = linking(&fake, &s3).await;
    let (paid, told) = link(speak(&first, json!({})).await.expect("spoken"));
    assert_eq!(told["replayed"], false);
    let another = linking(&fake, &s3).await;
    for server in [&first, &another, &another] {
        let (again, told) = link(speak(server, json!({})).await.expect("spoken"));
        assert_eq!((&again.name, again.bytes), (&paid.name, paid.bytes));
        assert_eq!(told["sound"]["url"], again.uri);
        assert_eq!(told["replayed"], true);
        assert_eq!(told["cost"]["creditsCharged"], 0);
        assert!(s3.behind(&again.uri).is_some(), "{}", again.uri);
    }
    assert_eq!(fake.credits_used(), COST);
    assert!(
        s3.keys()
            .iter()
            .all(|key| !key.contains("quarterly") && !key.contains("local")),
        "{:?}",
        s3.keys()
    );

    let stranger = speak_as(&another, Caller::Bearer, json!({})).await;
    let (_, told) = link(stranger.expect("spoken"));
    assert_eq!(told["replayed"], false);
    assert_eq!(fake.credits_used(), 2 * COST);
    let (_, told) = link(
        speak(&another, json!({"fresh": true}))
            .await
            .expect("spoken"),
    );
    assert_eq!(told["replayed"], false);
    assert_eq!(fake.credits_used(), 3 * COST);
}

#[tokio::test]
async fn an_answer_with_its_sound_in_it_is_found_by_another_environment_too() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let holding = || environment(&fake, bucket(&s3.base(), BUCKET), OutputMode::Resources);
    let first = speak(&holding().await, json!({})).await.expect("spoken");
    let again = speak(&holding().await, json!({})).await.expect("spoken");
    assert_eq!(first.blocks.len(), 2);
    assert!(matches!(first.blocks[1], Block::Resource(_)));
    assert_eq!(first.blocks[1], again.blocks[1]);
    assert_eq!(
        again.structured.expect("structured content")["replayed"],
        true
    );
    assert_eq!(fake.credits_used(), COST);
}

#[tokio::test]
async fn a_bucket_that_cannot_be_used_costs_nothing() {
    let fake = FakeElevenLabs::start().await;
    let s3 = FakeS3::start().await;
    for (bucket, told) in [
        (bucket(&s3.base(), "elsewhere"), "there is no such bucket"),
        (
            bucket("http://127.0.0.1:1", BUCKET),
            "the bucket could not be reached",
        ),
    ] {
        let server = environment(&fake, bucket, OutputMode::Link).await;
        let refused = speak(&server, json!({})).await.expect_err("refused");
        assert_eq!(
            refused.to_string(),
            format!(
                "the bucket of sounds (`MESH_AUDIO_BUCKET`) cannot be used: {told}; nothing was spent"
            )
        );
    }
    assert_eq!(fake.credits_used(), 0);
}

#[tokio::test]
async fn a_bucket_that_takes_nothing_costs_nothing() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    s3.refuse_writes("");
    let refused = speak(&linking(&fake, &s3).await, json!({})).await;
    assert_eq!(
        refused.expect_err("refused").to_string(),
        "the bucket of sounds (`MESH_AUDIO_BUCKET`) cannot be used: the bucket refused: the role may not write to it \
         (s3:PutObject); nothing was spent"
    );
    let embedding = environment(&fake, bucket(&s3.base(), BUCKET), OutputMode::Resources);
    assert_eq!(fake.credits_used(), 0);
    let spoken = speak(&embedding.await, json!({})).await;
    assert!(matches!(
        spoken.expect("spoken").blocks[1],
        Block::Resource(_)
    ));
}

#[tokio::test]
async fn a_bucket_that_takes_no_sound_leaves_none_and_says_that_it_was_charged() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    s3.refuse_writes("sounds/");
    let server = linking(&fake, &s3).await;
    let refused = speak(&server, json!({})).await.expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "the bucket of sounds (`MESH_AUDIO_BUCKET`): the bucket refused: the role may not write to it (s3:PutObject); it may \
         have been charged, and nothing was kept"
    );
    assert_eq!(fake.credits_used(), COST);
    assert!(s3.keys().iter().all(|key| key.starts_with("answers/")));
}

#[tokio::test]
async fn two_environments_that_are_given_the_same_call_at_once_pay_once() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let (one, other) = (linking(&fake, &s3).await, linking(&fake, &s3).await);
    let fresh = || json!({"fresh": true});
    let (one, other) = tokio::join!(speak(&one, fresh()), speak(&other, fresh()));
    let [one, other] = [one, other].map(|spoken| link(spoken.expect("spoken")));
    assert_eq!(fake.credits_used(), COST);
    assert_eq!(one.0.name, other.0.name);
    assert_ne!(one.1["replayed"], other.1["replayed"]);
}

#[tokio::test]
async fn where_one_of_two_environments_fails_the_other_tells_why_and_pays_nothing() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    fake.next(Operation::TextToSpeech, Behaviour::CutOff);
    let (one, other) = (linking(&fake, &s3).await, linking(&fake, &s3).await);
    let (one, other) = tokio::join!(speak(&one, json!({})), speak(&other, json!({})));
    let mut told = [one, other].map(|refused| refused.expect_err("refused").to_string());
    told.sort_by_key(String::len);
    let [own, others] = &told;
    assert!(own.contains("did not come whole"), "{own}");
    assert_eq!(*others, format!("the first call of the same failed: {own}"));
    let third = linking(&fake, &s3).await;
    let refused = speak(&third, json!({})).await.expect_err("refused");
    assert!(
        refused.to_string().contains("may have been charged"),
        "{refused}"
    );
    assert_eq!(fake.credits_used(), COST);
    let spoken = speak(&third, json!({"fresh": true})).await;
    assert_eq!(link(spoken.expect("spoken")).1["replayed"], false);
}

#[tokio::test]
async fn what_surely_cost_nothing_is_made_again_by_another_environment() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    fake.next(Operation::TextToSpeech, Behaviour::Status(422));
    let first = linking(&fake, &s3).await;
    speak(&first, json!({})).await.expect_err("refused");
    let spoken = speak(&linking(&fake, &s3).await, json!({})).await;
    assert_eq!(link(spoken.expect("spoken")).1["replayed"], false);
}

#[tokio::test]
async fn an_environment_that_is_gone_is_waited_for_no_longer_than_its_deadline() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    fake.next(Operation::TextToSpeech, Behaviour::Stall { ms: 30_000 });
    let gone = linking(&fake, &s3).await;
    let cx = gone.context_for(Duration::from_secs(1));
    let call = gone.reply_to(cx, "text_to_speech", json!({"text": TEXT}));
    let until_asked = async {
        let is_asked = || {
            fake.requests()
                .iter()
                .any(|one| one.path.contains("/text-to-speech/"))
        };
        while !is_asked() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = call => panic!("it hangs: {ended:?}"),
        () = until_asked => {}
    }
    let other = linking(&fake, &s3).await;
    let told = speak(&other, json!({})).await.expect_err("refused");
    assert_eq!(
        told.to_string(),
        "the first call of the same was given up; it may have been charged"
    );
    let third = linking(&fake, &s3).await;
    for server in [&gone, &other, &third] {
        let told = speak(server, json!({})).await.expect_err("refused");
        assert!(
            told.to_string().contains("ended without an answer"),
            "{told}"
        );
    }
    assert_eq!(fake.credits_used(), 0);
    let fresh = speak(&third, json!({"fresh": true})).await;
    assert_eq!(link(fresh.expect("spoken")).1["replayed"], false);
}

#[tokio::test]
async fn a_sound_that_breaks_off_is_not_kept() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    fake.next(Operation::TextToSpeech, Behaviour::CutOff);
    let server = linking(&fake, &s3).await;
    let refused = speak(&server, json!({})).await.expect_err("refused");
    let told = refused.to_string();
    assert!(
        told.contains("did not come whole") && told.contains("may have been charged"),
        "{told}"
    );
    assert!(s3.keys().iter().all(|key| key.starts_with("answers/")));
}

#[tokio::test]
async fn a_sound_that_turns_out_too_large_for_an_answer_is_answered_by_its_address() {
    const BYTES: u64 = 4_000_000;
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let huge = || fake.next(Operation::TextToSpeech, Behaviour::Huge { bytes: BYTES });
    let mut server = environment(&fake, bucket(&s3.base(), BUCKET), OutputMode::Resources).await;
    huge();
    let (link, _) = link(speak(&server, json!({})).await.expect("spoken"));
    assert_eq!(link.bytes, BYTES);
    let stored = s3.behind(&link.uri).expect("it is there");
    assert_eq!(stored.bytes.len() as u64, BYTES);

    let uri = format!("elevenlabs://{}", link.name);
    let refused = read_as(&server, Caller::Local, &uri).await;
    assert!(
        matches!(refused, Err(ToolError::ResultTooLarge(_))),
        "{refused:?}"
    );

    server.services.voice.bucket = None;
    huge();
    let refused = speak(&server, json!({"fresh": true}))
        .await
        .expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "the sound has more than the 3 MB an answer holds; it may have been charged, and nothing was kept"
    );
}

#[tokio::test]
async fn what_would_not_fit_is_refused_before_it_is_paid_and_told_what_fits() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let long = json!({"text": "a".repeat(5_000), "output_format": "wav_44100"});
    let mut server = environment(&fake, bucket(&s3.base(), BUCKET), OutputMode::Resources).await;
    server.services.voice.confirm_above = 10_000;
    let refused = speak(&server, long.clone())
        .await
        .expect_err("refused")
        .to_string();
    assert!(
        refused.contains("`ELEVENLABS_MCP_OUTPUT_MODE` set to `link`"),
        "{refused}"
    );
    assert!(refused.ends_with("; nothing was spent"), "{refused}");
    server.services.voice.bucket = None;
    let refused = speak(&server, long).await.expect_err("refused").to_string();
    assert!(!refused.contains("link"), "{refused}");
    assert_eq!(fake.credits_used(), 0);
}
