//! Calls that cost money, before an ElevenLabs that counts credits: what is paid once, and what is not paid at all.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mesh_fakes::elevenlabs::{Behaviour, FakeElevenLabs, Operation, PREMADE_VOICE};
use mesh_tools::audio::{Folder, OutputMode};
use mesh_tools::{Family, Reply, ToolError};
use serde_json::{Value, json};

use crate::support::Server;
use crate::vendors::beside_elevenlabs;

const TEXT: &str = "Good morning.";
const COST: u64 = 13;

async fn beside(fake: &FakeElevenLabs) -> Server {
    beside_elevenlabs(fake, Family::Voice).await
}

async fn speak(server: &Server, arguments: Value) -> Result<Value, ToolError> {
    let mut asked = json!({"text": TEXT});
    for (name, value) in arguments.as_object().expect("arguments") {
        asked[name] = value.clone();
    }
    let reply = server.reply("text_to_speech", asked).await;
    reply.map(structured)
}

fn structured(reply: Reply) -> Value {
    reply.structured.expect("structured content")
}

/// How often the vendor was asked to do something.
fn posts(fake: &FakeElevenLabs) -> usize {
    let requests = fake.requests();
    let posts = requests.iter().filter(|request| request.method == "POST");
    posts.count()
}

/// Begins to speak, and gives up once the vendor was asked at such a path.
async fn give_up_at(fake: &FakeElevenLabs, server: &Server, path: &str) {
    let is_asked = || fake.requests().iter().any(|one| one.path.contains(path));
    let until_asked = async {
        while !is_asked() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = speak(server, json!({})) => panic!("it hangs: {ended:?}"),
        () = until_asked => {}
    }
}

fn assert_uncertain(refused: &Result<Value, ToolError>) {
    let told = refused.as_ref().expect_err("refused").to_string();
    assert!(
        told.contains("may have been charged")
            && told.contains("\"fresh\": true")
            && told.ends_with("nothing was done now"),
        "{told}"
    );
}

#[tokio::test]
async fn what_may_have_been_charged_is_not_made_again_unless_that_is_asked_for() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    fake.next(Operation::TextToSpeech, Behaviour::CutOff);
    let refused = speak(&server, json!({})).await.expect_err("refused");
    assert!(refused.to_string().contains("did not come whole"));
    assert_uncertain(&speak(&server, json!({})).await);
    assert_eq!((posts(&fake), fake.credits_used()), (1, COST));
    let spoken = speak(&server, json!({"fresh": true})).await;
    assert_eq!(spoken.expect("spoken")["replayed"], false);
    let again = speak(&server, json!({})).await.expect("spoken");
    assert_eq!((&again["replayed"], posts(&fake)), (&json!(true), 2));
}

#[tokio::test]
async fn what_was_surely_not_charged_is_made_again() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    for behaviour in [Behaviour::Status(422), Behaviour::QuotaExceeded] {
        fake.next(Operation::TextToSpeech, behaviour);
        let refused = speak(&server, json!({})).await.expect_err("refused");
        assert!(!refused.to_string().contains("charged"), "{refused}");
    }
    let spoken = speak(&server, json!({})).await.expect("spoken");
    assert_eq!(spoken["cost"]["creditsCharged"], COST);
}

#[tokio::test]
async fn a_call_that_is_given_up_after_it_was_sent_is_not_made_again() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    fake.next(Operation::TextToSpeech, Behaviour::Stall { ms: 30_000 });
    give_up_at(&fake, &server, "/text-to-speech/").await;
    assert_uncertain(&speak(&server, json!({})).await);
    assert_eq!(posts(&fake), 1);
}

