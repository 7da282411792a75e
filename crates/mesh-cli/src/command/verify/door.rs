use reqwest::header::{HeaderName, HeaderValue};

use super::refusal::Refusal;
use super::report::{Finding, Report, Verdict};
use super::seen::Seen;
use super::stranger::{self, Extent, Who};
use super::target::{Asks, Target};

/// How the server met a caller who shows what it asks for.
#[derive(Debug)]
pub(super) enum Admission {
    Admitted(Seen),
    Refused(Refusal, Seen),
    Unanswered,
}

impl Admission {
    pub(super) fn seen(&self) -> Option<&Seen> {
        match self {
            Self::Admitted(seen) | Self::Refused(_, seen) => Some(seen),
            Self::Unanswered => None,
        }
    }

    /// Why what only an admitted caller can check was not checked.
    pub(super) const fn hindrance(&self) -> &'static str {
        match self {
            Self::Unanswered => "the server did not answer",
            Self::Admitted(_) | Self::Refused(..) => "the server did not let us in",
        }
    }

    /// The server's own answer, if it let us in.
    pub(super) fn admitted(&self) -> Option<&Seen> {
        match self {
            Self::Admitted(seen) => Some(seen),
            Self::Refused(..) | Self::Unanswered => None,
        }
    }
}

pub(super) async fn check(report: &mut Report, target: &Target) -> Admission {
    match target.asks {
        Asks::Nothing => {
            for name in ["unsigned refused", "wrong token refused"] {
                let reason = "a server on this machine, which asks its callers for nothing";
                report.note(name, Finding::skipped(reason));
            }
        }
        _ => {
            report.make("unsigned refused", nobody(target)).await;
            report.make("wrong token refused", impostor(target)).await;
        }
    }
    let mut admission = Admission::Unanswered;
    let name = match target.asks {
        Asks::Signature(_) => "signed accepted",
        Asks::Token => "token accepted",
        Asks::Nothing | Asks::Unknown => "request accepted",
    };
    report.make(name, caller(target, &mut admission)).await;
    admission
}

async fn nobody(target: &Target) -> Finding {
    if let Some(fault) = stranger::liveness(target).await {
        return fault;
    }
    stranger::turned_away(target, Who::Nobody, Extent::Every).await
}

const WRONG: &str = "not-the-token-of-any-server";

/// A token that has nothing of the right one on every route, and those that come close to it where a token is compared.
async fn impostor(target: &Target) -> Finding {
    let mut shown = vec![("a wrong token", WRONG.to_owned(), Extent::Every)];
    shown.extend(near_misses(target));
    let mut refused = Vec::new();
    for (what, token, extent) in shown {
        let mut header = HeaderValue::try_from(format!("Bearer {token}"))
            .expect("a token is read as visible ASCII");
        header.set_sensitive(true);
        let who = Who::Impostor(&header, what);
        let finding = stranger::turned_away(target, who, extent).await;
        if finding.verdict == Verdict::Fail {
            return finding;
        }
        refused.push(finding);
    }
    refused.swap_remove(0)
}

fn near_misses(target: &Target) -> Vec<(&'static str, String, Extent)> {
    let mut misses = vec![("an empty token", String::new(), Extent::Few)];
    if let Some(token) = &target.token {
        let token = token.reveal();
        let (longer, shorter) = (format!("{token}x"), token[..token.len() - 1].to_owned());
        misses.push(("one character more than the token", longer, Extent::Few));
        misses.push((
            "all but the last character of the token",
            shorter,
            Extent::Few,
        ));
    }
    misses
}

async fn caller(target: &Target, admission: &mut Admission) -> Finding {
    let answer = async {
        let health = target.at("/health")?;
        Seen::of(&health, health.get()).await
    };
    match answer.await {
        Err(fault) => Finding::fail(fault.to_string()),
        Ok(seen) => match Refusal::of(&seen, &target.asks) {
            None => {
                *admission = Admission::Admitted(seen);
                Finding::ok("the server itself answers")
            }
            Some(refusal) => {
                let finding = Finding::fail(refusal.to_string());
                *admission = Admission::Refused(refusal, seen);
                finding
            }
        },
    }
}

/// What to look for in CloudWatch.
pub(super) fn request_id(report: &mut Report, admission: &Admission) {
    let Some(seen) = admission.seen() else {
        return report.note("request ids", Finding::skipped("no answer"));
    };
    let ids = ["x-amzn-requestid", "x-request-id"]
        .into_iter()
        .filter_map(|name| {
            let id = seen.header(HeaderName::from_static(name))?;
            Some(format!("{name} {id}"))
        });
    let ids: Vec<_> = ids.collect();
    report.note(
        "request ids",
        if ids.is_empty() {
            Finding::warn("an answer names no request: it cannot be found in the log")
        } else {
            Finding::ok(ids.join(", "))
        },
    );
}
