use mesh_aws::{Account, Permission};

use super::door::Admission;
use super::refusal::Refusal;
use super::report::{Finding, Report};
use super::surroundings::{Surroundings, deadline};
use super::target::{Asks, Target};

const BOTH: &str = "`lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`";

/// Both permissions a caller needs, as IAM simulates them, or as the door showed them.
pub(super) async fn check(
    report: &mut Report,
    target: &Target,
    surroundings: &Surroundings,
    admission: &Admission,
) {
    if !matches!(target.asks, Asks::Signature(_)) {
        return report.note("permissions", Finding::skipped("requests are not signed"));
    }
    report
        .make("permissions", async {
            match simulated(surroundings).await {
                Ok(permissions) => judged(&permissions, admission),
                Err(reason) => by_the_door(admission, &reason),
            }
        })
        .await;
}

async fn simulated(surroundings: &Surroundings) -> Result<Vec<Permission>, String> {
    let known = surroundings.account.as_ref().map_err(Clone::clone)?;
    let account = Account::new(&known.aws);
    let principal = known.identity.principal();
    let arn = known.arn(surroundings);
    account
        .url_permissions(&principal, &arn, deadline())
        .await
        .map_err(|error| error.to_string())
}

fn judged(permissions: &[Permission], admission: &Admission) -> Finding {
    let missing: Vec<String> = permissions
        .iter()
        .filter(|permission| !permission.is_allowed)
        .map(|permission| format!("`{}`", permission.action))
        .collect();
    if missing.is_empty() {
        return match admission {
            Admission::Refused(Refusal::Permission(_), _) => Finding::fail(
                "the caller's policies allow both, and yet it was refused: the function is another one, or a policy of the \
                 organisation, of a boundary or of the session forbids it",
            ),
            _ => Finding::ok(BOTH),
        };
    }
    let missing = missing.join(" and ");
    if admission.admitted().is_some() {
        return Finding::warn(format!(
            "the caller's own policies lack {missing}; it is let in by a policy of the function"
        ));
    }
    Finding::fail(format!("the caller lacks {missing}"))
}

/// Where nothing can be simulated: AWS lets nobody in who lacks one of the two.
fn by_the_door(admission: &Admission, reason: &str) -> Finding {
    match admission {
        Admission::Admitted(_) => Finding::ok(format!("{BOTH}: a signed request was let in")),
        Admission::Refused(Refusal::Permission(Some(action)), _) => {
            Finding::fail(format!("the caller lacks `{action}`"))
        }
        Admission::Refused(Refusal::Permission(None), _) => Finding::fail(format!(
            "the caller lacks one of {BOTH}, and AWS does not say which; `iam:SimulatePrincipalPolicy` would: {reason}"
        )),
        _ => Finding::skipped(reason),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::super::seen::Seen;
    use super::*;

    fn seen() -> Seen {
        Seen {
            status: StatusCode::FORBIDDEN,
            headers: HeaderMap::new(),
            body: Vec::new(),
            took: Duration::ZERO,
            at: SystemTime::UNIX_EPOCH,
        }
    }

    fn allowed(url: bool, function: bool) -> [Permission; 2] {
        [
            ("lambda:InvokeFunctionUrl", url),
            ("lambda:InvokeFunction", function),
        ]
        .map(|(action, is_allowed)| Permission {
            action: action.to_owned(),
            is_allowed,
        })
    }

    #[test]
    fn the_missing_one_is_named() {
        let refused = Admission::Refused(Refusal::Permission(None), seen());
        let found = judged(&allowed(true, false), &refused);
        assert_eq!(
            found,
            Finding::fail("the caller lacks `lambda:InvokeFunction`")
        );
        let admitted = Admission::Admitted(seen());
        assert_eq!(
            judged(&allowed(false, true), &admitted).verdict.word(),
            "warn"
        );
        assert_eq!(judged(&allowed(true, true), &admitted).verdict.word(), "ok");
        assert_eq!(
            judged(&allowed(true, true), &refused).verdict.word(),
            "fail"
        );
    }

    #[test]
    fn without_a_simulation_the_door_tells() {
        let refused = Admission::Refused(Refusal::Permission(None), seen());
        let found = by_the_door(&refused, "`--no-aws`");
        assert_eq!(found.verdict.word(), "fail");
        assert!(found.detail.contains(BOTH), "{found:?}");
        let admitted = Admission::Admitted(seen());
        assert_eq!(by_the_door(&admitted, "").verdict.word(), "ok");
        let elsewhere = Admission::Refused(Refusal::BadGateway, seen());
        assert_eq!(by_the_door(&elsewhere, "").verdict.word(), "skipped");
    }
}
