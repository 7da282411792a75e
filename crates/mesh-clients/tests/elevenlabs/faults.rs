use std::time::{Duration, Instant};

use mesh_clients::elevenlabs::{
    Charge, ElevenLabs, ElevenLabsError, Heard, Transcription, VoiceClone,
};
use mesh_core::Secret;
use mesh_fakes::elevenlabs::{Behaviour, KEY, Operation};
use mesh_http::{HttpClient, Roots};

use super::{TEXT, World, millis, shown, soon, upload};

/// What becomes of a speech that meets this, and that it is asked for once.
async fn after(behaviour: Behaviour) -> ElevenLabsError {
    let world = World::speaking(behaviour).await;
    let error = world.speak(soon()).await.expect_err("a fault");
    for secret in [KEY, "vermilion", TEXT, "127.0.0.1"] {
        assert!(!shown(&error).contains(secret), "{error:?}");
    }
    assert_eq!(world.fake.requests().len(), 1, "{error:?}");
    error
}

#[tokio::test]
async fn a_refusal_says_what_can_be_done_and_cost_nothing() {
    for (behaviour, expected) in [
        (Behaviour::InvalidKey, "Unauthorized"),
        (Behaviour::Status(401), "Unauthorized"),
        (Behaviour::PlainStatus(401), "Unauthorized"),
        (
            Behaviour::MissingPermission("text_to_speech".to_owned()),
            "MissingPermission(\"text_to_speech\")",
        ),
        (Behaviour::WrongResidency, "WrongResidency"),
        (Behaviour::QuotaExceeded, "QuotaExceeded"),
        (
            Behaviour::PlanRequired,
            "PlanRequired(\"`only_for_creator+`\")",
        ),
        (Behaviour::Status(402), "PlanRequired(\"`faked`\")"),
        (Behaviour::PlainStatus(403), "PlanRequired(\"none\")"),
        (Behaviour::VoiceNotFound, "VoiceNotFound"),
        (Behaviour::PlainStatus(404), "NotFound"),
        (
            Behaviour::Status(409),
            "BadRequest(\"status 409, code `faked`, field none\")",
        ),
        (
            Behaviour::PlainStatus(400),
            "BadRequest(\"status 400, code none, field none\")",
        ),
        (
            Behaviour::InvalidFields,
            "BadRequest(\"status 422, code none, field `body.text` (`value_error`), \
             `query.output_format` (`enum`)\")",
        ),
    ] {
        let error = after(behaviour).await;
        assert_eq!(format!("{error:?}"), expected);
        assert!(!error.may_have_charged(), "{error:?}");
    }
}

#[tokio::test]
async fn where_nobody_knows_what_became_of_it_it_may_have_cost_something() {
    for (behaviour, said) in [
        (
            Behaviour::Status(500),
            "it failed: 500 Internal Server Error",
        ),
        (
            Behaviour::PlainStatus(503),
            "it failed: 503 Service Unavailable",
        ),
        (
            Behaviour::Status(302),
            "its answer is not what is documented: its status is 302 Found",
        ),
        (Behaviour::Reset, "the connection broke off"),
        (Behaviour::Lost, "the connection broke off"),
    ] {
        let error = after(behaviour).await;
        assert!(error.to_string().starts_with(said), "{error}");
        assert!(error.may_have_charged(), "{error:?}");
    }
}

