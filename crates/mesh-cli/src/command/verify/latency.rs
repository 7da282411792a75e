use std::time::Duration;

use super::door::Admission;
use super::refusal::Refusal;
use super::report::{Finding, Report};
use super::seen::Seen;
use super::target::Target;
use crate::client::CallFault;

/// Enough for a median that one slow answer does not move.
const SAMPLES: usize = 5;

/// A process that runs says that it does in milliseconds; a second is for the way there and back, and then some.
const WARM: Duration = Duration::from_secs(1);

/// The first answer may start the process and ask every vendor; callers give up at 30 s, and this is a third of it.
const FIRST: Duration = Duration::from_secs(10);

pub(super) async fn check(report: &mut Report, target: &Target, admission: &Admission) {
    let Some(first) = admission.admitted().map(|seen| seen.took) else {
        return report.note("latency", Finding::skipped(admission.hindrance()));
    };
    report
        .make("latency", async {
            match median(target).await {
                Err(fault) => Finding::fail(fault.to_string()),
                Ok(None) => Finding::fail("the server did not let us in a second time"),
                Ok(Some(warm)) => judged(first, warm),
            }
        })
        .await;
}

/// Of answers of a process that is there, and asks nobody else.
async fn median(target: &Target) -> Result<Option<Duration>, CallFault> {
    let endpoint = target.at("/health?live")?;
    let mut taken = Vec::new();
    for _ in 0..SAMPLES {
        let seen = Seen::of(&endpoint, endpoint.get()).await?;
        if Refusal::of(&seen, &target.asks).is_some() {
            return Ok(None);
        }
        taken.push(seen.took);
    }
    taken.sort_unstable();
    Ok(Some(taken[SAMPLES / 2]))
}

fn judged(first: Duration, warm: Duration) -> Finding {
    let detail = format!(
        "first {} ms (a cold start, if the function rested), then {} ms",
        first.as_millis(),
        warm.as_millis()
    );
    if first > FIRST || warm > WARM {
        return Finding::warn(format!("slow: {detail}"));
    }
    Finding::ok(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_answers_are_a_warning() {
        let verdict = |first, warm| {
            judged(Duration::from_millis(first), Duration::from_millis(warm))
                .verdict
                .word()
        };
        assert_eq!(verdict(900, 40), "ok");
        assert_eq!(verdict(11_000, 40), "warn");
        assert_eq!(verdict(900, 1_500), "warn");
    }
}
