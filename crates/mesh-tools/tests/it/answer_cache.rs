//! The same question asked again, and asked at once.

use std::time::{Duration, Instant};

use mesh_fakes::openai::{Behaviour, Operation};
use serde_json::{Value, json};

use crate::synthesis::{LATE, ask, ask_within, asked, company, response};
use crate::vendors::{key, key_and_store, openai};

#[tokio::test]
async fn the_same_question_is_answered_from_the_cache_with_its_age() {
    let openai = openai().await;
    let server = company(&openai, &key()).await;
    let first = ask(&server, LATE).await;
    let again = ask(&server, LATE).await;
    assert_eq!(asked(&openai, "/v1/responses").len(), 1);
    assert_eq!(first["synthesis"].get("age"), None);
    assert!(again["synthesis"]["age"].is_u64(), "{again}");
    assert_eq!(first["response"], again["response"]);
    ask(&server, "where are the forklift keys?").await;
    assert_eq!(asked(&openai, "/v1/responses").len(), 2);
}

const WRITING: Duration = Duration::from_millis(400);

#[tokio::test]
async fn the_same_question_asked_at_once_is_written_once() {
    let openai = openai().await;
    openai.delay(Operation::Respond, WRITING);
    let server = company(&openai, &key()).await;
    let other = "where are the forklift keys?";
    let (one, two, three, _) = tokio::join!(
        ask(&server, LATE),
        ask(&server, LATE),
        ask(&server, LATE),
        ask(&server, other)
    );
    assert_eq!(asked(&openai, "/v1/responses").len(), 2, "one each");
    assert_eq!(one["response"], two["response"]);
    assert_eq!(one["response"], three["response"]);
    assert_eq!(one["synthesis"].get("age"), None);
    assert_eq!(
        (&two["synthesis"]["age"], &three["synthesis"]["age"]),
        (&json!(0), &json!(0))
    );
}

/// A marked answer is given to those who have waited, and to nobody later.
#[tokio::test]
async fn an_answer_that_is_not_kept_is_still_written_once() {
    let openai = openai().await;
    openai.delay(Operation::Respond, WRITING);
    let marked = Behaviour::Complete("Kangaroos rule the warehouse.".into());
    openai.next(Operation::Respond, marked);
    let server = company(&openai, &key()).await;
    let (one, two) = tokio::join!(ask(&server, LATE), ask(&server, LATE));
    assert_eq!(one["response"], two["response"]);
    assert_eq!(asked(&openai, "/v1/responses").len(), 1);
    let again = ask(&server, LATE).await;
    assert_eq!(again["synthesis"].get("uncited"), None, "{again}");
    assert_eq!(asked(&openai, "/v1/responses").len(), 2);
}

#[tokio::test]
async fn questions_that_no_model_is_asked_for_hold_up_none_that_wait() {
    let openai = openai().await;
    openai.delay(Operation::Search, WRITING);
    let server = company(&openai, &key_and_store()).await;
    let query = "chocolate soufflé recipe";
    let started = Instant::now();
    let answers = (0..6).map(|_| ask(&server, query));
    let answers = futures::future::join_all(answers).await;
    assert!(answers.iter().all(|answer| answer["found"] == false));
    let took = started.elapsed();
    assert!(took < WRITING * 5, "one after the other: {took:?}");
    assert_eq!(asked(&openai, "/v1/responses").len(), 0);
}

#[tokio::test]
async fn where_the_first_fails_a_waiting_one_has_it_written() {
    let openai = openai().await;
    openai.delay(Operation::Respond, WRITING);
    openai.next(Operation::Respond, Behaviour::Status(400));
    let server = company(&openai, &key()).await;
    let (one, two, three) =
        tokio::join!(ask(&server, LATE), ask(&server, LATE), ask(&server, LATE));
    let state = |answer: &Value| answer["synthesis"]["state"].clone();
    assert_eq!(
        [state(&one), state(&two), state(&three)],
        ["failed", "complete", "complete"]
    );
    assert_eq!(asked(&openai, "/v1/responses").len(), 2);
}

#[tokio::test]
async fn where_the_first_leaves_a_waiting_one_has_it_written() {
    let openai = openai().await;
    openai.delay(Operation::Respond, WRITING);
    let server = company(&openai, &key()).await;
    let leaving = tokio::time::timeout(WRITING / 2, ask(&server, LATE));
    let (left, answer) = tokio::join!(leaving, ask(&server, LATE));
    assert!(left.is_err(), "it was still waiting");
    assert_eq!(answer["synthesis"]["state"], "complete");
    assert_eq!(answer["synthesis"].get("age"), None);
    assert_eq!(asked(&openai, "/v1/responses").len(), 2);
}

#[tokio::test]
async fn who_has_less_time_than_the_first_takes_is_answered_within_it() {
    let openai = openai().await;
    let stall = Behaviour::Stall(Duration::from_secs(30));
    openai.next(Operation::Respond, stall);
    let server = company(&openai, &key()).await;
    let first = tokio::time::timeout(Duration::from_secs(5), ask(&server, LATE));
    let (left, (answer, took)) = tokio::join!(first, ask_within(&server, 3_000, LATE));
    assert!(left.is_err(), "it was still waiting");
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(response(&answer).contains("Sources:"), "{answer}");
}
