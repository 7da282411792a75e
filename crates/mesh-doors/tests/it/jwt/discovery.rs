//! Where keys are found, and which documents are believed.

use mesh_doors::jwt::JwtError;
use mesh_fakes::issuer::{FakeIssuer, KEYS, METADATA, Signer};
use serde_json::{Value, json};

use super::support::{Realm, trust, verifier};

const OPENID: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn the_metadata_of_openid_connect_will_do() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    realm.issuer.withdraw(METADATA);
    realm
        .issuer
        .publish(OPENID, &document(realm.issuer.origin(), &realm.issuer));
    assert!(
        realm
            .verify(&signer.token("ES256", &realm.claims()))
            .await
            .is_ok()
    );
    assert_eq!(realm.issuer.asked(), [METADATA, OPENID, KEYS]);
}

#[tokio::test]
async fn an_issuer_with_a_path_has_its_own_documents() {
    let signer = Signer::p256("p");
    let mut realm = Realm::with(&[&signer]).await;
    let issuer = format!("{}/tenant/v2.0", realm.issuer.origin());
    let own = "/tenant/v2.0/.well-known/openid-configuration";
    realm.issuer.publish(own, &document(&issuer, &realm.issuer));
    let mut trust = trust(&realm.issuer);
    trust.issuer.clone_from(&issuer);
    realm.verifier = verifier(trust);
    let token = signer.token("ES256", &realm.claims_with("iss", json!(issuer)));
    assert!(realm.verify(&token).await.is_ok());
}

#[tokio::test]
async fn metadata_of_another_issuer_is_not_believed() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    for other in [
        "https://evil.example.com",
        &format!("{}/", realm.issuer.origin()),
    ] {
        realm
            .issuer
            .publish(METADATA, &document(other, &realm.issuer));
        let verified = realm.verify(&signer.token("ES256", &realm.claims())).await;
        assert_eq!(verified, Err(JwtError::KeysUnavailable), "{other}");
    }
    assert!(!realm.issuer.asked().contains(&KEYS.to_owned()));
}

#[tokio::test]
async fn a_known_address_of_keys_needs_no_metadata() {
    let signer = Signer::p256("p");
    let mut realm = Realm::with(&[&signer]).await;
    let mut trust = trust(&realm.issuer);
    trust.jwks_url = Some(format!("{}{KEYS}", realm.issuer.origin()));
    realm.verifier = verifier(trust);
    assert!(
        realm
            .verify(&signer.token("ES256", &realm.claims()))
            .await
            .is_ok()
    );
    assert_eq!(realm.issuer.asked(), [KEYS]);
}

#[tokio::test]
async fn what_is_no_set_of_keys_lets_nobody_in() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let many = json!({"keys": [signer.jwk()], "fill": "x".repeat(256 * 1024)});
    for (after, keys) in [
        json!({"keys": []}),
        json!({"keys": {}}),
        json!([signer.jwk()]),
        json!({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "p"}, 7, null]}),
        Value::Null,
        many,
    ]
    .into_iter()
    .enumerate()
    {
        realm.issuer.publish(KEYS, &keys);
        let token = signer.token("ES256", &realm.claims());
        let verified = realm.verify_after(&token, 5 * after as u64).await;
        assert_eq!(verified, Err(JwtError::KeysUnavailable), "{after}");
    }
}

#[tokio::test]
async fn keys_that_could_be_changed_on_their_way_are_not_fetched() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let mut document = document(realm.issuer.origin(), &realm.issuer);
    document["jwks_uri"] = json!("http://keys.example.com/keys");
    realm.issuer.publish(METADATA, &document);
    let verified = realm.verify(&signer.token("ES256", &realm.claims())).await;
    assert_eq!(verified, Err(JwtError::KeysUnavailable));
}

#[tokio::test]
async fn of_two_keys_that_fit_a_token_without_a_name_neither_is_tried() {
    let (first, second) = (Signer::p256("1"), Signer::p256("2"));
    let nameless = json!({"alg": "ES256", "typ": "at+jwt"});
    let alone = Realm::with(&[&first, &Signer::ed25519("3")]).await;
    assert!(
        alone
            .verify(&first.sign(&nameless, &alone.claims()))
            .await
            .is_ok()
    );
    let both = Realm::with(&[&first, &second]).await;
    assert!(both.refuses(&first.sign(&nameless, &both.claims())).await);
}

fn document(issuer: &str, server: &FakeIssuer) -> Value {
    json!({"issuer": issuer, "jwks_uri": format!("{}{KEYS}", server.origin())})
}
