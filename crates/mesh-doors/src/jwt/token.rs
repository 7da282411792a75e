use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Algorithm, Fault};

/// Headers of most servers in front of us end at 8 or 16 KB; a token of a usual issuer has one or two.
pub(super) const MAX_BYTES: usize = 16 * 1024;

/// A token in the compact form (RFC 7515, section 7.1) with a header that can be ours. Nothing of it is proved.
pub(super) struct Token<'a> {
    pub(super) header: Header,
    /// The first two parts, as they were signed.
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
    pub(super) claims: Map<String, Value>,
}

/// What selects the key. A key that a token brings itself (`jwk`, `jku`, `x5c`, `x5u`) is not looked at.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
}

impl<'a> Token<'a> {
    pub(super) fn parse(token: &'a str, algorithms: &[Algorithm]) -> Result<Self, Fault> {
        if token.len() > MAX_BYTES {
            return Err(Fault::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Fault::Malformed)?;
        Ok(Self {
            header: Header::of(&object(header)?, algorithms)?,
            signed,
            signature: bytes(signature)?,
            claims: object(claims)?,
        })
    }
}

impl Header {
    fn of(header: &Map<String, Value>, algorithms: &[Algorithm]) -> Result<Self, Fault> {
        // RFC 7515, section 4.1.11: who does not know an extension refuses the token; none is known here.
        if header.contains_key("crit") {
            return Err(Fault::Critical);
        }
        if !header.get("typ").is_none_or(is_access_token) {
            return Err(Fault::Type);
        }
        let algorithm = header.get("alg").and_then(Value::as_str);
        let algorithm = algorithm.and_then(Algorithm::named);
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.clone()),
            Some(_) => return Err(Fault::Malformed),
        };
        Ok(Self {
            algorithm: algorithm
                .filter(|algorithm| algorithms.contains(algorithm))
                .ok_or(Fault::Algorithm)?,
            kid,
        })
    }
}

/// RFC 9068, section 2.1, and what older servers write, or leave out.
fn is_access_token(typ: &Value) -> bool {
    let typ = typ.as_str().map(str::to_ascii_lowercase);
    let typ = typ.as_deref().unwrap_or_default();
    matches!(
        typ.strip_prefix("application/").unwrap_or(typ),
        "at+jwt" | "jwt"
    )
}

fn object(part: &str) -> Result<Map<String, Value>, Fault> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Fault::Malformed)
}

/// Without padding, and with no bit to spare: one token has one spelling.
fn bytes(part: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed)
}
