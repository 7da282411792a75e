use std::time::{Duration, SystemTime};

use mesh_core::{Caller, Secret, hex};
use ring::digest::{SHA256, digest};
use ring::hmac;
use serde_json::Value;

/// A salt is good for so long: what one period's digests say of a person cannot be joined with another's.
const PERIOD: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What personal data are hashed with. Made from a key and the time, so that whoever has the key can tell which lines are of a
/// person, and nobody can once the key is gone.
#[derive(Clone, Debug)]
pub struct Salt {
    period: u64,
    key: hmac::Key,
}

impl Salt {
    /// The salt of the period of 30 days that `now` is in.
    #[must_use]
    pub fn at(key: &Secret, now: SystemTime) -> Self {
        let since = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let period = since.as_secs() / PERIOD.as_secs();
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.reveal().as_bytes());
        let derived = hmac::sign(&key, format!("audit salt {period}").as_bytes());
        Self {
            period,
            key: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        }
    }

    /// `PERIOD:DIGEST`: the number of the period, and the HMAC-SHA256 of `data` in hexadecimal digits.
    #[must_use]
    pub fn digest(&self, data: &[u8]) -> String {
        format!(
            "{}:{}",
            self.period,
            hex(hmac::sign(&self.key, data).as_ref())
        )
    }

    /// Of arguments, however their members were ordered and spelled (RFC 8785).
    #[must_use]
    pub fn arguments(&self, arguments: &Value) -> String {
        self.digest(&canonical(arguments))
    }

    /// The caller as the record names it: whoever a token was made for is a person.
    #[must_use]
    pub fn caller(&self, caller: &Caller) -> String {
        match caller {
            Caller::Subject(_) => format!("jwt:{}", self.digest(caller.id().as_bytes())),
            Caller::Local | Caller::Bearer | Caller::Key(_) | Caller::Principal(_) => {
                caller.id().to_owned()
            }
        }
    }
}

pub(super) fn canonical(value: &Value) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).expect("the keys of JSON are text")
}

pub(super) fn sha256(data: &[u8]) -> String {
    hex(digest(&SHA256, data).as_ref())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mesh_core::Subject;
    use serde_json::json;

    use super::*;

    fn salt(days: u64) -> Salt {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(days * 24 * 60 * 60);
        Salt::at(&Secret::new("0123456789abcdef0123456789abcdef"), now)
    }

    #[test]
    fn arguments_are_known_however_they_are_written() {
        let one = json!({"query": "masters", "limit": 10});
        let other = json!({"limit": 10.0, "query": "masters"});
        assert_eq!(salt(0).arguments(&one), salt(29).arguments(&other));
        assert_ne!(salt(0).arguments(&one), salt(30).arguments(&one));
        let key = Secret::new("another-key-of-32-characters-0000");
        let elsewhere = Salt::at(&key, SystemTime::UNIX_EPOCH);
        assert_ne!(salt(0).arguments(&one), elsewhere.arguments(&one));
    }

    #[test]
    fn a_person_is_not_named_and_a_key_is() {
        let claims = json!({"iss": "https://id.example.com", "sub": "ada@example.com"});
        let claims = claims.as_object().expect("an object").clone();
        let ada = Caller::Subject(Arc::new(Subject::new(claims).expect("somebody")));
        let named = salt(61).caller(&ada);
        assert!(named.starts_with("jwt:2:"), "{named}");
        assert!(!named.contains("example"), "{named}");
        assert_eq!(named.len(), "jwt:2:".len() + 64);
        assert_eq!(salt(0).caller(&Caller::Local), "local");
    }
}