#[tokio::test]
async fn a_key_that_was_rotated_is_refused_until_the_new_one_is_used() {
    let mut world = World::new().await;
    world.fake.accept_key("sk_fake_new");
    let error = world.speak(soon()).await.expect_err("the old key");
    assert!(matches!(error, ElevenLabsError::Unauthorized), "{error:?}");
    world.key = Secret::new("sk_fake_new");
    world.speak(soon()).await.expect("the new key");
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_not_sent() {
    let mut world = World::new().await;
    world.key = Secret::new("sk_\nnew");
    let error = world.speak(soon()).await.expect_err("no key");
    assert!(matches!(error, ElevenLabsError::BadRequest(_)), "{error:?}");
    assert!(!shown(&error).contains("new"), "{error:?}");
    assert_eq!(world.fake.requests().len(), 0);
}

#[tokio::test]
async fn too_many_at_once_is_asked_again_in_a_while() {
    for retry_after_s in [None, Some(1)] {
        let world = World::speaking(Behaviour::TooManyConcurrent { retry_after_s }).await;
        world.speak(soon()).await.expect("the second time");
        assert_eq!(world.fake.requests().len(), 2);
        assert_eq!(world.fake.credits_used(), 36);
    }
}

#[tokio::test]
async fn what_waits_for_others_alone_is_asked_again_until_they_have_ended() {
    let retry_after_s = Some(0);
    let times = |behaviour: Behaviour, times: usize| async move {
        let world = World::new().await;
        for _ in 0..times {
            world.fake.next(Operation::TextToSpeech, behaviour.clone());
        }
        (
            world.speak(soon()).await.is_ok(),
            world.fake.requests().len(),
        )
    };
    let concurrent = Behaviour::TooManyConcurrent { retry_after_s };
    assert_eq!(times(concurrent, 8).await, (true, 9));
    let busy = Behaviour::SystemBusy { retry_after_s };
    assert_eq!(times(busy, 8).await, (false, 4));
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_told() {
    let busy = Behaviour::SystemBusy {
        retry_after_s: Some(60),
    };
    let error = after(busy).await;
    let ElevenLabsError::RateLimited { retry_after } = error else {
        panic!("{error:?}");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(60)));
    assert!(!error.may_have_charged());
}

#[tokio::test]
async fn nobody_at_the_address_was_sent_nothing() {
    let world = World::new().await;
    let http = HttpClient::new(Roots::compiled_in());
    let client = ElevenLabs::new(http, "http://127.0.0.1:1").expect("an address");
    let speech = super::speech();
    let error = client.text_to_speech(&world.key, &speech, soon()).await;
    let error = error.expect_err("nobody");
    assert!(
        matches!(error, ElevenLabsError::Unreachable(_)),
        "{error:?}"
    );
    assert!(!error.may_have_charged());
}

#[tokio::test]
async fn a_deadline_that_passes_may_have_cost_something_unless_it_was_spent_before() {
    let world = World::speaking(Behaviour::Stall { ms: 30_000 }).await;
    let begun = Instant::now();
    let error = world.speak(millis(300)).await.expect_err("no answer");
    assert!(
        matches!(error, ElevenLabsError::TimedOut(Charge::Possible)),
        "{error:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
    let error = world.speak(millis(0)).await.expect_err("no time");
    assert!(
        matches!(error, ElevenLabsError::TimedOut(Charge::None)),
        "{error:?}"
    );
    assert_eq!(world.fake.requests().len(), 1);
}

#[tokio::test]
async fn what_leaves_something_behind_is_sent_once() {
    let world = World::new().await;
    world.fake.next(Operation::CloneVoice, Behaviour::Lost);
    let clone = VoiceClone {
        name: "Mine".to_owned(),
        description: None,
        files: vec![upload("one.mp3", b"ID3 1")],
    };
    let error = world.client.clone_voice(&world.key, &clone, soon()).await;
    assert!(error.expect_err("lost").may_have_charged());
    assert_eq!(world.fake.voices(), ["Adam", "Jessica", "Mine"]);
    assert_eq!(world.fake.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_may_have_cost_something() {
    let request = Transcription {
        source: Heard::Upload(upload("memo.mp3", b"ID3")),
        model_id: "scribe_v2".to_owned(),
        language_code: None,
        diarize: false,
        tag_audio_events: true,
    };
    for (behaviour, said) in [
        (Behaviour::Html, "it is not of the type `application/json`"),
        (
            Behaviour::WrongType,
            "it is not of the type `application/json`",
        ),
        (Behaviour::Empty, "it breaks off in line 1, column 0"),
        (
            Behaviour::Huge { bytes: 200_000_000 },
            "larger than 67108864 bytes",
        ),
    ] {
        let world = World::new().await;
        world.fake.next(Operation::SpeechToText, behaviour);
        let error = world
            .client
            .speech_to_text(&world.key, &request, millis(30_000));
        let error = error.await.expect_err("no transcript");
        assert!(error.to_string().ends_with(said), "{error}");
        assert!(error.may_have_charged(), "{error:?}");
    }
}

#[tokio::test]
async fn what_only_reads_is_asked_again_and_never_costs() {
    for behaviour in [
        Behaviour::Status(500),
        Behaviour::Reset,
        Behaviour::SystemBusy {
            retry_after_s: None,
        },
    ] {
        let world = World::new().await;
        world.fake.next(Operation::Models, behaviour.clone());
        world
            .client
            .models(&world.key, soon())
            .await
            .expect("the second time");
        world.fake.next(Operation::Models, behaviour.clone());
        world.fake.next(Operation::Models, behaviour);
        let error = world.client.models(&world.key, soon()).await;
        assert!(!error.expect_err("twice").may_have_charged());
        assert_eq!(world.fake.requests().len(), 4);
    }
    let world = World::new().await;
    world.fake.next(Operation::Models, Behaviour::CutOff);
    let error = world.client.models(&world.key, soon()).await;
    assert!(!error.expect_err("half of it").may_have_charged());
}

#[tokio::test]
async fn credits_that_are_not_there_are_not_spent() {
    let world = World::new().await;
    world.fake.leave_credits(35);
    let error = world.speak(soon()).await.expect_err("one is missing");
    assert!(matches!(error, ElevenLabsError::QuotaExceeded), "{error:?}");
    assert_eq!(world.fake.credits_used(), 99_965);
}

#[tokio::test]
async fn after_five_faults_in_a_row_it_is_not_asked() {
    let world = World::new().await;
    for _ in 0..5 {
        world
            .fake
            .next(Operation::TextToSpeech, Behaviour::Status(500));
        world.speak(soon()).await.expect_err("a fault");
    }
    let error = world.speak(soon()).await.expect_err("not asked");
    assert!(
        matches!(error, ElevenLabsError::CircuitOpen { .. }),
        "{error:?}"
    );
    assert!(!error.may_have_charged());
    assert_eq!(world.fake.requests().len(), 5);
}
