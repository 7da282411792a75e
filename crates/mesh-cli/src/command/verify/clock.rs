use std::time::SystemTime;

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::DATE;

use super::door::Admission;
use super::report::{Finding, Report};
use super::seen::Seen;

/// AWS refuses signatures that are older or newer than this.
pub(super) const LIMIT: SignedDuration = SignedDuration::from_mins(5);

/// A clock that is kept right is right to a second; one that drifts this far will be refused some day.
const DRIFT: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn check(report: &mut Report, admission: &Admission) {
    let skew = admission.seen().and_then(skew);
    report.note("clock", finding(skew));
}

fn finding(skew: Option<SignedDuration>) -> Finding {
    match skew {
        None => Finding::skipped("no answer with a date"),
        Some(skew) if skew.abs() > LIMIT => Finding::fail(sentence(skew)),
        Some(skew) if skew.abs() > DRIFT => Finding::warn(sentence(skew)),
        Some(_) => Finding::ok("this machine and the server agree"),
    }
}

/// How far our clock is ahead of the server's.
pub(super) fn skew(seen: &Seen) -> Option<SignedDuration> {
    let theirs = DateTimeParser::new()
        .parse_timestamp(seen.header(DATE)?)
        .ok()?;
    Some(ours(seen.at)?.duration_since(theirs))
}

fn ours(at: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(at).ok()
}

pub(super) fn sentence(skew: SignedDuration) -> String {
    let side = if skew.is_negative() {
        "behind"
    } else {
        "ahead of"
    };
    format!(
        "clock skew: this machine's clock is {} s {side} the server's, and a signature counts for {} s; set the clock",
        skew.abs().as_secs(),
        LIMIT.as_secs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::verify::report::Verdict;

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off() {
        let verdict = |seconds| finding(Some(SignedDuration::from_secs(seconds))).verdict;
        assert_eq!(verdict(-2), Verdict::Ok);
        assert_eq!(verdict(90), Verdict::Warn);
        assert_eq!(verdict(-600), Verdict::Fail);
        assert!(sentence(SignedDuration::from_secs(-600)).contains("600 s behind"));
    }
}
