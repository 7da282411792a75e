use std::time::{Duration, Instant};

use mesh_clients::openai::OpenAiError;
use mesh_core::Secret;
use mesh_fakes::openai::{Behaviour, KEY, Operation};

use super::{World, millis, question, soon};

/// What an error shows to anybody.
fn shown(error: &OpenAiError) -> String {
    format!("{error:?} {error}")
}

async fn after(behaviour: Behaviour) -> OpenAiError {
    let world = World::new().await;
    world.fake.next(Operation::Respond, behaviour);
    let error = world.respond(soon()).await.expect_err("a fault");
    for secret in [KEY, "Masters", "Passages", "127.0.0.1"] {
        assert!(!shown(&error).contains(secret), "{error:?}");
    }
    assert_eq!(
        world.fake.requests().len(),
        1,
        "a response is asked for once"
    );
    error
}

#[tokio::test]
async fn a_key_that_was_rotated_is_refused_until_the_new_one_is_used() {
    let mut world = World::new().await;
    world.fake.accept_key("sk-new");
    let error = world.respond(soon()).await.expect_err("the old key");
    assert!(matches!(error, OpenAiError::Unauthorized), "{error:?}");
    assert!(!shown(&error).contains(KEY), "{error:?}");
    world.key = Secret::new("sk-new");
    world.respond(soon()).await.expect("the new key");
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_not_sent() {
    let mut world = World::new().await;
    world.key = Secret::new("sk-\nnew");
    let error = world.respond(soon()).await.expect_err("no key");
    assert!(matches!(error, OpenAiError::BadRequest(_)), "{error:?}");
    assert!(!shown(&error).contains("new"), "{error:?}");
    assert_eq!(world.fake.requests().len(), 0);
}

#[tokio::test]
async fn a_refusal_says_what_can_be_done() {
    let error = after(Behaviour::NoSuchModel).await;
    assert!(matches!(error, OpenAiError::NoSuchModel), "{error:?}");
    let error = after(Behaviour::QuotaExceeded).await;
    assert!(matches!(error, OpenAiError::QuotaExceeded), "{error:?}");
    let error = after(Behaviour::Status(403)).await;
    assert!(matches!(error, OpenAiError::Forbidden), "{error:?}");
    let error = after(Behaviour::Status(400)).await;
    assert!(matches!(error, OpenAiError::BadRequest(_)), "{error:?}");
    let error = after(Behaviour::Status(302)).await;
    assert!(
        matches!(error, OpenAiError::UnexpectedAnswer(_)),
        "{error:?}"
    );
    let error = after(Behaviour::Status(500)).await;
    assert_eq!(error.to_string(), "it failed: 500 Internal Server Error");
}

#[tokio::test]
async fn a_request_that_is_not_taken_says_where_and_not_what() {
    let world = World::new().await;
    let mut question = question();
    question.effort = Some("enormous".to_owned());
    let (client, key) = (&world.client, &world.key);
    let response = client.respond(key, &question, soon(), &mut |_| {}).await;
    let expected = "it does not take the request: status 400, code `invalid_value`, \
                    parameter `reasoning.effort`";
    assert_eq!(response.expect_err("refused").to_string(), expected);
}

#[tokio::test]
async fn a_limit_says_for_how_long() {
    let error = after(Behaviour::RateLimited { retry_after_s: 7 }).await;
    let OpenAiError::RateLimited { retry_after } = error else {
        panic!("{error:?}");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_connection_that_is_reset_is_no_answer() {
    let error = after(Behaviour::Reset).await;
    assert!(matches!(error, OpenAiError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn nobody_at_the_address_is_no_answer() {
    let world = World::new().await;
    let http = mesh_http::HttpClient::new(mesh_http::Roots::compiled_in());
    let client = mesh_clients::openai::OpenAi::new(http, "http://127.0.0.1:1/v1");
    let model = client
        .expect("an address")
        .model(&world.key, "m", soon())
        .await;
    assert!(
        matches!(model, Err(OpenAiError::Unreachable(_))),
        "{model:?}"
    );
}

#[tokio::test]
async fn an_answer_that_is_something_else_is_named() {
    let error = after(Behaviour::WrongType).await.to_string();
    assert!(
        error.ends_with("it is not of the type `text/event-stream`"),
        "{error}"
    );
    let error = after(Behaviour::Huge).await.to_string();
    assert!(error.ends_with("larger than 774144 bytes"), "{error}");
}

#[tokio::test]
async fn a_search_whose_answer_is_something_else_is_named() {
    let said = async |behaviour| {
        let world = World::new().await;
        world.fake.next(Operation::Search, behaviour);
        let error = world
            .search("rejected master", soon())
            .await
            .expect_err("a fault");
        assert!(
            matches!(error, OpenAiError::UnexpectedAnswer(_)),
            "{error:?}"
        );
        assert!(!shown(&error).contains("asset"), "{error:?}");
        error.to_string()
    };
    let truncated = said(Behaviour::Truncated).await;
    assert!(truncated.contains("it breaks off in line 1"), "{truncated}");
    let wrong = said(Behaviour::WrongType).await;
    assert!(
        wrong.ends_with("not of the type `application/json`"),
        "{wrong}"
    );
    let huge = said(Behaviour::Huge).await;
    assert!(huge.ends_with("larger than 4194304 bytes"), "{huge}");
}

#[tokio::test]
async fn a_search_is_sent_again_after_a_fault_that_passes() {
    for fault in [
        Behaviour::Status(500),
        Behaviour::Reset,
        Behaviour::RateLimited { retry_after_s: 0 },
    ] {
        let world = World::new().await;
        world.fake.next(Operation::Search, fault);
        let hits = world.search("rejected master", soon()).await;
        assert_eq!(hits.expect("the second time").len(), 1);
        assert_eq!(world.fake.requests().len(), 2);
    }
}

#[tokio::test]
async fn nothing_outlasts_its_deadline() {
    let world = World::new().await;
    let half_a_minute = Behaviour::Stall(Duration::from_secs(30));
    world.fake.next(Operation::Respond, half_a_minute.clone());
    world.fake.next(Operation::Search, half_a_minute);
    let begun = Instant::now();
    let response = world.respond(millis(300)).await;
    assert!(
        matches!(response, Err(OpenAiError::TimedOut)),
        "{response:?}"
    );
    let hits = world.search("rejected master", millis(300)).await;
    assert!(matches!(hits, Err(OpenAiError::TimedOut)), "{hits:?}");
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_search_that_takes_its_time_is_sent_once() {
    let world = World::new().await;
    let slow = Behaviour::Stall(Duration::from_millis(2_200));
    world.fake.next(Operation::Search, slow);
    let hits = world.search("rejected master", soon()).await;
    assert_eq!(hits.expect("answered").len(), 1);
    assert_eq!(world.fake.requests().len(), 1);
}

#[tokio::test]
async fn after_five_faults_in_a_row_it_is_not_asked() {
    let world = World::new().await;
    for _ in 0..5 {
        world.fake.next(Operation::Respond, Behaviour::Status(500));
        let error = world.respond(soon()).await.expect_err("a fault");
        assert!(matches!(error, OpenAiError::ServerFault(_)), "{error:?}");
    }
    let Err(OpenAiError::CircuitOpen { retry_in }) = world.respond(soon()).await else {
        panic!("it was asked");
    };
    assert!(retry_in <= Duration::from_secs(5) && !retry_in.is_zero());
    assert_eq!(world.fake.requests().len(), 5);
}
