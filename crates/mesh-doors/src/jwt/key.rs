use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde::Deserialize;
use serde_json::Value;

use super::Algorithm;
use super::token::Header;

/// RFC 7518, section 3.3.
const MIN_RSA_BYTES: usize = 2048 / 8;

/// A public key of the issuer.
#[derive(Debug)]
pub(super) struct Key {
    kid: Option<String>,
    /// The one algorithm it is meant for, where it says so.
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa(PublicKeyComponents<Vec<u8>>),
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// RFC 7517, section 4.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Key {
    /// Nothing, where it is none that a signature can be checked with: RFC 7517, section 5, has unknown ones ignored.
    pub(super) fn of(jwk: &Value) -> Option<Self> {
        let jwk = Jwk::deserialize(jwk).ok()?;
        let algorithm = match jwk.alg.as_deref() {
            Some(name) => Some(Algorithm::named(name)?),
            None => None,
        };
        let operations = jwk.key_ops.as_ref();
        let is_for_signatures = jwk.r#use.as_ref().is_none_or(|purpose| purpose == "sig")
            && operations.is_none_or(|operations| operations.iter().any(|one| one == "verify"));
        is_for_signatures.then_some(Self {
            algorithm,
            material: Material::of(&jwk)?,
            kid: jwk.kid,
        })
    }

    /// A token that names no key takes the only one that fits it.
    pub(super) fn fits(&self, header: &Header) -> bool {
        (header.kid.is_none() || header.kid == self.kid)
            && self.algorithm.is_none_or(|own| own == header.algorithm)
            && self.material.can_verify(header.algorithm)
    }

    pub(super) fn has_signed(&self, by: Algorithm, message: &str, signature: &[u8]) -> bool {
        let message = message.as_bytes();
        let with = |algorithm: &'static dyn VerificationAlgorithm, key: &[u8]| {
            let key = UnparsedPublicKey::new(algorithm, key);
            key.verify(message, signature).is_ok()
        };
        match &self.material {
            Material::Rsa(key) => by
                .rsa()
                .is_some_and(|algorithm| key.verify(algorithm, message, signature).is_ok()),
            Material::P256(point) => with(&ECDSA_P256_SHA256_FIXED, point),
            Material::P384(point) => with(&ECDSA_P384_SHA384_FIXED, point),
            Material::Ed25519(key) => with(&ED25519, key),
        }
    }
}

impl Material {
    fn of(jwk: &Jwk) -> Option<Self> {
        let number = |member: &Option<String>| {
            let text = member.as_deref()?;
            URL_SAFE_NO_PAD.decode(text).ok()
        };
        let coordinate = |member, size| number(member).filter(|bytes| bytes.len() == size);
        // SEC 1, section 2.3.3, uncompressed: a 4, x, y.
        let point = |size| {
            let (x, y) = (coordinate(&jwk.x, size)?, coordinate(&jwk.y, size)?);
            Some([&[4], &x[..], &y[..]].concat())
        };
        match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (number(&jwk.n)?, number(&jwk.e)?);
                (n.len() >= MIN_RSA_BYTES).then_some(Self::Rsa(PublicKeyComponents { n, e }))
            }
            ("EC", Some("P-256")) => point(32).map(Self::P256),
            ("EC", Some("P-384")) => point(48).map(Self::P384),
            ("OKP", Some("Ed25519")) => coordinate(&jwk.x, 32).map(Self::Ed25519),
            _ => None,
        }
    }

    fn can_verify(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa(_) => algorithm.rsa().is_some(),
            Self::P256(_) => algorithm == Algorithm::Es256,
            Self::P384(_) => algorithm == Algorithm::Es384,
            Self::Ed25519(_) => algorithm == Algorithm::EdDsa,
        }
    }
}
