use jiff::SignedDuration;
use reqwest::StatusCode;
use thiserror::Error;

use super::clock;
use super::seen::Seen;
use super::target::Asks;

/// Why an answer is not the server's own, each with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Refusal {
    #[error("{}", clock::sentence(*.0))]
    Clock(SignedDuration),
    #[error("wrong region: the function is not in `{0}`; give its own with `--region`")]
    Region(String),
    #[error("AWS does not know these credentials, or they have run out; sign in again")]
    Credentials,
    #[error(
        "the signature is wrong: the secret key does not belong to the access key, or something changed the request"
    )]
    Signature,
    /// As far as AWS says which.
    #[error("permission missing (403): {}", permission(.0.as_deref()))]
    Permission(Option<String>),
    #[error("the server does not accept the token in `MESH_BEARER` ({0})")]
    Token(u16),
    #[error("the server wants to know its callers ({0}): set `MESH_BEARER`, or `--region` to sign")]
    Unknown(u16),
    #[error("502: the function failed, timed out or does not start; its log says why")]
    BadGateway,
    #[error("429: the reserved concurrency is used up, or is 0: the function is switched off")]
    Throttled,
    #[error("HTML in place of JSON ({0}): something else answers at this address")]
    Page(u16),
    #[error("{status}: {reason}")]
    Other { status: u16, reason: String },
}

fn permission(named: Option<&str>) -> String {
    named.map_or_else(
        || {
            "the caller lacks `lambda:InvokeFunctionUrl` or `lambda:InvokeFunction`, and needs both"
                .to_owned()
        },
        |named| format!("the caller lacks `{named}`"),
    )
}

impl Refusal {
    /// Nothing, where the server itself answered, well (200) or not (503).
    pub(super) fn of(seen: &Seen, asks: &Asks) -> Option<Self> {
        let status = seen.status.as_u16();
        if seen.is_page() {
            return Some(Self::Page(status));
        }
        match seen.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(refused(seen, asks)),
            StatusCode::BAD_GATEWAY => Some(Self::BadGateway),
            StatusCode::TOO_MANY_REQUESTS => Some(Self::Throttled),
            StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE if seen.json().is_some() => None,
            _ => Some(Self::Other {
                status,
                reason: seen.excerpt(),
            }),
        }
    }
}

fn refused(seen: &Seen, asks: &Asks) -> Refusal {
    let status = seen.status.as_u16();
    match asks {
        Asks::Token => Refusal::Token(status),
        Asks::Nothing | Asks::Unknown => Refusal::Unknown(status),
        Asks::Signature(region) => unsigned(seen, region),
    }
}

/// What AWS has against a signature, by its words: its short names do not tell these apart.
fn unsigned(seen: &Seen, region: &str) -> Refusal {
    let skew = clock::skew(seen).filter(|skew| skew.abs() > clock::LIMIT);
    if let Some(skew) = skew {
        return Refusal::Clock(skew);
    }
    let words = String::from_utf8_lossy(&seen.body);
    let says = |text: &str| words.contains(text);
    if says("valid region") {
        Refusal::Region(region.to_owned())
    } else if says("security token") {
        Refusal::Credentials
    } else if says("signature we calculated")
        || says("Signature expired")
        || says("not yet current")
    {
        Refusal::Signature
    } else {
        Refusal::Permission(action(&words))
    }
}

/// `… is not authorized to perform: lambda:InvokeFunctionUrl on resource …`
fn action(words: &str) -> Option<String> {
    let (_, rest) = words.split_once("not authorized to perform: ")?;
    let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == ':';
    let action: String = rest.chars().take_while(is_name).collect();
    action.starts_with("lambda:").then_some(action)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

    use super::*;

    fn of(status: u16, kind: &'static str, body: &str) -> Option<Refusal> {
        let seen = Seen {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]),
            body: body.as_bytes().to_vec(),
            took: Duration::ZERO,
            at: SystemTime::UNIX_EPOCH,
        };
        Refusal::of(&seen, &Asks::Signature("eu-west-1".to_owned()))
    }

    const JSON: &str = "application/json";

    #[test]
    fn what_aws_says_of_a_signature_is_told_apart() {
        let region = "{\"message\":\"Credential should be scoped to a valid region. \"}";
        assert_eq!(
            of(403, JSON, region),
            Some(Refusal::Region("eu-west-1".to_owned()))
        );
        let token = "{\"message\":\"The security token included in the request is invalid.\"}";
        assert_eq!(of(403, JSON, token), Some(Refusal::Credentials));
        let named = "{\"Message\":\"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: \
                     lambda:InvokeFunction on resource: arn\"}";
        let missing = Refusal::Permission(Some("lambda:InvokeFunction".to_owned()));
        assert_eq!(of(403, JSON, named), Some(missing));
        assert_eq!(
            of(403, JSON, "{\"Message\":\"Forbidden\"}"),
            Some(Refusal::Permission(None))
        );
    }

    #[test]
    fn an_answer_of_the_servers_own_is_no_refusal() {
        assert_eq!(of(200, JSON, "{}"), None);
        assert_eq!(of(503, JSON, "{\"status\":\"degraded\"}"), None);
        assert_eq!(of(200, "text/html", "<p>hello"), Some(Refusal::Page(200)));
        assert_eq!(of(403, "text/html", "<p>no"), Some(Refusal::Page(403)));
        assert_eq!(of(502, JSON, "{}"), Some(Refusal::BadGateway));
        assert!(matches!(of(200, JSON, "[]"), Some(Refusal::Other { .. })));
    }
}
