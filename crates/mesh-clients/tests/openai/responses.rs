use std::time::{Duration, Instant};

use mesh_clients::openai::{End, ModelResponse, OpenAiError, Usage};
use mesh_fakes::openai::{Behaviour, MODEL, Operation};
use serde_json::json;

use super::{World, millis, question, soon};

const TEXT: &str = "Masters are checked twice. [1]";

async fn after(behaviour: Behaviour) -> Result<ModelResponse, OpenAiError> {
    let world = World::new().await;
    world.fake.next(Operation::Respond, behaviour);
    world.respond(soon()).await
}

#[tokio::test]
async fn a_response_comes_word_by_word_and_ends_with_what_it_cost() {
    let world = World::new().await;
    let mut words = Vec::new();
    let mut on_text = |word: &str| words.push(word.to_owned());
    let (client, key) = (&world.client, &world.key);
    let response = client.respond(key, &question(), soon(), &mut on_text).await;
    let expected = ModelResponse {
        id: Some("resp_000003".to_owned()),
        model: MODEL.to_owned(),
        text: TEXT.to_owned(),
        end: End::Completed,
        usage: Some(Usage {
            input: 9,
            output: 21,
            reasoning: 16,
        }),
    };
    assert_eq!(response.expect("answered"), expected);
    assert_eq!(words, ["Masters ", "are ", "checked ", "twice. ", "[1]"]);
}

#[tokio::test]
async fn a_response_that_is_not_streamed_is_read_whole() {
    let world = World::new().await;
    world.fake.next(Operation::Respond, Behaviour::Whole);
    let mut words = Vec::new();
    let mut on_text = |word: &str| words.push(word.to_owned());
    let (client, key) = (&world.client, &world.key);
    let response = client.respond(key, &question(), soon(), &mut on_text).await;
    let response = response.expect("answered");
    assert_eq!(
        (response.text.as_str(), response.end),
        (TEXT, End::Completed)
    );
    assert_eq!(words, [TEXT]);
}

#[tokio::test]
async fn a_request_says_what_was_asked_and_that_it_is_not_stored() {
    let world = World::new().await;
    world.respond(soon()).await.expect("answered");
    let question = question();
    let body = json!({
        "model": MODEL, "instructions": question.instructions, "input": question.input,
        "reasoning": {"effort": "low"}, "max_output_tokens": 500, "store": false, "stream": true,
    });
    assert_eq!(world.fake.requests()[0].json(), body);
}

#[tokio::test]
async fn a_response_that_ran_out_of_tokens_has_the_text_so_far() {
    let response = after(Behaviour::Incomplete {
        reason: "max_output_tokens",
        text: "Masters are".to_owned(),
    });
    let response = response.await.expect("answered");
    assert_eq!(response.end, End::MaxOutputTokens);
    assert_eq!(response.text, "Masters are");
}

#[tokio::test]
async fn tokens_spent_on_reasoning_alone_leave_no_text() {
    let response = after(Behaviour::Incomplete {
        reason: "max_output_tokens",
        text: String::new(),
    });
    let response = response.await.expect("answered");
    assert_eq!(
        (response.end, response.text.as_str()),
        (End::MaxOutputTokens, "")
    );
}

#[tokio::test]
async fn a_filtered_response_says_so() {
    let response = after(Behaviour::Incomplete {
        reason: "content_filter",
        text: "Masters".to_owned(),
    });
    assert_eq!(response.await.expect("answered").end, End::ContentFilter);
}

#[tokio::test]
async fn a_reason_nobody_knows_is_named() {
    let response = after(Behaviour::Incomplete {
        reason: "max_cats",
        text: "Masters".to_owned(),
    });
    let error = response.await.expect_err("unknown");
    assert!(error.to_string().contains("`max_cats`"), "{error}");
}

#[tokio::test]
async fn a_refusal_is_told_apart_from_text() {
    let refusal = "I cannot help with that.";
    let response = after(Behaviour::Refuse(refusal.to_owned())).await;
    let response = response.expect("answered");
    assert_eq!(response.end, End::Refused(refusal.to_owned()));
    assert_eq!(response.text, "");
}

#[tokio::test]
async fn a_failed_response_is_a_fault_of_the_server_or_its_limit() {
    let failed = after(Behaviour::Fail("server_error")).await;
    let expected = "it failed: code `server_error`";
    assert_eq!(failed.expect_err("failed").to_string(), expected);
    let limited = after(Behaviour::Fail("rate_limit_exceeded")).await;
    assert!(
        matches!(limited, Err(OpenAiError::RateLimited { retry_after: None })),
        "{limited:?}"
    );
}

#[tokio::test]
async fn a_slow_stream_is_cut_off_at_the_deadline_with_the_text_so_far() {
    let world = World::new().await;
    let each = Duration::from_millis(300);
    world.fake.next(Operation::Respond, Behaviour::Slow(each));
    let begun = Instant::now();
    let response = world.respond(millis(700)).await.expect("some text came");
    assert!(begun.elapsed() < Duration::from_millis(1_200));
    assert_eq!(response.end, End::CutOff);
    assert!(TEXT.starts_with(&response.text) && response.text.starts_with("Masters "));
    assert_eq!((response.usage, response.model.as_str()), (None, MODEL));
    assert_eq!(response.id.as_deref(), Some("resp_000003"));
}

#[tokio::test]
async fn a_stream_whose_connection_breaks_has_the_text_so_far() {
    let response = after(Behaviour::BreakAfter(2))
        .await
        .expect("some text came");
    assert_eq!(
        (response.end, response.text.as_str()),
        (End::CutOff, "Masters are ")
    );
}

#[tokio::test]
async fn a_stream_whose_connection_breaks_before_any_text_is_an_error() {
    let error = after(Behaviour::BreakAfter(0)).await.expect_err("no text");
    assert!(matches!(error, OpenAiError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn a_stream_that_ends_within_an_event_has_the_text_so_far() {
    let response = after(Behaviour::Truncated).await.expect("some text came");
    assert_eq!(response.end, End::CutOff);
    assert!(TEXT.starts_with(&response.text), "{response:?}");
    assert!(
        (1..TEXT.len()).contains(&response.text.len()),
        "{response:?}"
    );
}
