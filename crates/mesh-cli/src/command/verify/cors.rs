use reqwest::Method;
use reqwest::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN,
};

use super::door::Admission;
use super::report::{Finding, Report};
use super::seen::Seen;
use super::target::Target;
use crate::client::CallFault;

/// A page that nobody can have named as one to let in: `.invalid` is nobody's (RFC 2606).
const STRANGER: HeaderValue = HeaderValue::from_static("https://verify.invalid");

pub(super) async fn check(report: &mut Report, target: &Target, admission: &Admission) {
    if admission.seen().is_none() {
        return report.note("cors", Finding::skipped("no answer"));
    }
    report
        .make("cors", async {
            match allowed(target).await {
                Err(fault) => Finding::fail(fault.to_string()),
                Ok(allowed) => judged(&allowed),
            }
        })
        .await;
}

/// What each answer to a page of a stranger's allows: to the question before a call, and to a call.
async fn allowed(target: &Target) -> Result<Vec<String>, CallFault> {
    // A browser never signs its question.
    let anonymous = target.rpc.anonymous();
    let preflight = anonymous
        .request(Method::OPTIONS)
        .header(ORIGIN, STRANGER)
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let health = target.at("/health?live")?;
    let call = health.get().header(ORIGIN, STRANGER);
    let answers = [
        Seen::of(&anonymous, preflight).await?,
        Seen::of(&health, call).await?,
    ];
    let allowed = answers
        .iter()
        .filter_map(|seen| seen.header(ACCESS_CONTROL_ALLOW_ORIGIN));
    Ok(allowed.map(str::to_owned).collect())
}

fn judged(allowed: &[String]) -> Finding {
    match allowed.first().map(String::as_str) {
        None => Finding::ok("a page that is not named may not call"),
        Some("*") => Finding::fail(
            "CORS is a wildcard: every page on the web may call from its visitor's browser",
        ),
        Some(origin) if origin.as_bytes() == STRANGER.as_bytes() => {
            Finding::fail("CORS lets in whoever asks: a page that nobody named may call")
        }
        Some(origin) => Finding::ok(format!("only pages of {origin} may call")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_lets_everyone_in_fails() {
        let verdict = |origin: &str| judged(&[origin.to_owned()]).verdict.word();
        assert_eq!(verdict("*"), "fail");
        assert_eq!(verdict("https://verify.invalid"), "fail");
        assert_eq!(verdict("https://app.example.com"), "ok");
        assert_eq!(judged(&[]).verdict.word(), "ok");
    }
}
