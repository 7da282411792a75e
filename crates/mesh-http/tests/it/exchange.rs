use std::time::{Duration, Instant};

use http::StatusCode;
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpError, Refusal};

use crate::support::{Fake, client, get, within};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrue";
const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy";
const BUSY_FOR_LONG: &str = "HTTP/1.1 503 Busy\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n";
const TOO_MANY: &str = "HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n";
const TOO_MANY_NOW: &str = "HTTP/1.1 429 Slow\r\nretry-after: 0\r\ncontent-length: 4\r\n\r\nfull";
const TOO_MANY_FOR_LONG: &str = "HTTP/1.1 429 Slow\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n";
const MOVED: &str = "HTTP/1.1 307 Moved\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n";
const LONG: &str = "HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n";
const ENDLESS: &str = "HTTP/1.1 200 OK\r\n\r\n\
    0123456789012345678901234567890123456789012345678901234567890123456789\
    0123456789012345678901234567890123456789012345678901234567890123456789";

#[tokio::test]
async fn an_answer_arrives_whole() {
    let fake = Fake::answering(&[OK]).await;
    let answer = client().send(get(&fake.url), within(5_000)).await;
    let body = answer.expect("answered").into_body().whole().await;
    assert_eq!(body.expect("whole").as_ref(), b"true");
}

#[tokio::test]
async fn a_refusal_is_told_with_its_body_and_shown_without() {
    let fake = Fake::answering(&[BUSY]).await;
    let error = client().send(get(&fake.url), within(5_000)).await;
    let error = error.expect_err("refused");
    assert!(!format!("{error:?} {error}").contains("busy"), "{error:?}");
    let HttpError::Refused(refusal) = error else {
        panic!("{error:?}");
    };
    assert_eq!(refusal.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refusal.body.as_ref(), b"busy");
    assert_eq!(fake.seen().len(), 1, "it may have taken effect");
}

