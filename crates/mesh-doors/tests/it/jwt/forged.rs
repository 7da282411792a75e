//! What an attacker tries. Each is compared with a token that differs from it in nothing else and is taken.

use mesh_doors::jwt::{Algorithm, JwtError};
use mesh_fakes::issuer::{FakeIssuer, KEYS, Signer, unsigned, with_secret};
use serde_json::{Value, json};

use super::support::{NOW, RESOURCE, Realm};

const DEFAULT: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];

#[tokio::test]
async fn a_token_that_is_not_signed_is_refused() {
    let signer = Signer::rsa("r", 0);
    let realm = Realm::with(&[&signer]).await;
    let good = signer.token("RS256", &realm.claims());
    assert!(realm.verify(&good).await.is_ok());
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let header = json!({"alg": alg, "kid": "r", "typ": "at+jwt"});
        let forged = unsigned(&header, &realm.claims());
        for token in [
            format!("{forged}."),
            format!("{forged}.{signature}"),
            forged,
        ] {
            assert!(realm.refuses(&token).await, "{alg}: {token}");
        }
    }
    assert!(realm.refuses(&format!("{signed}.")).await);
    assert!(realm.refuses(signed).await);
}

#[tokio::test]
async fn the_public_key_is_no_secret_of_a_symmetric_algorithm() {
    let signer = Signer::rsa("r", 0);
    let realm = Realm::with(&[&signer]).await;
    let jwk = signer.jwk();
    let secrets = [
        jwk.to_string(),
        jwk["n"].as_str().unwrap_or_default().to_owned(),
    ];
    for alg in ["HS256", "hs256", "RS256"] {
        for secret in &secrets {
            let header = json!({"alg": alg, "kid": "r"});
            let token = with_secret(&header, &realm.claims(), secret.as_bytes());
            assert!(realm.refuses(&token).await, "{alg}");
        }
    }
}

#[tokio::test]
async fn another_key_under_the_same_name_is_refused() {
    let (signer, thief) = (Signer::rsa("r", 0), Signer::rsa("r", 1));
    let realm = Realm::with(&[&signer]).await;
    assert!(realm.refuses(&thief.token("RS256", &realm.claims())).await);
    let ed25519 = Signer::ed25519("r");
    assert!(
        realm
            .refuses(&ed25519.token("EdDSA", &realm.claims()))
            .await
    );
}

#[tokio::test]
async fn changed_claims_are_refused() {
    let signer = Signer::ed25519("d");
    let realm = Realm::with(&[&signer]).await;
    let good = signer.token("EdDSA", &realm.claims());
    let signature = good.rsplit_once('.').expect("three parts").1;
    let header = json!({"alg": "EdDSA", "kid": "d", "typ": "at+jwt"});
    let changed = unsigned(&header, &realm.claims_with("sub", json!("eve")));
    assert!(realm.refuses(&format!("{changed}.{signature}")).await);
}

#[tokio::test]
async fn an_algorithm_that_is_not_pinned_is_refused() {
    let (rsa, p384) = (Signer::rsa("r", 0), Signer::p384("q"));
    let realm = Realm::pinned(&[&rsa, &p384], &DEFAULT).await;
    assert!(
        realm
            .verify(&rsa.token("RS256", &realm.claims()))
            .await
            .is_ok()
    );
    assert!(realm.refuses(&rsa.token("PS256", &realm.claims())).await);
    assert!(realm.refuses(&p384.token("ES384", &realm.claims())).await);
}

#[tokio::test]
async fn a_key_is_used_for_nothing_but_what_it_says() {
    let signer = Signer::rsa("r", 0);
    let realm = Realm::with(&[]).await;
    let publish = |name: &str, value: Value| {
        let mut jwk = signer.jwk();
        jwk[name] = value;
        let other = Signer::ed25519("other").jwk();
        realm.issuer.publish(KEYS, &json!({"keys": [jwk, other]}));
    };
    let token = signer.token("RS256", &realm.claims());
    let cases = [
        ("alg", json!("RS256"), true),
        ("alg", json!("PS256"), false),
        ("alg", json!("RSA-OAEP-256"), false),
        ("use", json!("enc"), false),
        ("key_ops", json!(["verify"]), true),
        ("key_ops", json!(["encrypt"]), false),
        ("kty", json!("oct"), false),
        ("n", json!("AQAB"), false),
        ("kid", json!("R"), false),
    ];
    for (name, value, is_good) in cases {
        publish(name, value.clone());
        // One that has not read the keys yet.
        let realm = Realm {
            issuer: realm.issuer.clone(),
            verifier: super::support::verifier(super::support::trust(&realm.issuer)),
        };
        assert_eq!(
            realm.verify(&token).await.is_ok(),
            is_good,
            "{name} {value}"
        );
    }
}

