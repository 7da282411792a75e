use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use reqwest::{Method, StatusCode};

use super::refusal::Refusal;
use super::report::{Finding, Report};
use super::seen::Seen;
use super::target::{Asks, Target};
use crate::client::CallFault;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

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
        Asks::Nothing => report.note(
            "unsigned refused",
            Finding::skipped("a server on this machine, which asks its callers for nothing"),
        ),
        _ => report.make("unsigned refused", stranger(target)).await,
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

/// A question of MCP from nobody, for a tool must not run for whoever knows the address. A URL that asks for signatures lets
/// nothing through to the function, not even what the function itself would answer to anyone.
async fn stranger(target: &Target) -> Finding {
    let answer = async {
        let rpc = target.rpc.anonymous();
        let ping = rpc
            .request(Method::POST)
            .header(ACCEPT, "application/json, text/event-stream")
            .header(CONTENT_TYPE, "application/json")
            .body(PING);
        let ping = Seen::of(&rpc, ping).await?;
        if ping.status.is_success() || !matches!(target.asks, Asks::Signature(_)) {
            return Ok(ping);
        }
        let live = target.at("/health?live")?.anonymous();
        Seen::of(&live, live.get()).await
    };
    match answer.await {
        Err(fault) => Finding::fail(CallFault::to_string(&fault)),
        Ok(seen) => turned_away(&seen),
    }
}

fn turned_away(seen: &Seen) -> Finding {
    let status = seen.status.as_u16();
    match seen.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Finding::ok(format!("a request from nobody gets {status}"))
        }
        accepted if accepted.is_success() => Finding::fail(format!(
            "unsigned request accepted ({status}): whoever knows the address gets through; set the URL's AuthType to AWS_IAM, \
             or `MESH_BEARER_SHA256` where there is no URL"
        )),
        _ => Finding::fail(format!(
            "a request from nobody gets {status} where it must be refused: {}",
            seen.excerpt()
        )),
    }
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
