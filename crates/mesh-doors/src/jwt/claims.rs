use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mesh_core::Subject;
use serde_json::{Map, Value};

use super::{Fault, Trust};

/// OpenID Connect Core, section 2; longer ones would be cut where they name the caller, and two might become one.
pub(super) const MAX_SUBJECT_BYTES: usize = 255;

/// Whom these claims speak of, where they hold now and are meant for us.
pub(super) fn subject(
    claims: Map<String, Value>,
    trust: &Trust,
    now: SystemTime,
) -> Result<Subject, Fault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(&trust.issuer) {
        return Err(Fault::Issuer);
    }
    if !claims.get("aud").is_some_and(|aud| is_for(aud, trust)) {
        return Err(Fault::Audience);
    }
    let expires = claims.get("exp").and_then(Value::as_f64);
    if !expires.is_some_and(|expires| seconds(now) < expires + trust.leeway.as_secs_f64()) {
        return Err(Fault::Expired);
    }
    let has_come = |name| {
        let Some(time) = claims.get(name) else {
            return true;
        };
        let time = time.as_f64();
        time.is_some_and(|time| time <= seconds(now) + trust.leeway.as_secs_f64())
    };
    if !has_come("nbf") || !has_come("iat") {
        return Err(Fault::NotYet);
    }
    if text("sub").is_none_or(|sub| sub.len() > MAX_SUBJECT_BYTES) {
        return Err(Fault::Subject);
    }
    Subject::new(claims).ok_or(Fault::Subject)
}

/// RFC 7519, section 4.1.3: one string, or a list of them.
fn is_for(aud: &Value, trust: &Trust) -> bool {
    let is_ours = |one: &Value| {
        let one = one.as_str();
        one.is_some_and(|one| trust.audiences.iter().any(|audience| audience == one))
    };
    match aud {
        Value::Array(list) => list.iter().any(is_ours),
        one => is_ours(one),
    }
}

/// A time as RFC 7519, section 2, has it: seconds, perhaps with a fraction.
fn seconds(now: SystemTime) -> f64 {
    let since = now.duration_since(UNIX_EPOCH);
    since.unwrap_or(Duration::ZERO).as_secs_f64()
}
