//! Calls that cost money, before an ElevenLabs that counts credits: what is paid once, and what is not paid at all.

use std::time::{Duration, Instant};

use mesh_fakes::elevenlabs::{Behaviour, FakeElevenLabs, Operation};
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
    const BUDGET: Duration = Duration::from_secs(1);
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
