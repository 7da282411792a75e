//! AWS Signature Version 4 from the side that checks it, written from the specification and not from a signer.

mod authorization;
mod canonical;
mod flaw;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use sha2::Sha256;

use crate::sigv4::authorization::Authorization;
use crate::sigv4::canonical::hex_digest;
pub use crate::sigv4::flaw::Flaw;

/// How far the clocks of signer and service may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// Checks signatures for one service of one region, by one pair of keys.
#[derive(Debug, Clone)]
pub struct Verifier {
    pub credentials: Credentials,
    pub region: String,
    pub service: String,
}

/// Made-up keys for tests: they are shown by `Debug`.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub access_key: String,
    pub secret_key: String,
    pub session_token: Option<String>,
}

impl Verifier {
    /// # Errors
    /// Why AWS would refuse the request.
    pub fn verify(&self, parts: &Parts, body: &[u8], now: Timestamp) -> Result<(), Flaw> {
        let authorization = Authorization::read(&parts.headers)?;
        let stamp = text(&parts.headers, "x-amz-date").ok_or(Flaw::Undated)?;
        self.check_scope(&authorization, stamp)?;
        check_time(stamp, now)?;
        self.check_token(&authorization, &parts.headers)?;
        let request = canonical::request(parts, &authorization.signed_headers, body);
        let signed = [
            "AWS4-HMAC-SHA256",
            stamp,
            &authorization.scope(),
            &hex_digest(request.as_bytes()),
        ]
        .join("\n");
        if hex(&mac(&self.key(&authorization.day), &signed)) != authorization.signature {
            return Err(Flaw::Mismatch);
        }
        Ok(())
    }

    fn check_scope(&self, authorization: &Authorization, stamp: &str) -> Result<(), Flaw> {
        if authorization.region != self.region {
            return Err(Flaw::Region);
        }
        if authorization.service != self.service {
            return Err(Flaw::Service(self.service.clone()));
        }
        if !stamp.starts_with(&authorization.day) {
            return Err(Flaw::Day);
        }
        let signs = |name| {
            authorization
                .signed_headers
                .iter()
                .any(|signed| signed == name)
        };
        if !signs("host") {
            return Err(Flaw::Unsigned("Host"));
        }
        if !signs("x-amz-date") {
            return Err(Flaw::Unsigned("X-Amz-Date"));
        }
        Ok(())
    }

    fn check_token(&self, authorization: &Authorization, headers: &HeaderMap) -> Result<(), Flaw> {
        let token = text(headers, "x-amz-security-token");
        let known = authorization.access_key == self.credentials.access_key;
        if known && token == self.credentials.session_token.as_deref() {
            return Ok(());
        }
        Err(Flaw::Token)
    }

    fn key(&self, day: &str) -> Vec<u8> {
        let secret = format!("AWS4{}", self.credentials.secret_key);
        let steps = [day, &self.region, &self.service, "aws4_request"];
        steps
            .iter()
            .fold(secret.into_bytes(), |key, step| mac(&key, step))
    }
}

