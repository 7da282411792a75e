//! Where a sound goes that was paid for, and what is refused because it would have no place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mesh_core::Host;
use mesh_fakes::elevenlabs::{Behaviour, FakeElevenLabs, Operation};
use mesh_fakes::s3::{BUCKET, FakeS3};
use mesh_tools::audio::{Folder, OutputMode};
use mesh_tools::{Block, Family, Reply, ToolError};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bucket::bucket;
use crate::paid::asked;
use crate::support::Server;
use crate::vendors::beside_elevenlabs;

/// More than an answer of a function holds.
const HUGE: u64 = 4_000_000;
const TEXT: &str = "Good morning.";

/// A function, as far as the size of its answers goes.
async fn function(fake: &FakeElevenLabs, mode: OutputMode) -> Server {
    let mut server = beside_elevenlabs(fake, Family::Voice).await;
    server.services.host = Host::Lambda;
    server.services.voice.mode = mode;
    server
}

/// The same with a folder, in which sounds are kept, too.
async fn keeping(fake: &FakeElevenLabs) -> (Server, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = function(fake, OutputMode::Both).await;
    server.services.voice.folder = Some(Folder::new(folder.path().to_owned()));
    (server, folder)
}

/// Of an answer whose sound is in a file alone: why it is nowhere else.
async fn spoken_into_a_file(server: &Server) -> String {
    let reply = server.reply("text_to_speech", json!({"text": TEXT})).await;
    let reply = reply.expect("spoken");
    let told = reply.structured.expect("structured content");
    let sound = &told["sound"];
    let path = sound["path"].as_str().expect("a file");
    let bytes = std::fs::read(path).expect("it is there").len() as u64;
    assert_eq!((bytes, &sound["bytes"]), (HUGE, &json!(HUGE)));
    assert_eq!((sound.get("uri"), sound.get("url")), (None, None));
    let [_, Block::Text(why)] = reply.blocks.as_slice() else {
        panic!("two texts: {}", reply.blocks.len());
    };
    why.clone()
}

#[tokio::test]
async fn what_is_too_large_for_an_answer_stays_in_its_file() {
    let fake = FakeElevenLabs::start().await;
    let (server, _folder) = keeping(&fake).await;
    fake.next(Operation::TextToSpeech, Behaviour::Huge { bytes: HUGE });
    assert_eq!(
        spoken_into_a_file(&server).await,
        "The sound is in the file alone: the sound has more than the 3 MB an answer holds."
    );
}

#[tokio::test]
async fn what_a_bucket_does_not_take_stays_in_its_file() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let (mut server, _folder) = keeping(&fake).await;
    server.services.voice.bucket = Some(bucket(&s3.base(), BUCKET));
    s3.refuse_writes("sounds/");
    fake.next(Operation::TextToSpeech, Behaviour::Huge { bytes: HUGE });
    let why = spoken_into_a_file(&server).await;
    assert!(why.contains("the bucket refused"), "{why}");
}

/// Takes the folder away once something was asked for that is to be kept in it.
async fn without_its_folder(
    fake: &FakeElevenLabs,
    server: &Server,
    folder: TempDir,
    call: (&str, Value),
) -> Result<Reply, ToolError> {
    let (tool, arguments) = call;
    let permit = server.view.permit(tool).expect("listed");
    let permit = permit.confirmed_by(Box::new(|_| Box::pin(async { Ok(()) })));
    let taken_away = async {
        while !fake.requests().iter().any(|one| one.method == "POST") {
            tokio::task::yield_now().await;
        }
        folder.close().expect("gone");
    };
    tokio::join!(permit.call(arguments, server.context()), taken_away).0
}

#[tokio::test]
async fn what_is_paid_for_is_answered_though_its_file_cannot_be_kept() {
    let fake = FakeElevenLabs::start().await;
    let (server, folder) = keeping(&fake).await;
    fake.next(Operation::TextToSpeech, Behaviour::Stall { ms: 300 });
    let call = ("text_to_speech", json!({"text": TEXT}));
    let spoken = without_its_folder(&fake, &server, folder, call).await;
    let spoken = spoken.expect("spoken");
    let told = spoken.structured.expect("structured content");
    assert_eq!(told["sound"].get("path"), None);
    let [_, Block::Resource(_), Block::Text(why)] = spoken.blocks.as_slice() else {
        panic!("a sound and a text: {}", spoken.blocks.len());
    };
    assert!(why.starts_with("The sound is in no file: "), "{why}");

    let fake = FakeElevenLabs::start().await;
    let (server, folder) = keeping(&fake).await;
    fake.next(Operation::SpeechToText, Behaviour::Stall { ms: 300 });
    let recording = STANDARD.encode(b"ID3\x04 and what is said");
    let call = ("speech_to_text", json!({"audio_base64": recording}));
    let written = without_its_folder(&fake, &server, folder, call).await;
    let written = written.expect("written down");
    let told = written.structured.expect("structured content");
    assert!(
        told["text"].is_string() && told.get("path").is_none(),
        "{told}"
    );
    let Some(Block::Text(why)) = written.blocks.get(1) else {
        panic!("a text: {}", written.blocks.len());
    };
    assert!(why.starts_with("The transcript is in no file: "), "{why}");
}

#[tokio::test]
async fn a_long_text_is_spoken_into_a_file_whatever_an_answer_holds() {
    let fake = FakeElevenLabs::start().await;
    let (mut server, _folder) = keeping(&fake).await;
    server.services.voice.confirm_above = u64::MAX;
    let long = json!({"text": "a".repeat(5_000), "output_format": "mp3_44100_192"});
    let spoken = server.reply("text_to_speech", long).await.expect("spoken");
    let told = spoken.structured.expect("structured content");
    assert!(told["sound"]["path"].is_string(), "{told}");
}

