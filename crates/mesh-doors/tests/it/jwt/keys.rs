//! When the issuer is asked for its keys, and what becomes of tokens while it does not answer.

use std::time::{Duration, Instant, SystemTime};

use mesh_core::Deadline;
use mesh_doors::jwt::JwtError;
use mesh_fakes::issuer::{KEYS, METADATA, Manner, Signer};
use serde_json::json;

use super::support::{NOW, Realm};

const ONCE: [&str; 2] = [METADATA, KEYS];
const NEVER: [&str; 0] = [];

#[tokio::test]
async fn many_tokens_at_once_ask_the_issuer_once() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let token = signer.token("ES256", &realm.claims());
    let all = (0..50).map(|_| {
        let (verifier, token) = (realm.verifier.clone(), token.clone());
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        tokio::spawn(async move { verifier.verify(&token, now, super::support::soon()).await })
    });
    for verified in all.collect::<Vec<_>>() {
        assert!(verified.await.expect("no panic").is_ok());
    }
    assert_eq!(realm.issuer.asked(), ONCE);
    assert!(realm.verify_after(&token, 299).await.is_ok());
    assert_eq!(realm.issuer.asked(), NEVER);
}

#[tokio::test]
async fn keys_are_read_again_when_they_are_no_longer_fresh() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    realm.issuer.cache_control("max-age=120");
    let token = signer.token("ES256", &realm.claims());
    for (after, asked) in [(0, &ONCE[..]), (119, &NEVER), (120, &ONCE), (239, &NEVER)] {
        assert!(realm.verify_after(&token, after).await.is_ok(), "{after}");
        assert_eq!(realm.issuer.asked(), asked, "{after}");
    }
    // A key that was taken back is dead then.
    realm.issuer.rotate(&[&Signer::p256("new")]);
    assert_eq!(
        realm.verify_after(&token, 240).await,
        Err(JwtError::Invalid)
    );
}

#[tokio::test]
async fn a_new_key_is_fetched_at_once_and_strangers_inventions_once_a_minute() {
    let (old, new) = (Signer::p256("old"), Signer::p256("new"));
    let realm = Realm::with(&[&old]).await;
    assert!(
        realm
            .verify(&old.token("ES256", &realm.claims()))
            .await
            .is_ok()
    );
    assert_eq!(realm.issuer.asked(), ONCE);

    for (second, asked) in [
        (1, &NEVER[..]),
        (59, &NEVER),
        (60, &ONCE),
        (61, &NEVER),
        (119, &NEVER),
    ] {
        let stranger = Signer::p256(&format!("stranger-{second}"));
        let token = stranger.token("ES256", &realm.claims());
        assert_eq!(
            realm.verify_after(&token, second).await,
            Err(JwtError::Invalid)
        );
        assert_eq!(realm.issuer.asked(), asked, "{second}");
    }

    realm.issuer.rotate(&[&old, &new]);
    let token = new.token("ES256", &realm.claims());
    assert_eq!(
        realm.verify_after(&token, 119).await,
        Err(JwtError::Invalid)
    );
    assert!(realm.verify_after(&token, 120).await.is_ok());
    assert_eq!(realm.issuer.asked(), ONCE);
}

#[tokio::test]
async fn tokens_that_fail_before_their_signature_ask_nothing() {
    let realm = Realm::with(&[&Signer::p256("p")]).await;
    let expired = realm.claims_with("exp", json!(NOW - 61));
    let stranger = Signer::p256("stranger");
    assert!(realm.refuses(&stranger.token("ES256", &expired)).await);
    assert!(realm.refuses("x.y.z").await);
    assert_eq!(realm.issuer.asked(), NEVER);
}

#[tokio::test]
async fn old_keys_are_used_for_an_hour_while_the_issuer_is_down() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let claims = realm.claims_with("exp", json!(NOW + 86_400));
    let token = signer.token("ES256", &claims);
    assert!(realm.verify(&token).await.is_ok());

    realm.issuer.behave(Manner::Fails);
    for after in [600, 601, 659, 600 + 3599] {
        assert!(realm.verify_after(&token, after).await.is_ok(), "{after}");
    }
    let late = realm.verify_after(&token, 600 + 3600).await;
    assert_eq!(late, Err(JwtError::KeysUnavailable));
}

#[tokio::test]
async fn an_issuer_that_is_down_is_asked_once_a_minute_or_in_five_seconds_where_there_are_no_keys()
{
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let token = signer.token("ES256", &realm.claims_with("exp", json!(NOW + 86_400)));
    realm.issuer.behave(Manner::Fails);
    let is_asked = || !realm.issuer.asked().is_empty();

    for (after, asked) in [(0, true), (1, false), (4, false), (5, true)] {
        let verified = realm.verify_after(&token, after).await;
        assert_eq!(verified, Err(JwtError::KeysUnavailable), "{after}");
        assert_eq!(is_asked(), asked, "{after}");
    }
    realm.issuer.behave(Manner::Answers);
    assert!(realm.verify_after(&token, 10).await.is_ok());
    assert!(is_asked());

    realm.issuer.behave(Manner::Fails);
    for (after, asked) in [(610, true), (611, false), (669, false), (670, true)] {
        assert!(realm.verify_after(&token, after).await.is_ok(), "{after}");
        assert_eq!(is_asked(), asked, "{after}");
    }
}

#[tokio::test]
async fn a_caller_waits_for_keys_no_longer_than_its_deadline() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    realm.issuer.behave(Manner::Hangs);
    let token = signer.token("ES256", &realm.claims());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    let begun = Instant::now();
    let deadline = Deadline::after(begun, Duration::from_millis(200));
    let verified = realm.verifier.verify(&token, now, deadline).await;
    assert_eq!(verified, Err(JwtError::KeysUnavailable));
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn nobody_with_a_known_key_waits_while_new_ones_are_read() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let token = signer.token("ES256", &realm.claims());
    assert!(realm.verify(&token).await.is_ok());
    assert_eq!(realm.issuer.asked(), ONCE);

    realm.issuer.behave(Manner::Hangs);
    let stranger = Signer::p256("stranger").token("ES256", &realm.claims());
    let verifier = realm.verifier.clone();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 60);
    let reading = tokio::spawn(async move {
        verifier
            .verify(&stranger, now, super::support::soon())
            .await
    });
    while realm.issuer.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    assert!(realm.verify_after(&token, 61).await.is_ok());
    assert!(begun.elapsed() < Duration::from_secs(1));
    reading.abort();
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_end_the_reading() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let token = signer.token("ES256", &realm.claims());
    // The keys are asked for, and then nobody waits for them.
    tokio::select! {
        biased;
        verified = realm.verify(&token) => panic!("{verified:?} at once"),
        () = std::future::ready(()) => {}
    }
    assert!(realm.verify_after(&token, 1).await.is_ok());
    assert_eq!(realm.issuer.asked(), ONCE);
}
