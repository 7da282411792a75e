use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};

/// Made for tests (`openssl genpkey -algorithm RSA -outform DER`), as ring makes no RSA key: they have signed nothing else.
const FAKE_RSA: [&[u8]; 2] = [
    include_bytes!("fake-rsa-1.der"),
    include_bytes!("fake-rsa-2.der"),
];

/// A private key, under the name that tokens call it by.
pub struct Signer {
    kid: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(&'static str, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// One of two keys of RSA.
    ///
    /// # Panics
    /// Where there is no such.
    #[must_use]
    pub fn rsa(kid: &str, number: usize) -> Self {
        let key = RsaKeyPair::from_der(FAKE_RSA[number]).expect("a key");
        Self::new(kid, Key::Rsa(Box::new(key)))
    }

    #[must_use]
    pub fn p256(kid: &str) -> Self {
        Self::ecdsa(kid, "P-256", &ECDSA_P256_SHA256_FIXED_SIGNING)
    }

    #[must_use]
    pub fn p384(kid: &str) -> Self {
        Self::ecdsa(kid, "P-384", &ECDSA_P384_SHA384_FIXED_SIGNING)
    }

    /// # Panics
    /// Where the system gives no random bytes.
    #[must_use]
    pub fn ed25519(kid: &str) -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random bytes");
        let key = Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key");
        Self::new(kid, Key::Ed25519(key))
    }

    fn ecdsa(kid: &str, curve: &'static str, algorithm: &'static EcdsaSigningAlgorithm) -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("random bytes");
        let key = EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random).expect("a key");
        Self::new(kid, Key::Ecdsa(curve, key))
    }

    fn new(kid: &str, key: Key) -> Self {
        Self {
            kid: kid.to_owned(),
            key,
        }
    }

    /// The public part, as a set of keys has it.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.key {
            Key::Rsa(key) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({"kty": "RSA", "n": encode(&public.n), "e": encode(&public.e)})
            }
            Key::Ecdsa(curve, key) => {
                let point = &key.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({"kty": "EC", "crv": curve, "x": encode(x), "y": encode(y)})
            }
            Key::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": encode(key.public_key().as_ref())})
            }
        };
        jwk["kid"] = self.kid.clone().into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// A token as an honest issuer makes it.
    #[must_use]
    pub fn token(&self, algorithm: &str, claims: &Value) -> String {
        let header = json!({"alg": algorithm, "kid": self.kid, "typ": "at+jwt"});
        self.sign(&header, claims)
    }

    /// Any header and any claims; the header's `alg` says how they are signed.
    ///
    /// # Panics
    /// Where the key cannot sign so.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let algorithm = header["alg"].as_str().unwrap_or_default();
        let signature = encode(&self.signature(algorithm, signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn signature(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let padding = padding(algorithm);
                let signed = key.sign(padding, &random, message, &mut signature);
                signed.expect("room for a signature");
                signature
            }
            Key::Ecdsa(_, key) => {
                let signature = key.sign(&random, message).expect("random bytes");
                signature.as_ref().to_vec()
            }
            Key::Ed25519(key) => key.sign(message).as_ref().to_vec(),
        }
    }
}

/// The first two parts of a token.
#[must_use]
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| encode(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

/// A token of HS256, as who has the key's public part can make it.
#[must_use]
pub fn with_secret(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let signed = unsigned(header, claims);
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, secret),
        signed.as_bytes(),
    );
    format!("{signed}.{}", encode(tag.as_ref()))
}

fn padding(algorithm: &str) -> &'static dyn RsaEncoding {
    match algorithm {
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        "PS256" => &RSA_PSS_SHA256,
        "PS384" => &RSA_PSS_SHA384,
        "PS512" => &RSA_PSS_SHA512,
        _ => &RSA_PKCS1_SHA256,
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.kid).finish()
    }
}
