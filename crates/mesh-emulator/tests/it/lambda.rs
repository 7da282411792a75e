//! The emulator against a function made with the official runtime.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use mesh_emulator::{
    Authorizer, Bootstrap, Deadline, Environment, Event, Function, Identity, Options, Outcome,
    Reply, StartError,
};
use serde_json::{Value, json};

use crate::support::echo;

const SECONDS: Duration = Duration::from_secs(20);

#[tokio::test]
async fn an_event_arrives_as_it_was_sent() {
    let function = echo(Environment::lambda()).await;
    let event = Event::function_url(Method::POST, "/any/p%C3%A4th?q=1&q=2")
        .json(&json!({"hello": "world"}))
        .header("Cookie", "a=1; b=2")
        .signed_by(Identity::of("arn:aws:iam::123456789012:user/alice"));
    let options = Options {
        request_id: Some("one".to_owned()),
        trace_id: Some("Root=1-2-3;Parent=4;Sampled=1".to_owned()),
        ..Options::deadline(Deadline::EpochMs(600_000))
    };
    let told = reply(function.invoke(&event, options).await).json();
    assert_eq!(told["method"], "POST");
    assert!(
        told["uri"]
            .as_str()
            .unwrap()
            .ends_with("on.aws/any/p%C3%A4th?q=1&q=2"),
        "{told}"
    );
    assert_eq!(told["body"], r#"{"hello":"world"}"#);
    assert_eq!(told["cookie"], "a=1; b=2");
    assert_eq!(told["deadline"], 600_000);
    assert_eq!(told["request_id"], "one");
    assert_eq!(told["trace"], "Root=1-2-3;Parent=4;Sampled=1");
    assert_eq!(told["principal"], "arn:aws:iam::123456789012:user/alice");
}

#[tokio::test]
async fn an_http_api_is_understood_too() {
    let function = echo(Environment::lambda()).await;
    let event = Event::http_api(Method::POST, "/rpc")
        .json(&Value::Null)
        .authorizer(Authorizer::Jwt {
            claims: json!({"sub": "alice"}),
            scopes: None,
        });
    let told = reply(function.invoke(&event, Options::default()).await).json();
    assert!(
        told["uri"].as_str().unwrap().ends_with("amazonaws.com/rpc"),
        "{told}"
    );
    assert_eq!(told["principal"], Value::Null);
}

#[tokio::test]
async fn a_binary_reply_and_its_cookies_come_back() {
    let function = echo(Environment::lambda()).await;
    let reply = reply(get(&function, "/cookies").await);
    assert_eq!(reply.status, 202);
    assert_eq!(reply.body, Bytes::from_static(&[0xff, 0x00]));
    assert_eq!(reply.cookies, ["a=1", "b=2"]);
    assert_eq!(reply.header("x-binary"), Some("yes"));
    assert!(reply.chunks.is_empty());
}

#[tokio::test]
async fn an_error_and_a_panic_are_failures_and_the_function_lives() {
    let function = echo(Environment::lambda()).await;
    let Outcome::Failed(error) = get(&function, "/error").await else {
        panic!("no failure")
    };
    assert_eq!(error.message, "out of order");
    let Outcome::Failed(panic) = get(&function, "/panic").await else {
        panic!("no failure")
    };
    assert_eq!(panic.message, "Lambda panicked: the roof is on fire");
    assert!(
        function
            .stderr()
            .find(SECONDS, |line| line.contains("the roof is on fire"))
            .await
            .is_some()
    );
    assert_eq!(reply(get(&function, "/fixed").await).text(), "{}");
}

#[tokio::test]
async fn an_exit_is_told_with_its_code() {
    let function = echo(Environment::lambda()).await;
    let Outcome::Exited(status) = get(&function, "/exit").await else {
        panic!("no exit")
    };
    assert_eq!(status.code(), Some(7));
    assert!(!function.is_alive());
    assert!(function.usage().is_err());
}

#[tokio::test]
async fn a_function_that_does_not_answer_times_out() {
    let function = echo(Environment::lambda()).await;
    let event = Event::function_url(Method::GET, "/slow");
    let options = Options::deadline(Deadline::In(Duration::from_millis(50)));
    let outcome = function.invoke(&event, options).await;
    assert!(matches!(outcome, Outcome::TimedOut), "{outcome:?}");
    assert!(function.is_alive());
}

#[tokio::test]
async fn an_answer_over_six_megabytes_is_a_failure_and_the_function_lives() {
    let function = echo(Environment::lambda()).await;
    let Outcome::Failed(failure) = get(&function, "/large").await else {
        panic!("no failure")
    };
    assert_eq!(failure.kind, "Function.ResponseSizeTooLarge");
    assert_eq!(reply(get(&function, "/fixed").await).status, 200);
}

#[tokio::test]
async fn several_workers_answer_at_once() {
    let function = echo(Environment::lambda().with("AWS_LAMBDA_MAX_CONCURRENCY", "4")).await;
    let slow = function.begin(
        &Event::function_url(Method::GET, "/slow"),
        &Options::default(),
    );
    assert_eq!(reply(get(&function, "/fixed").await).status, 200);
    drop(slow);
}

#[tokio::test]
async fn a_stream_is_seen_piece_by_piece() {
    let function = echo(Environment::lambda().with("STREAMING", "1")).await;
    let mut invocation = function.begin(
        &Event::function_url(Method::GET, "/steps"),
        &Options::default(),
    );
    let head = invocation.head().await.unwrap();
    assert_eq!(
        (head.status.as_u16(), &head.headers["content-type"]),
        (200, &"text/event-stream".parse().unwrap())
    );
    assert_eq!(invocation.chunk().await.unwrap().bytes, "one\n");
    let Outcome::Answered(rest) = invocation.outcome().await else {
        panic!("no reply")
    };
    assert_eq!(rest.text(), "two\n");
    assert_eq!(rest.broken, None);
}

#[tokio::test]
async fn an_http_api_takes_no_stream() {
    let function = echo(Environment::lambda().with("STREAMING", "1")).await;
    let event = Event::http_api(Method::GET, "/steps");
    let outcome = function.invoke(&event, Options::default()).await;
    assert!(matches!(outcome, Outcome::Malformed(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_process_without_the_means_to_start_is_told_apart() {
    let silent = Function::spawn(
        &Bootstrap::new("/bin/sleep").arguments(["60"]),
        &Environment::lambda(),
    )
    .unwrap();
    let error = silent.ready(Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, StartError::TimedOut), "{error}");
    let ended = Function::spawn(&Bootstrap::new("/bin/false"), &Environment::lambda()).unwrap();
    let error = ended.ready(SECONDS).await.unwrap_err();
    assert!(
        matches!(error, StartError::Exited(status) if status.code() == Some(1)),
        "{error}"
    );
}

#[tokio::test]
async fn a_function_that_is_dropped_is_ended() {
    let function = echo(Environment::lambda()).await;
    let used = function.usage().unwrap();
    assert!(
        used.peak_resident_kb >= used.resident_kb && used.resident_kb > 500,
        "{used:?}"
    );
    let status = function.end().await;
    assert_eq!(status.code(), None);
}

async fn get(function: &Function, target: &str) -> Outcome {
    function
        .invoke(
            &Event::function_url(Method::GET, target),
            Options::default(),
        )
        .await
}

fn reply(outcome: Outcome) -> Reply {
    outcome.into_reply().expect("an answer")
}