#[tokio::test]
async fn of_a_refusal_that_is_long_the_beginning_is_kept() {
    let promised = "HTTP/1.1 400 Bad\r\ncontent-length: 100000\r\n\r\n";
    for head in [promised, "HTTP/1.1 400 Bad\r\n\r\n"] {
        let answer = String::leak(head.to_owned() + &"x".repeat(100_000));
        let fake = Fake::answering(&[answer]).await;
        let error = client().send(get(&fake.url), within(5_000)).await;
        let Err(HttpError::Refused(refusal)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(refusal.body.len(), 64 * 1024);
    }
}

#[tokio::test]
async fn what_may_be_sent_twice_is_sent_again_after_a_fault_that_passes() {
    for fault in [BUSY, ""] {
        let fake = Fake::answering(&[fault, OK]).await;
        let answer = client()
            .send_idempotent(get(&fake.url), within(5_000))
            .await;
        assert_eq!(answer.expect("answered").status(), StatusCode::OK);
        assert_eq!(fake.seen().len(), 2);
    }
}

#[tokio::test]
async fn what_must_not_take_effect_twice_is_sent_again_where_it_took_none() {
    let (client, bounds) = (client(), within(5_000));
    let fake = Fake::answering(&[TOO_MANY, TOO_MANY, OK]).await;
    let answer = client
        .send_until_taken(get(&fake.url), bounds, |_| false)
        .await;
    assert_eq!(answer.expect("answered").status(), StatusCode::OK);
    assert_eq!(fake.seen().len(), 3);
    for fault in [BUSY, "", ENDLESS] {
        let fake = Fake::answering(&[fault, OK]).await;
        let answer = client
            .send_until_taken(get(&fake.url), bounds, |_| false)
            .await;
        answer.map(drop).ok();
        assert_eq!(fake.seen().len(), 1, "it may have taken effect: {fault}");
    }
}

#[tokio::test]
async fn a_host_that_is_asked_for_too_much_is_asked_so_often_and_as_it_says() {
    let (client, bounds) = (client(), within(5_000));
    let fake = Fake::answering(&[TOO_MANY]).await;
    let error = client
        .send_until_taken(get(&fake.url), bounds, |_| false)
        .await;
    assert!(matches!(error, Err(HttpError::Refused(_))), "{error:?}");
    assert_eq!(fake.seen().len(), 4);
    let fake = Fake::answering(&[TOO_MANY_FOR_LONG]).await;
    let begun = Instant::now();
    let error = client
        .send_until_taken(get(&fake.url), bounds, |_| false)
        .await;
    assert!(matches!(error, Err(HttpError::Refused(_))), "{error:?}");
    assert_eq!(fake.seen().len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn what_waits_for_others_is_sent_again_in_the_first_half_of_its_time() {
    let full = [TOO_MANY_NOW; 9];
    let send = async |bounds: Bounds| {
        let fake = Fake::answering(&[&full[..], &[OK]].concat()).await;
        let waits = |refusal: &Refusal| refusal.body.as_ref() == b"full";
        let client = client();
        let answer = client.send_until_taken(get(&fake.url), bounds, waits).await;
        (answer.is_ok(), fake.seen().len())
    };
    assert_eq!(send(within(60_000)).await, (true, 10));
    let half = Instant::now() + Duration::from_secs(29);
    let late = Bounds {
        deadline: Deadline::after(half - Duration::from_secs(60), Duration::from_secs(60)),
        ..within(60_000)
    };
    assert_eq!(send(late).await, (false, 4));
}

#[tokio::test]
async fn a_fault_that_lasts_is_told_at_once() {
    let fake = Fake::answering(&["HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"]).await;
    let error = client()
        .send_idempotent(get(&fake.url), within(5_000))
        .await;
    assert!(matches!(error, Err(HttpError::Refused(_))), "{error:?}");
    assert_eq!(fake.seen().len(), 1);
}

#[tokio::test]
async fn a_host_that_wants_a_longer_pause_than_there_is_time_is_not_asked_again() {
    let fake = Fake::answering(&[BUSY_FOR_LONG, OK]).await;
    let begun = Instant::now();
    let error = client()
        .send_idempotent(get(&fake.url), within(5_000))
        .await;
    assert!(matches!(error, Err(HttpError::Refused(_))), "{error:?}");
    assert_eq!(fake.seen().len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let fake = Fake::answering(&[MOVED, OK]).await;
    let error = client()
        .send_idempotent(get(&fake.url), within(5_000))
        .await;
    let Err(HttpError::Refused(refusal)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(refusal.headers["location"], "/there");
    assert_eq!(fake.seen(), ["GET / HTTP/1.1"]);
}

#[tokio::test]
async fn a_body_beyond_its_bound_is_not_kept() {
    for long in [LONG, ENDLESS] {
        let fake = Fake::answering(&[long]).await;
        let answer = client().send(get(&fake.url), within(5_000)).await;
        let body = answer.expect("answered").into_body().whole().await;
        assert!(
            matches!(body, Err(HttpError::TooLarge { max_bytes: 100 })),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_at_the_deadline() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("bound"));
    let sent = tokio::spawn(async move { client().send(get(&url), within(300)).await });
    let (mut connection, _) = listener.accept().await.expect("a connection");
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut connection, head.as_bytes())
        .await
        .expect("sent");
    let answer = sent.await.expect("no panic").expect("a head");
    let late = answer.into_body().whole().await;
    assert!(matches!(late, Err(HttpError::TimedOut)), "{late:?}");
}

#[tokio::test]
async fn a_refusal_whose_body_does_not_come_leaves_time_for_another_attempt() {
    const STALLED: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\n";
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("bound"));
    let sent =
        tokio::spawn(async move { client().send_idempotent(get(&url), within(20_000)).await });
    let mut connections = Vec::new();
    for answer in [STALLED, OK] {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        let answered = tokio::io::AsyncWriteExt::write_all(&mut connection, answer.as_bytes());
        answered.await.expect("sent");
        connections.push(connection);
    }
    let answer = sent.await.expect("no panic").expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_host_that_goes_on_failing_is_not_asked() {
    let fake = Fake::answering(&[BUSY]).await;
    let client = client();
    for _ in 0..5 {
        client
            .send(get(&fake.url), within(5_000))
            .await
            .expect_err("refused");
    }
    let error = client.send(get(&fake.url), within(5_000)).await;
    assert!(
        matches!(error, Err(HttpError::LeftAlone { .. })),
        "{error:?}"
    );
    assert_eq!(fake.seen().len(), 5);
    let other = Fake::answering(&[OK]).await;
    let answer = client.send(get(&other.url), within(5_000)).await;
    assert_eq!(answer.expect("answered").status(), StatusCode::OK);
}

#[tokio::test]
async fn nobody_at_the_address_is_told_so() {
    let error = client()
        .send(get("http://127.0.0.1:1/"), within(5_000))
        .await;
    assert!(matches!(error, Err(HttpError::Unreachable(_))), "{error:?}");
}
