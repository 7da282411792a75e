use reqwest::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, HeaderValue,
    ORIGIN,
};
use reqwest::{Method, RequestBuilder, StatusCode};

use super::door::Admission;
use super::report::{Finding, Report};
use super::seen::Seen;
use super::target::Target;
use crate::client::CallFault;

/// A page that nobody can have named as one to let in: `.invalid` is nobody's (RFC 2606).
const STRANGER: HeaderValue = HeaderValue::from_static("https://verify.invalid");

/// What a browser says for a page in a sandbox, and for a file that was opened: anyone can be that.
const SANDBOX: HeaderValue = HeaderValue::from_static("null");

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

pub(super) async fn check(report: &mut Report, target: &Target, admission: &Admission) {
    if admission.seen().is_none() {
        return report.note("cors", Finding::skipped("no answer"));
    }
    report
        .make("cors", async {
            let mut named = None;
            for origin in [STRANGER, SANDBOX] {
                match answers(target, &origin).await {
                    Err(fault) => return Finding::fail(fault.to_string()),
                    Ok(answers) => {
                        for (what, seen) in answers {
                            match judged(what, &origin, &seen) {
                                Err(fault) => return Finding::fail(fault),
                                Ok(allowed) => named = named.or(allowed),
                            }
                        }
                    }
                }
            }
            Finding::ok(named.map_or_else(
                || "a page that is not named may not call".to_owned(),
                |named| format!("only pages of {named} may call"),
            ))
        })
        .await;
}

/// The answers to a page: to the question before a call, and to calls.
async fn answers(
    target: &Target,
    origin: &HeaderValue,
) -> Result<Vec<(&'static str, Seen)>, CallFault> {
    // A browser never signs its question.
    let anonymous = target.rpc.anonymous();
    let preflight = anonymous
        .request(Method::OPTIONS)
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let health = target.at("/health?live")?;
    let call = target
        .rpc
        .request(Method::POST)
        .header(ACCEPT, "application/json, text/event-stream")
        .header(CONTENT_TYPE, "application/json")
        .body(PING);
    let from = |request: RequestBuilder| request.header(ORIGIN, origin);
    Ok(vec![
        ("preflight", Seen::of(&anonymous, from(preflight)).await?),
        (
            "`GET /health?live`",
            Seen::of(&health, from(health.get())).await?,
        ),
        ("call", Seen::of(&target.rpc, from(call)).await?),
    ])
}

/// The one origin that an answer allows, if any; the error says why it allows too much.
fn judged(what: &str, origin: &HeaderValue, seen: &Seen) -> Result<Option<String>, String> {
    let is_answer = seen.status.is_success() || REFUSALS.contains(&seen.status);
    if !is_answer {
        return Err(format!(
            "a {what} from a page gets {}, which says nothing of who may call: {}",
            seen.status.as_u16(),
            seen.excerpt()
        ));
    }
    match seen.header(ACCESS_CONTROL_ALLOW_ORIGIN) {
        None => Ok(None),
        Some("*") => Err(
            "CORS is a wildcard: every page on the web may call from its visitor's browser"
                .to_owned(),
        ),
        Some("null") => Err(
            "CORS allows the origin `null`: every page on the web may call from a sandbox of its own"
                .to_owned(),
        ),
        Some(allowed) if allowed.as_bytes() == origin.as_bytes() => {
            Err("CORS lets in whoever asks: a page that nobody named may call".to_owned())
        }
        Some(allowed) => Ok(Some(allowed.to_owned())),
    }
}

const REFUSALS: [StatusCode; 4] = [
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
];