fn check_time(stamp: &str, now: Timestamp) -> Result<(), Flaw> {
    let moment =
        civil::DateTime::strptime(STAMP, stamp).and_then(|time| time.to_zoned(TimeZone::UTC));
    let moment = moment
        .map_err(|_| Flaw::NoDate(stamp.to_owned()))?
        .timestamp();
    let written = |time: Timestamp| time.strftime(STAMP).to_string();
    let stamp = stamp.to_owned();
    if moment < now - SKEW {
        return Err(Flaw::Expired {
            stamp,
            limit: written(now - SKEW),
            now: written(now),
        });
    }
    if moment > now + SKEW {
        return Err(Flaw::Early {
            stamp,
            limit: written(now + SKEW),
            now: written(now),
        });
    }
    Ok(())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    const NOW: &str = "2026-11-20T16:04:59Z";
    const DATE: (&str, &str) = ("x-amz-date", "20261120T160000Z");
    const TOKEN: (&str, &str) = ("x-amz-security-token", "session/token+one==");
    const HEALTH: &str = "0b3f35bb58a885481ad41ab17c418f5d8d7146afc4cb25e005d52de23e7a41a4";

    fn verifier(session_token: Option<&str>) -> Verifier {
        Verifier {
            credentials: Credentials {
                access_key: "AKIAEXAMPLE".to_owned(),
                secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
                session_token: session_token.map(str::to_owned),
            },
            region: "us-east-2".to_owned(),
            service: "lambda".to_owned(),
        }
    }

    fn parts(line: (&str, &str), signed: &str, signature: &str, headers: &[(&str, &str)]) -> Parts {
        let scope = "AKIAEXAMPLE/20261120/us-east-2/lambda/aws4_request";
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed}, Signature={signature}"
        );
        let request = Request::builder()
            .method(line.0)
            .uri(line.1)
            .header("host", "127.0.0.1:9000");
        let request = request.header("authorization", authorization);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(()).unwrap().into_parts().0
    }

    fn health(headers: &[(&str, &str)]) -> Parts {
        parts(("GET", "/health"), "host;x-amz-date", HEALTH, headers)
    }

    fn check(verifier: &Verifier, parts: &Parts, body: &[u8]) -> Result<(), Flaw> {
        verifier.verify(parts, body, NOW.parse().unwrap())
    }

    // The signatures of these three were made by botocore 1.43.11.

    #[test]
    fn a_request_without_a_body_is_verified() {
        assert_eq!(check(&verifier(None), &health(&[DATE]), b""), Ok(()));
    }

    #[test]
    fn a_body_and_a_session_token_are_verified() {
        let headers = [
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
            DATE,
            TOKEN,
        ];
        let signature = "89dc26a7db1329474d76f5853139b80d9e7f4330212e05f3ebcfc615b2889008";
        let signed = "accept;content-type;host;x-amz-date;x-amz-security-token";
        let parts = parts(("POST", "/rpc"), signed, signature, &headers);
        let body = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        let verifier = verifier(Some(TOKEN.1));
        assert_eq!(check(&verifier, &parts, body), Ok(()));
        assert_eq!(check(&verifier, &parts, b"{}"), Err(Flaw::Mismatch));
    }

    #[test]
    fn an_odd_path_query_and_header_are_verified() {
        let line = ("POST", "/tools/a%2Fb%20c?q=a%20b&q=%C3%A4&a=~x&empty=");
        let signature = "518532b70fae8920bd022694cfdc20d03d53817693ecda89bca1da9bd61f047a";
        let parts = parts(
            line,
            "host;x-amz-date;x-spaces",
            signature,
            &[DATE, ("x-spaces", "a   b  c ")],
        );
        assert_eq!(check(&verifier(None), &parts, "ä".as_bytes()), Ok(()));
    }

    #[test]
    fn a_clock_more_than_five_minutes_off_is_refused() {
        let verify = |now: &str| verifier(None).verify(&health(&[DATE]), b"", now.parse().unwrap());
        assert_eq!(
            verify("2026-11-20T16:05:01Z").unwrap_err().to_string(),
            "Signature expired: 20261120T160000Z is now earlier than 20261120T160001Z (20261120T160501Z - 5 min.)"
        );
        assert!(matches!(
            verify("2026-11-20T15:54:59Z"),
            Err(Flaw::Early { .. })
        ));
    }

    #[test]
    fn every_other_flaw_has_its_name() {
        let mut elsewhere = verifier(None);
        "eu-west-1".clone_into(&mut elsewhere.region);
        assert_eq!(check(&elsewhere, &health(&[DATE]), b""), Err(Flaw::Region));
        let mut other = verifier(None);
        "execute-api".clone_into(&mut other.service);
        assert_eq!(
            check(&other, &health(&[DATE]), b""),
            Err(Flaw::Service("execute-api".to_owned()))
        );
        let mut stranger = verifier(None);
        "AKIAOTHER".clone_into(&mut stranger.credentials.access_key);
        assert_eq!(check(&stranger, &health(&[DATE]), b""), Err(Flaw::Token));
        let mut wrong = verifier(None);
        "guess".clone_into(&mut wrong.credentials.secret_key);
        assert_eq!(check(&wrong, &health(&[DATE]), b""), Err(Flaw::Mismatch));
        assert_eq!(
            check(&verifier(None), &health(&[DATE, TOKEN]), b""),
            Err(Flaw::Token)
        );
        assert_eq!(
            check(&verifier(None), &health(&[]), b""),
            Err(Flaw::Undated)
        );
        let undated = parts(("GET", "/health"), "host", HEALTH, &[DATE]);
        assert_eq!(
            check(&verifier(None), &undated, b""),
            Err(Flaw::Unsigned("X-Amz-Date"))
        );
    }
}
