use std::fmt::Write as _;

use super::report::{Check, Report, Verdict};
use crate::terminal;

/// The report for a person: what is wrong catches the eye, and every check is there.
pub(super) fn text(report: &Report) -> String {
    let checks = &report.checks;
    let width = checks
        .iter()
        .map(|check| check.name.len())
        .max()
        .unwrap_or(0);
    let mut text = format!("{}\n\n", report.url);
    for check in checks {
        writeln!(text, "{}", line(check, width)).expect("writing to a string cannot fail");
    }
    let counts = [Verdict::Ok, Verdict::Warn, Verdict::Fail, Verdict::Skipped]
        .map(|verdict| format!("{} {}", report.count(verdict), verdict.word()));
    writeln!(text, "\n{}", counts.join(", ")).expect("writing to a string cannot fail");
    terminal::harmless(&text).into_owned()
}

fn line(check: &Check, width: usize) -> String {
    let verdict = match check.finding.verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "WARN",
        Verdict::Fail => "FAIL",
        Verdict::Skipped => "-",
    };
    let took = check
        .took
        .map_or_else(String::new, |took| format!("{} ms", took.as_millis()));
    let detail = check.finding.detail.replace('\n', " ");
    format!("{verdict:<5} {:<width$} {took:>9}  {detail}", check.name)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::Url;

    use super::super::report::Finding;
    use super::*;

    #[test]
    fn every_check_has_a_line() {
        let url = Url::parse("https://mesh.example.com/").expect("an address");
        let mut report = Report::new(&url, Duration::from_secs(1));
        report.note("dns", Finding::ok("192.0.2.1"));
        report.note("health", Finding::fail("unhealthy\u{1b}[2J"));
        report.note("alarms", Finding::skipped("`--no-aws`"));
        assert_eq!(
            text(&report),
            "https://mesh.example.com/\n\n\
             ok    dns               192.0.2.1\n\
             FAIL  health            unhealthy\u{fffd}[2J\n\
             -     alarms            `--no-aws`\n\n\
             1 ok, 0 warn, 1 fail, 1 skipped\n"
        );
    }
}