#[tokio::test]
async fn claims_that_do_not_hold_are_refused() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    for (name, value) in [
        ("iss", json!("https://evil.example.com")),
        ("iss", json!(format!("{}/", realm.issuer.origin()))),
        ("iss", json!([realm.issuer.origin()])),
        ("iss", Value::Null),
        ("aud", json!("https://other.example.com")),
        ("aud", json!(format!("{RESOURCE}/"))),
        ("aud", json!([])),
        ("aud", json!([[RESOURCE]])),
        ("aud", json!({ RESOURCE: true })),
        ("aud", Value::Null),
        ("exp", json!(NOW - 61)),
        ("exp", json!((NOW + 300).to_string())),
        ("exp", json!(true)),
        ("exp", Value::Null),
        ("nbf", json!(NOW + 3600)),
        ("nbf", json!("yesterday")),
        ("nbf", Value::Null),
        ("iat", json!(NOW + 3600)),
        ("iat", json!("yesterday")),
        ("sub", json!("")),
        ("sub", json!(7)),
        ("sub", json!("a".repeat(256))),
        ("sub", Value::Null),
    ] {
        let token = signer.token("ES256", &realm.claims_with(name, value.clone()));
        assert!(realm.refuses(&token).await, "{name} {value}");
    }
    for name in ["iss", "aud", "exp", "sub"] {
        let mut claims = realm.claims();
        claims.as_object_mut().expect("an object").remove(name);
        let token = signer.token("ES256", &claims);
        assert!(realm.refuses(&token).await, "without {name}");
    }
}

#[tokio::test]
async fn tokens_of_another_kind_and_with_unknown_extensions_are_refused() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    for (name, value) in [
        ("typ", json!("logout+jwt")),
        ("typ", json!("dpop+jwt")),
        ("typ", json!("JOSE")),
        ("typ", json!(7)),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", Value::Null),
        ("alg", json!(["ES256"])),
        ("alg", Value::Null),
        ("kid", json!(["p"])),
        ("kid", Value::Null),
    ] {
        let mut header = json!({"alg": "ES256", "kid": "p", "typ": "at+jwt"});
        header[name] = value.clone();
        let token = signer.sign(&header, &realm.claims());
        assert!(realm.refuses(&token).await, "{name} {value}");
    }
}

#[tokio::test]
async fn a_key_that_the_token_brings_is_not_looked_at() {
    let (signer, thief) = (Signer::p256("p"), Signer::p256("p"));
    let realm = Realm::with(&[&signer]).await;
    let evil = FakeIssuer::start().await;
    evil.rotate(&[&thief]);
    let address = format!("{}{KEYS}", evil.origin());
    for (name, value) in [
        ("jwk", thief.jwk()),
        ("jku", json!(address)),
        ("x5u", json!(address)),
        ("x5c", json!(["MIIB"])),
    ] {
        let mut header = json!({"alg": "ES256", "kid": "p", "typ": "at+jwt"});
        header[name] = value;
        assert!(
            realm.refuses(&thief.sign(&header, &realm.claims())).await,
            "{name}"
        );
        // It is ignored, not forbidden: some issuers send `x5c`.
        assert!(
            realm
                .verify(&signer.sign(&header, &realm.claims()))
                .await
                .is_ok(),
            "{name}"
        );
    }
    assert_eq!(evil.asked(), [""; 0]);
}

#[tokio::test]
async fn names_of_keys_lead_nowhere() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    for kid in [
        "",
        "P",
        "p ",
        "../keys",
        "/dev/null",
        "p' OR '1'='1",
        "http://127.0.0.1/",
        "p\0",
    ] {
        let header = json!({"alg": "ES256", "kid": kid});
        let token = signer.sign(&header, &realm.claims());
        assert!(realm.refuses(&token).await, "{kid:?}");
    }
}

#[tokio::test]
async fn a_token_has_one_spelling() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let good = signer.token("ES256", &realm.claims());
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    // 64 bytes leave four bits of the last character to spare.
    let last = signature.chars().last().expect("a signature");
    let spare = char::from_u32(u32::from(last) + 1).expect("a character");
    for token in [
        format!("{good}="),
        format!("{good}=="),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{signature}"),
        format!("{}{spare}", &good[..good.len() - 1]),
        good.replacen('.', "..", 1),
        format!("{signed}.{}", signature.replace(['-', '_'], "+") + "+"),
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "e30.e30.".to_owned(),
        "\u{e9}.\u{e9}.\u{e9}".to_owned(),
    ] {
        assert!(realm.refuses(&token).await, "{token}");
    }
    assert!(realm.verify(&good).await.is_ok());
}

#[tokio::test]
async fn a_token_of_64_kb_is_refused_and_nothing_asked_for_it() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let filled = |bytes: usize| {
        let claims = realm.claims_with("fill", json!("x".repeat(bytes)));
        signer.token("ES256", &claims)
    };
    let large = filled(48 * 1024);
    assert!(large.len() > 64 * 1024);
    assert!(realm.refuses(&large).await);
    assert!(realm.refuses(&"a".repeat(64 * 1024)).await);
    assert_eq!(realm.issuer.asked(), [""; 0]);
    let small = filled(10 * 1024);
    assert!(realm.verify(&small).await.is_ok(), "{} bytes", small.len());
}

#[tokio::test]
async fn whatever_is_wrong_is_told_in_the_same_words() {
    let signer = Signer::p256("p");
    let realm = Realm::with(&[&signer]).await;
    let expired = signer.token("ES256", &realm.claims_with("exp", json!(NOW - 61)));
    let forged = Signer::p256("p").token("ES256", &realm.claims());
    for token in [expired.as_str(), &forged, "x.y.z", ""] {
        let error = realm.verify(token).await.expect_err("refused");
        assert_eq!(error, JwtError::Invalid);
        assert_eq!(error.to_string(), "invalid token");
    }
}
