use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, HttpError, secure_address};
use serde::Deserialize;
use serde_json::Value;

use super::discovery;
use super::key::Key;

/// Metadata and keys together: callers wait for them.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A set of keys has a few KB, with certificates some tens.
const MAX_BYTES: u64 = 256 * 1024;

/// How long keys count as fresh where the issuer does not say.
const USUAL_AGE: Duration = Duration::from_secs(600);
const MIN_AGE: Duration = Duration::from_secs(60);
const MAX_AGE: Duration = Duration::from_secs(24 * 3600);

/// Where the issuer's keys are read.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) http: HttpClient,
    pub(super) issuer: String,
    pub(super) jwks_url: Option<String>,
}

/// The keys of the issuer as it gave them.
#[derive(Debug)]
pub(super) struct KeySet {
    pub(super) keys: Vec<std::sync::Arc<Key>>,
    pub(super) fresh_until: SystemTime,
}

/// Why they could not be read, for the operator.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceFault {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("an address of keys is neither `https://` nor an `http://` one of this machine")]
    Address,
    #[error(
        "the issuer has no metadata where RFC 8414 and OpenID Connect look for it; set where its keys are"
    )]
    NoMetadata,
    #[error("the metadata names another issuer; the setting must be what it says, to the letter")]
    OtherIssuer,
    #[error("what came is no set of keys")]
    NoKeySet,
    #[error("it has no key that a signature can be checked with")]
    NoKey,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Value>,
}

impl Source {
    pub(super) async fn read(
        &self,
        now: SystemTime,
        deadline: Deadline,
    ) -> Result<KeySet, SourceFault> {
        let bounds = Bounds {
            deadline: deadline.at_most(Instant::now(), TIMEOUT),
            max_bytes: MAX_BYTES,
        };
        let address = match &self.jwks_url {
            Some(address) => address.clone(),
            None => discovery::jwks_url(self, bounds).await?,
        };
        let (headers, body) = self.get(&address, bounds).await?;
        let set: Jwks = serde_json::from_slice(&body).map_err(|_| SourceFault::NoKeySet)?;
        let keys: Vec<_> = set
            .keys
            .iter()
            .filter_map(Key::of)
            .map(Into::into)
            .collect();
        if keys.is_empty() {
            return Err(SourceFault::NoKey);
        }
        Ok(KeySet {
            keys,
            fresh_until: now + age(&headers),
        })
    }

    pub(super) async fn get(
        &self,
        address: &str,
        bounds: Bounds,
    ) -> Result<(HeaderMap, Bytes), SourceFault> {
        let uri = secure_address(address).map_err(|_| SourceFault::Address)?;
        let request = Request::get(uri)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|_| SourceFault::Address)?;
        let (head, body) = self
            .http
            .send_idempotent(request, bounds)
            .await?
            .into_parts();
        Ok((head.headers, body.whole().await?))
    }
}

/// RFC 9111, section 5.2.2, within bounds: neither are callers to wait at each request, nor is a key that was taken back to
/// be good for days.
fn age(headers: &HeaderMap) -> Duration {
    let lines = headers.get_all(header::CACHE_CONTROL).iter();
    let directives: Vec<_> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    if directives
        .iter()
        .any(|one| one == "no-store" || one == "no-cache")
    {
        return MIN_AGE;
    }
    let seconds = directives.iter().find_map(|directive| {
        let seconds = directive.strip_prefix("max-age=")?;
        seconds.trim_matches('"').parse().ok()
    });
    let age = seconds.map_or(USUAL_AGE, Duration::from_secs);
    age.clamp(MIN_AGE, MAX_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_says_how_long_its_keys_are_fresh_within_bounds() {
        let age = |value: &'static str| {
            let header = (header::CACHE_CONTROL, http::HeaderValue::from_static(value));
            age(&[header].into_iter().collect()).as_secs()
        };
        assert_eq!(age("public, max-age=3600, must-revalidate"), 3600);
        assert_eq!(age("Max-Age=\"120\""), 120);
        assert_eq!(age("max-age=0"), 60);
        assert_eq!(age("max-age=300, no-store"), 60);
        assert_eq!(age("max-age=99999999"), 24 * 3600);
        assert_eq!(age("max-age=-1"), 600);
        assert_eq!(age("private"), 600);
    }
}
