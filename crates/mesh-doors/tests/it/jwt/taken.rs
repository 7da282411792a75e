use mesh_core::Caller;
use mesh_doors::jwt::Algorithm;
use mesh_fakes::issuer::Signer;
use serde_json::json;

use super::support::{NOW, RESOURCE, Realm};

#[tokio::test]
async fn every_algorithm_is_verified_with_its_own_kind_of_key() {
    let signers = [
        Signer::rsa("r", 0),
        Signer::p256("p"),
        Signer::p384("q"),
        Signer::ed25519("d"),
    ];
    let realm = Realm::with(&signers.each_ref()).await;
    for (name, algorithm) in Algorithm::ALL {
        let signer = match algorithm {
            Algorithm::Es256 => &signers[1],
            Algorithm::Es384 => &signers[2],
            Algorithm::EdDsa => &signers[3],
            _ => &signers[0],
        };
        let subject = realm.verify(&signer.token(name, &realm.claims())).await;
        assert_eq!(subject.expect(name).subject, "ada");
    }
    let token = signers[3].token("Ed25519", &realm.claims());
    assert!(realm.verify(&token).await.is_ok(), "EdDSA's other name");
}

#[tokio::test]
async fn a_token_tells_who_it_is_for_and_what_it_may_do() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let token = signer.token("ES256", &realm.claims_with("groups", json!(["support"])));
    let subject = realm.verify(&token).await.expect("a good token");
    assert_eq!(subject.issuer, realm.issuer.origin());
    assert_eq!(subject.scopes, ["mesh:read"]);
    assert_eq!(subject.claims["groups"], json!(["support"]));
    let id = format!("jwt:ada@{}", realm.issuer.origin());
    assert_eq!(Caller::Subject(subject).id(), id);
}

#[tokio::test]
async fn times_have_a_minute_of_leeway_and_no_more() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    for (claim, value, is_good) in [
        ("exp", json!(NOW - 59), true),
        ("exp", json!(NOW - 60), false),
        ("exp", json!(NOW as f64 - 59.5), true),
        ("nbf", json!(NOW + 60), true),
        ("nbf", json!(NOW + 61), false),
        ("iat", json!(NOW + 60), true),
        ("iat", json!(NOW + 61), false),
    ] {
        let token = signer.token("ES256", &realm.claims_with(claim, value.clone()));
        assert_eq!(
            realm.verify(&token).await.is_ok(),
            is_good,
            "{claim} {value}"
        );
    }
}

#[tokio::test]
async fn one_of_several_audiences_is_enough() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    for aud in [
        json!(RESOURCE),
        json!("urn:mesh"),
        json!(["https://other.example.com", RESOURCE]),
    ] {
        let token = signer.token("ES256", &realm.claims_with("aud", aud.clone()));
        assert!(realm.verify(&token).await.is_ok(), "{aud}");
    }
}

#[tokio::test]
async fn the_type_of_an_access_token_may_be_written_in_several_ways() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "JWT",
        "application/jwt",
    ] {
        let header = json!({"alg": "ES256", "kid": "p", "typ": typ});
        let token = signer.sign(&header, &realm.claims());
        assert!(realm.verify(&token).await.is_ok(), "{typ}");
    }
    let token = signer.sign(&json!({"alg": "ES256", "kid": "p"}), &realm.claims());
    assert!(realm.verify(&token).await.is_ok(), "no typ");
}