#[tokio::test]
async fn a_call_that_is_given_up_before_it_was_sent_is_made_again() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    fake.next(Operation::Subscription, Behaviour::Stall { ms: 30_000 });
    give_up_at(&fake, &server, "/v1/user/subscription").await;
    let spoken = speak(&server, json!({})).await.expect("spoken");
    assert_eq!(spoken["replayed"], false);
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_told_in_time_and_not_made_again() {
    const BUDGET: Duration = Duration::from_secs(3);
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    fake.next(Operation::TextToSpeech, Behaviour::Stall { ms: 30_000 });
    let started = Instant::now();
    let cx = server.context_for(BUDGET);
    let late = server.reply_to(cx, "text_to_speech", json!({"text": TEXT}));
    let late = late.await.expect_err("late").to_string();
    assert!(started.elapsed() < BUDGET, "{:?}", started.elapsed());
    assert!(
        late.contains("may have been charged") && late.contains("MESH_BUDGET_MS"),
        "{late}"
    );
    assert_uncertain(&speak(&server, json!({})).await);
    assert_eq!(posts(&fake), 1);
}

/// A recording of that many seconds, as WAV of 44.1 kHz in stereo.
fn wav(seconds: usize) -> String {
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xac\0\0".to_vec();
    wav.extend(176_400_u32.to_le_bytes());
    wav.resize(seconds * 176_400, 1);
    STANDARD.encode(wav)
}

/// What a person is asked before a call; nothing, where nobody is.
pub(crate) async fn asked(server: &Server, tool: &str, arguments: Value) -> Option<String> {
    let permit = server.view.permit(tool).expect("listed");
    let told = Arc::new(Mutex::new(None));
    let tell = Arc::clone(&told);
    let permit = permit.confirmed_by(Box::new(move |unconfirmed| {
        *tell.lock().expect("whole") = Some(unconfirmed.consent.0);
        Box::pin(async { Err(ToolError::Declined) })
    }));
    drop(permit.call(arguments, server.context()).await);
    told.lock().expect("whole").take()
}

#[tokio::test]
async fn a_recording_costs_what_its_length_does() {
    let fake = FakeElevenLabs::start().await;
    let mut server = beside(&fake).await;
    server.services.voice.confirm_above = 100;
    let recording = json!({"audio_base64": wav(12)});
    let of = |what: &str, credits: u64| {
        Some(format!(
            "{what}, for up to about {credits} credits of the ElevenLabs account."
        ))
    };
    let told = asked(&server, "isolate_audio", recording.clone()).await;
    assert_eq!(told, of("Takes the noise out of a recording", 200));
    assert_eq!(
        asked(&server, "speech_to_text", recording.clone()).await,
        None
    );
    server.services.voice.confirm_above = 1_000;
    let isolated = server.call("isolate_audio", recording).await;
    assert_eq!(isolated["cost"]["creditsEstimated"], 200);

    // A memo of 32 kbit/s, of three minutes and three quarters.
    let mut memo = b"\0\0\0\x20ftypM4A ".to_vec();
    memo.resize(900_000, 1);
    let memo = json!({"audio_base64": STANDARD.encode(memo)});
    let told = asked(&server, "isolate_audio", memo.clone()).await;
    assert_eq!(told, of("Takes the noise out of a recording", 3_750));
    assert_eq!(asked(&server, "speech_to_text", memo).await, None);
}

