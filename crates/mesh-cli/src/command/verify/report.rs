use std::time::{Duration, Instant};

use reqwest::Url;
use serde_json::{Value, json};
use tokio::time;

use super::door::Admission;
use crate::exit::Exit;

/// What came of a check. Later ones are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Skipped,
    Ok,
    Warn,
    Fail,
}

impl Verdict {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// A verdict, and the sentence that gives its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) detail: String,
}

impl Finding {
    fn new(verdict: Verdict, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { verdict, detail }
    }

    pub(super) fn ok(detail: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, detail)
    }

    pub(super) fn warn(detail: impl Into<String>) -> Self {
        Self::new(Verdict::Warn, detail)
    }

    pub(super) fn fail(detail: impl Into<String>) -> Self {
        Self::new(Verdict::Fail, detail)
    }

    /// What was judged right, in words, or why it is not.
    pub(super) fn of<T>(judged: Result<T, String>, words: impl FnOnce(T) -> String) -> Self {
        judged.map_or_else(Self::fail, |found| Self::ok(words(found)))
    }

    pub(super) fn skipped(detail: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, detail)
    }
}

/// One check that was made, or not.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) finding: Finding,
    /// How long it took, where something was waited for.
    pub(super) took: Option<Duration>,
}

/// All checks of one address, in order.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) url: Url,
    pub(super) checks: Vec<Check>,
    timeout: Duration,
}

impl Report {
    pub(super) fn new(url: &Url, timeout: Duration) -> Self {
        Self {
            url: url.clone(),
            checks: Vec::new(),
            timeout,
        }
    }

    /// Writes down what is known already.
    pub(super) fn note(&mut self, name: &'static str, finding: Finding) {
        self.checks.push(Check {
            name,
            finding,
            took: None,
        });
    }

    /// Makes a check, and writes down what came of it.
    pub(super) async fn make(&mut self, name: &'static str, check: impl Future<Output = Finding>) {
        let begun = Instant::now();
        let timeout = self.timeout;
        let finding = time::timeout(timeout, check)
            .await
            .unwrap_or_else(|_| Finding::fail(format!("no answer within {} s", timeout.as_secs())));
        self.checks.push(Check {
            name,
            finding,
            took: Some(begun.elapsed()),
        });
    }

    /// Makes a check of what only who is let in is told.
    pub(super) async fn make_inside(
        &mut self,
        name: &'static str,
        admission: &Admission,
        check: impl Future<Output = Finding>,
    ) {
        match admission.admitted() {
            Some(_) => self.make(name, check).await,
            None => self.note(name, Finding::skipped(admission.hindrance())),
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        let verdicts = self.checks.iter().map(|check| check.finding.verdict);
        verdicts.max().unwrap_or(Verdict::Skipped)
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        let of_it = |check: &&Check| check.finding.verdict == verdict;
        self.checks.iter().filter(of_it).count()
    }

    pub(super) fn exit(&self) -> Exit {
        match self.verdict() {
            Verdict::Ok | Verdict::Skipped => Exit::Done,
            Verdict::Warn => Exit::Warned,
            Verdict::Fail => Exit::Failed,
        }
    }

    pub(super) fn json(&self) -> String {
        let checks: Vec<Value> = self.checks.iter().map(object).collect();
        let report = json!({
            "url": self.url.as_str(),
            "verdict": self.verdict().word(),
            "counts": {
                "ok": self.count(Verdict::Ok),
                "warn": self.count(Verdict::Warn),
                "fail": self.count(Verdict::Fail),
                "skipped": self.count(Verdict::Skipped),
            },
            "checks": checks,
        });
        format!("{report:#}")
    }
}

fn object(check: &Check) -> Value {
    json!({
        "name": check.name,
        "verdict": check.finding.verdict.word(),
        "detail": check.finding.detail,
        "latencyMs": check.took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(findings: &[Finding]) -> Exit {
        let url = Url::parse("http://127.0.0.1:1/").expect("an address");
        let mut report = Report::new(&url, Duration::from_secs(1));
        for finding in findings {
            report.note("a check", finding.clone());
        }
        report.exit()
    }

    #[test]
    fn the_worst_verdict_decides_how_it_ends() {
        let (ok, skipped) = (Finding::ok(""), Finding::skipped(""));
        assert_eq!(exit(&[ok.clone(), skipped]), Exit::Done);
        let (warn, fail) = (Finding::warn(""), Finding::fail(""));
        assert_eq!(exit(&[ok.clone(), warn.clone()]), Exit::Warned);
        assert_eq!(exit(&[fail, warn, ok]), Exit::Failed);
    }

    #[tokio::test]
    async fn a_check_without_an_answer_has_failed() {
        let url = Url::parse("http://127.0.0.1:1/").expect("an address");
        let mut report = Report::new(&url, Duration::ZERO);
        report.make("a check", std::future::pending()).await;
        assert_eq!(
            report.checks[0].finding,
            Finding::fail("no answer within 0 s")
        );
    }
}