#[tokio::test]
async fn without_a_folder_nothing_is_paid_that_was_to_be_a_file() {
    let fake = FakeElevenLabs::start().await;
    for mode in [OutputMode::Files, OutputMode::Both] {
        let server = function(&fake, mode).await;
        let refused = server
            .refusal("text_to_speech", json!({"text": TEXT}))
            .await;
        let told = refused.to_string();
        assert!(told.contains("`ELEVENLABS_MCP_BASE_PATH`"), "{told}");
        assert!(told.ends_with("nothing was spent"), "{told}");
    }
    assert_eq!(fake.credits_used(), 0);
}

fn refused_unpaid(fake: &FakeElevenLabs, refused: &ToolError) {
    let told = refused.to_string();
    assert!(
        matches!(refused, ToolError::InvalidArguments(_)) && told.ends_with("nothing was spent"),
        "{told}"
    );
    assert_eq!(fake.credits_used(), 0);
}

#[tokio::test]
async fn a_recording_whose_sound_has_no_place_is_refused_before_it_is_paid() {
    let fake = FakeElevenLabs::start().await;
    let mut server = function(&fake, OutputMode::Resources).await;
    server.services.voice.confirm_above = u64::MAX;
    // Of 8 kHz and 8 bits: less than what is made of it.
    let mut memo = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x07\0\x01\0\x40\x1f\0\0".to_vec();
    memo.extend(8_000_u32.to_le_bytes());
    memo.resize(2_400_000, 1);
    let memo = json!({"audio_base64": STANDARD.encode(memo)});
    for tool in ["isolate_audio", "speech_to_speech"] {
        let refused = server.refusal(tool, memo.clone()).await;
        refused_unpaid(&fake, &refused);
        assert!(!refused.to_string().contains("output_format"), "{refused}");
    }
    let s3 = FakeS3::start().await;
    server.services.voice.bucket = Some(bucket(&s3.base(), BUCKET));
    server.reply("isolate_audio", memo).await.expect("a place");
}

#[tokio::test]
async fn a_recording_whose_length_is_guessed_is_not_refused_and_a_person_knows_what_may_come() {
    let fake = FakeElevenLabs::start().await;
    let mut server = function(&fake, OutputMode::Resources).await;
    server.services.voice.confirm_above = u64::MAX;
    let mut memo = b"\0\0\0\x20ftypM4A ".to_vec();
    memo.resize(900_000, 1);
    let memo = json!({"audio_base64": STANDARD.encode(&memo)});
    let told = asked(&server, "isolate_audio", memo.clone()).await;
    let told = told.expect("somebody is asked");
    assert!(told.contains("may not fit into the answer"), "{told}");
    let permit = server.view.permit("isolate_audio").expect("listed");
    let permit = permit.confirmed_by(Box::new(|_| Box::pin(async { Ok(()) })));
    permit.call(memo, server.context()).await.expect("isolated");
}

#[tokio::test]
async fn who_speaks_slowly_speaks_longer() {
    let fake = FakeElevenLabs::start().await;
    let mut server = function(&fake, OutputMode::Resources).await;
    server.services.voice.confirm_above = u64::MAX;
    let text = "a".repeat(2_500);
    let slow = json!({"text": text, "speed": 0.7});
    refused_unpaid(&fake, &server.refusal("text_to_speech", slow).await);
    let spoken = server.reply("text_to_speech", json!({"text": text})).await;
    spoken.expect("it fits");
}

#[tokio::test]
async fn a_text_of_syllables_takes_longer_than_one_of_letters() {
    let fake = FakeElevenLabs::start().await;
    let mut server = function(&fake, OutputMode::Resources).await;
    server.services.voice.confirm_above = u64::MAX;
    let long = json!({"text": "語".repeat(1_000)});
    refused_unpaid(&fake, &server.refusal("text_to_speech", long).await);
    let short = json!({"text": "語".repeat(800)});
    let spoken = server.reply("text_to_speech", short).await;
    spoken.expect("it fits");
}

fn design(text: &str) -> Value {
    json!({"voice_description": "Old, slow, and full of doubt.", "text": text})
}

#[tokio::test]
async fn three_previews_go_into_one_answer_or_cost_nothing() {
    let fake = FakeElevenLabs::start().await;
    let server = function(&fake, OutputMode::Resources).await;
    let refused = server
        .refusal("text_to_voice", design(&"a".repeat(1_000)))
        .await;
    refused_unpaid(&fake, &refused);
    server
        .reply("text_to_voice", design(&"a".repeat(900)))
        .await
        .expect("they fit");
}

#[tokio::test]
async fn where_the_sounds_of_voices_are_lost_the_voices_are_not() {
    let (fake, s3) = (FakeElevenLabs::start().await, FakeS3::start().await);
    let mut server = function(&fake, OutputMode::Link).await;
    server.services.voice.bucket = Some(bucket(&s3.base(), BUCKET));
    s3.refuse_writes("sounds/");
    let refused = server
        .refusal("text_to_voice", design(&"a".repeat(100)))
        .await;
    let told = refused.to_string();
    assert!(told.contains("may have been charged"), "{told}");
    let ids = told.split("`create_voice_from_preview` takes ").nth(1);
    let ids: Vec<_> = ids.expect("ids").split(", ").collect();
    assert_eq!(ids.len(), 3);
    let kept = json!({
        "generated_voice_id": ids[2], "voice_name": "Doubt", "voice_description": "Old, slow, and full of doubt.",
    });
    s3.refuse_writes("no such");
    let kept = server.call("create_voice_from_preview", kept).await;
    assert_eq!(kept["name"], "Doubt");
}