#[tokio::test]
async fn what_is_only_guessed_is_no_reason_to_refuse() {
    let fake = FakeElevenLabs::start().await;
    let mut server = beside(&fake).await;
    server.services.voice.confirm_above = u64::MAX;
    fake.leave_credits(1_100);
    let mut memo = b"ID3\x04".to_vec();
    memo.resize(960_000, 1);
    let memo = json!({"audio_base64": STANDARD.encode(memo)});
    let isolated = server.call("isolate_audio", memo).await;
    assert_eq!(isolated["cost"]["creditsEstimated"], 2_000);
    assert_eq!(isolated["cost"]["creditsCharged"], 1_000);
    let wav = json!({"audio_base64": wav(12)});
    let refused = server.refusal("isolate_audio", wav).await;
    assert!(
        refused.to_string().ends_with("nothing was spent"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_an_account_may_not_spend_is_not_asked_for() {
    let fake = FakeElevenLabs::start().await;
    fake.leave_credits(COST - 1);
    let server = beside(&fake).await;
    let refused = speak(&server, json!({})).await.expect_err("refused");
    assert!(
        refused.to_string().contains("has 12 left") && posts(&fake) == 0,
        "{refused}"
    );
    for (extension, left) in [(Some(1), Some(0)), (None, None)] {
        fake.extend_credits(extension);
        let spoken = speak(&beside(&fake).await, json!({})).await;
        let spoken = spoken.expect("it may be spent, and paid for later");
        let told = spoken["cost"].get("creditsRemaining");
        assert_eq!(told.and_then(Value::as_u64), left);
    }
    assert_eq!(posts(&fake), 2);
}

#[tokio::test]
async fn a_price_that_nobody_knows_is_no_reason_to_refuse() {
    let fake = FakeElevenLabs::start().await;
    fake.leave_credits(COST - 1);
    fake.next(Operation::Models, Behaviour::Status(422));
    let refused = speak(&beside(&fake).await, json!({})).await;
    let told = refused.expect_err("by ElevenLabs").to_string();
    assert!(told.contains("not enough credits left"), "{told}");
    assert_eq!(posts(&fake), 1);
}

#[tokio::test]
async fn what_is_looked_up_before_a_call_does_not_take_its_time() {
    const BUDGET: Duration = Duration::from_secs(8);
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    // Each is asked twice where the first try takes long.
    for operation in [Operation::Models, Operation::Subscription] {
        for _ in 0..2 {
            fake.next(operation, Behaviour::Stall { ms: 30_000 });
        }
    }
    for (text, looked_up) in [("One.", true), ("Two.", false)] {
        let before = fake.requests().len();
        let cx = server.context_for(BUDGET);
        let spoken = server.reply_to(cx, "text_to_speech", json!({"text": text}));
        let spoken = structured(spoken.await.expect("spoken"));
        assert_eq!(spoken["cost"]["creditsCharged"], 4);
        let asked = fake.requests().len() - before;
        assert_eq!(asked > 1, looked_up, "{asked}");
    }
}

#[tokio::test]
async fn a_person_is_asked_by_what_a_model_costs_from_the_first_call_on() {
    let fake = FakeElevenLabs::start().await;
    let mut server = beside(&fake).await;
    server.services.voice.confirm_above = 100;
    let cheap = json!({"text": "a".repeat(200), "model_id": "eleven_flash_v2_5"});
    assert_eq!(asked(&server, "text_to_speech", cheap.clone()).await, None);
    let dear = json!({"text": "a".repeat(200)});
    assert_eq!(
        asked(&server, "text_to_speech", dear).await.as_deref(),
        Some("Makes speech of a text, for about 200 credits of the ElevenLabs account.")
    );
    let mut confirmed = cheap;
    confirmed["confirm"] = "a token of when it seemed to cost more".into();
    let spoken = server.call("text_to_speech", confirmed).await;
    assert_eq!(spoken["cost"]["creditsEstimated"], 100);
}

#[tokio::test]
async fn nobody_is_asked_for_what_is_paid_for_already() {
    let fake = FakeElevenLabs::start().await;
    let mut server = beside(&fake).await;
    server.services.voice.confirm_above = 0;
    let agreed = async |arguments: Value| {
        let permit = server.view.permit("text_to_speech").expect("listed");
        let permit = permit.confirmed_by(Box::new(|_| Box::pin(async { Ok(()) })));
        permit.call(arguments, server.context()).await
    };
    let arguments = json!({"text": TEXT});
    let fresh = json!({"text": TEXT, "fresh": true});
    assert!(
        asked(&server, "text_to_speech", arguments.clone())
            .await
            .is_some()
    );
    agreed(arguments.clone()).await.expect("spoken");
    // Whatever token it comes with: that may be used up.
    for arguments in [arguments.clone(), json!({"text": TEXT, "confirm": "used"})] {
        let again = server.call("text_to_speech", arguments).await;
        assert_eq!(again["replayed"], true);
    }
    assert!(
        asked(&server, "text_to_speech", fresh.clone())
            .await
            .is_some()
    );
    fake.next(Operation::TextToSpeech, Behaviour::CutOff);
    agreed(fresh.clone()).await.expect_err("cut off");
    assert_uncertain(&speak(&server, json!({})).await);
    assert!(asked(&server, "text_to_speech", fresh).await.is_some());
    assert_eq!(posts(&fake), 2);
}

#[tokio::test]
async fn nobody_is_asked_for_what_cannot_be_done() {
    let fake = FakeElevenLabs::start().await;
    let mut server = beside(&fake).await;
    server.services.voice.confirm_above = 0;
    server.services.host = mesh_core::Host::Lambda;
    let calls = [
        ("voice_clone", json!({"name": "Ann", "files": []})),
        (
            "voice_clone",
            json!({"name": "Ann", "files": ["missing.mp3"]}),
        ),
        ("text_to_speech", json!({"text": "a".repeat(5_001)})),
        (
            "text_to_speech",
            json!({"text": TEXT, "voice_id": "a", "voice_name": "b"}),
        ),
        (
            "speech_to_speech",
            json!({"audio_base64": wav(1), "voice_id": "a", "voice_name": "b"}),
        ),
        ("text_to_voice", json!({"voice_description": "Old."})),
    ];
    for (tool, arguments) in calls {
        let told = asked(&server, tool, arguments.clone()).await;
        assert_eq!(told, None, "{tool}: {arguments}");
        server.refusal(tool, arguments).await;
    }
    assert_eq!(posts(&fake), 0);
}

#[tokio::test]
async fn nobody_is_asked_where_there_is_no_such_folder_or_voice() {
    let fake = FakeElevenLabs::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let writing = async |family| {
        let mut server = beside_elevenlabs(&fake, family).await;
        let voice = &mut server.services.voice;
        voice.confirm_above = 0;
        voice.mode = OutputMode::Files;
        voice.folder = Some(Folder::new(folder.path().join("sounds")));
        server
    };
    let (voice, music) = (writing(Family::Voice).await, writing(Family::Music).await);
    let recording = json!({"audio_base64": wav(1)});
    let mut transcript = recording.clone();
    transcript["save_transcript_to_file"] = true.into();
    let design = json!({"voice_description": "An old man with a cold."});
    let video = json!({"input_file_paths": ["data:video/mp4;base64,AAAA"]});
    for (server, tool, arguments) in [
        (&voice, "text_to_speech", json!({"text": TEXT})),
        (&voice, "text_to_sound_effects", json!({"text": "Rain."})),
        (&voice, "text_to_voice", design),
        (&voice, "speech_to_speech", recording.clone()),
        (&voice, "isolate_audio", recording),
        (&voice, "speech_to_text", transcript),
        (&music, "compose_music", json!({"prompt": "Rain."})),
        (&music, "video_to_music", video),
    ] {
        let told = asked(server, tool, arguments.clone()).await;
        assert!(told.is_some(), "{tool}");
        let with = |name: &str, value: &str| {
            let mut arguments = arguments.clone();
            arguments[name] = value.into();
            arguments
        };
        let mut wrong = vec![with("output_directory", "../x")];
        if ["text_to_speech", "speech_to_speech"].contains(&tool) {
            wrong.push(with("voice_name", "nobody"));
        }
        for arguments in wrong {
            let told = asked(server, tool, arguments.clone()).await;
            assert_eq!(told, None, "{tool}: {arguments}");
        }
    }
    assert_eq!(posts(&fake), 0);
}

#[tokio::test]
async fn a_voice_is_taken_by_its_name_and_never_by_its_description() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let spoken = speak(&server, json!({"voice_name": "jess"})).await;
    assert_eq!(spoken.expect("spoken")["voiceId"], PREMADE_VOICE);
    let refused = speak(&server, json!({"voice_name": "young"})).await;
    let told = refused.expect_err("refused").to_string();
    assert!(
        told.contains(&format!("\"Jessica\" ({PREMADE_VOICE})")),
        "{told}"
    );
    assert_eq!(posts(&fake), 1);
}
