use std::hint::black_box;
use std::time::{Duration, Instant};

use super::*;

/// The fastest of a few runs of a thousand verdicts.
fn of_a_thousand(policy: &Policy) -> Duration {
    let rights = policy.rights(&Caller::Local);
    let verdicts = || {
        let begun = Instant::now();
        for _ in 0..1000 {
            black_box(policy.verdict(black_box(&rights), &TICKETS));
        }
        begun.elapsed()
    };
    (0..20).map(|_| verdicts()).min().expect("runs")
}

fn of_rules(count: usize) -> Policy {
    let rules: Vec<_> = (0..count)
        .map(|at| match at % 2 {
            0 => format!("\"tool_{at}\""),
            _ => format!("\"upstream_{at}/*\""),
        })
        .collect();
    let rules = rules.join(", ");
    policy(&format!(
        "[team.a]\nmembers = [\"local\"]\nread = [\"search_jira_tickets\", {rules}]\ndeny = [{rules}]"
    ))
}

#[test]
fn a_verdict_among_ten_thousand_rules_takes_no_longer_than_among_ten() {
    let (few, many) = (
        of_a_thousand(&of_rules(10)),
        of_a_thousand(&of_rules(10_000)),
    );
    // Looking at each rule would take some thousand times as long; a machine with other work is forgiven much less.
    assert!(many < few * 10, "{few:?} {many:?}");
}
