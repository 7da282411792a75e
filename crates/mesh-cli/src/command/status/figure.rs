//! The figures of a fleet's page: where each comes from, and how it is shown.

use mesh_aws::Statistic;

use Keeper::{Lambda, Mesh};

/// Who keeps a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeper {
    /// The server, by environment and function.
    Mesh,
    /// Lambda, by function and alias.
    Lambda,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Count,
    Percent,
    Milliseconds,
    Age,
}

#[derive(Debug)]
pub(super) struct Figure {
    /// For a program.
    pub(super) key: &'static str,
    /// For a person.
    pub(super) words: &'static str,
    pub(super) keeper: Keeper,
    pub(super) metric: &'static str,
    pub(super) statistic: Statistic,
    pub(super) unit: Unit,
}

/// Of the whole fleet, as three columns of five.
pub(super) static FLEET: [Figure; 14] = [
    sum("requests", "requests", Mesh, "RequestCount"),
    Figure {
        key: "successRate",
        words: "succeeded",
        keeper: Mesh,
        metric: "SuccessRate",
        statistic: Statistic::Average,
        unit: Unit::Percent,
    },
    sum(
        "deadlineExceeded",
        "deadline exceeded",
        Mesh,
        "DeadlineExceeded",
    ),
    Figure {
        key: "notFoundRate",
        words: "not found",
        keeper: Mesh,
        metric: "NotFoundRate",
        statistic: Statistic::Average,
        unit: Unit::Percent,
    },
    sum(
        "secretRefreshFailures",
        "secrets unread",
        Mesh,
        "SecretRefreshFailures",
    ),
    time(
        "durationP50Ms",
        "duration p50",
        Lambda,
        "Duration",
        Statistic::Percentile(50),
    ),
    time(
        "durationP95Ms",
        "duration p95",
        Lambda,
        "Duration",
        Statistic::Percentile(95),
    ),
    time(
        "durationP99Ms",
        "duration p99",
        Lambda,
        "Duration",
        Statistic::Percentile(99),
    ),
    time(
        "initP95Ms",
        "cold start p95",
        Mesh,
        "InitDuration",
        Statistic::Percentile(95),
    ),
    Figure {
        key: "corpusAgeS",
        words: "corpus age",
        keeper: Mesh,
        metric: "CorpusAge",
        statistic: Statistic::Maximum,
        unit: Unit::Age,
    },
    sum("invocations", "invocations", Lambda, "Invocations"),
    sum("errors", "errors", Lambda, "Errors"),
    sum("throttles", "throttles", Lambda, "Throttles"),
    sum("coldStarts", "cold starts", Mesh, "ColdStart"),
];

/// Of each tool.
pub(super) static TOOL: [Figure; 4] = [
    sum("calls", "calls", Mesh, "ToolUsage"),
    sum("failures", "failures", Mesh, "ToolFailures"),
    time(
        "durationP50Ms",
        "p50",
        Mesh,
        "ToolDuration",
        Statistic::Percentile(50),
    ),
    time(
        "durationP95Ms",
        "p95",
        Mesh,
        "ToolDuration",
        Statistic::Percentile(95),
    ),
];

const fn sum(
    key: &'static str,
    words: &'static str,
    keeper: Keeper,
    metric: &'static str,
) -> Figure {
    Figure {
        key,
        words,
        keeper,
        metric,
        statistic: Statistic::Sum,
        unit: Unit::Count,
    }
}

const fn time(
    key: &'static str,
    words: &'static str,
    keeper: Keeper,
    metric: &'static str,
    statistic: Statistic,
) -> Figure {
    Figure {
        key,
        words,
        keeper,
        metric,
        statistic,
        unit: Unit::Milliseconds,
    }
}

impl Unit {
    /// A value as a person reads it; a dash where nothing was measured, which is not zero.
    pub(super) fn show(self, value: Option<f64>) -> String {
        let Some(value) = value else {
            return "–".to_owned();
        };
        match self {
            Self::Count => thousands(value),
            Self::Percent => format!("{value:.2} %"),
            Self::Milliseconds if value < 10.0 => format!("{value:.1} ms"),
            Self::Milliseconds if value < 1000.0 => format!("{value:.0} ms"),
            Self::Milliseconds => format!("{:.2} s", value / 1000.0),
            Self::Age if value < 86_400.0 => format!("{:.1} h", value / 3600.0),
            Self::Age => format!("{:.1} d", value / 86_400.0),
        }
    }
}

/// `12,345`
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use mesh_core::METRICS;

    use super::*;

    #[test]
    fn every_figure_of_ours_is_in_the_table_of_metrics() {
        for figure in FLEET.iter().chain(&TOOL) {
            if figure.keeper == Mesh {
                let found = METRICS.iter().find(|metric| metric.name == figure.metric);
                assert!(found.is_some(), "{}", figure.metric);
            }
        }
    }

    #[test]
    fn values_are_shown_as_people_write_them() {
        assert_eq!(Unit::Count.show(Some(0.0)), "0");
        assert_eq!(Unit::Count.show(Some(123.0)), "123");
        assert_eq!(Unit::Count.show(Some(1_234_567.0)), "1,234,567");
        assert_eq!(Unit::Percent.show(Some(99.614)), "99.61 %");
        assert_eq!(Unit::Milliseconds.show(Some(4.24)), "4.2 ms");
        assert_eq!(Unit::Milliseconds.show(Some(240.4)), "240 ms");
        assert_eq!(Unit::Milliseconds.show(Some(1240.0)), "1.24 s");
        assert_eq!(Unit::Age.show(Some(5_400.0)), "1.5 h");
        assert_eq!(Unit::Age.show(Some(270_000.0)), "3.1 d");
        assert_eq!(Unit::Milliseconds.show(None), "–");
    }
}
