//! Every measurement there is: what it is called where measurements are kept, and what it means.
//!
//! Who charges for them charges by the distinct combination of name and dimension values. So a dimension has few values
//! and they are known when the program is built or deployed: the environment, the function, the tools of the catalogue, the
//! systems behind us.

/// One measurement, as it is published.
#[derive(Debug)]
pub struct Metric {
    pub name: &'static str,
    pub unit: Unit,
    /// The dimension sets it is published under; each is a series of its own.
    pub dimensions: &'static [&'static [Dimension]],
    /// For the operator's page: what one value is, and which statistic to read.
    pub about: &'static str,
    pub stability: Stability,
}

impl Metric {
    /// The dimension whose value comes with each measurement, if it has one.
    #[must_use]
    pub fn label(&self) -> Option<Dimension> {
        self.dimensions
            .iter()
            .copied()
            .flatten()
            .copied()
            .find(|dimension| !WHOLE[0].contains(dimension))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Count,
    Percent,
    Milliseconds,
    Seconds,
}

impl Unit {
    /// One of the units `CloudWatch` knows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Percent => "Percent",
            Self::Milliseconds => "Milliseconds",
            Self::Seconds => "Seconds",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    Environment,
    /// Two functions of one environment in an account are two series.
    FunctionName,
    Tool,
    Backend,
}

impl Dimension {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Environment => "Environment",
            // As AWS/Lambda's own metrics have it.
            Self::FunctionName => "FunctionName",
            Self::Tool => "Tool",
            Self::Backend => "Backend",
        }
    }
}

/// What a dashboard or an alarm may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Name, unit and dimensions change only with a major version.
    Stable,
    /// May change with any version; the change log says so.
    Evolving,
}

impl Stability {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Evolving => "evolving",
        }
    }
}

use Dimension::{Backend, Environment, FunctionName, Tool};

const WHOLE: &[&[Dimension]] = &[&[Environment, FunctionName]];
const BY_TOOL: &[&[Dimension]] = &[&[Environment, FunctionName, Tool]];
const WHOLE_AND_BY_TOOL: &[&[Dimension]] = &[
    &[Environment, FunctionName],
    &[Environment, FunctionName, Tool],
];
const BY_BACKEND: &[&[Dimension]] = &[&[Environment, FunctionName, Backend]];

pub(super) static REQUEST_COUNT: Metric = Metric {
    name: "RequestCount",
    unit: Unit::Count,
    dimensions: WHOLE,
    about: "1 for each MCP request and each call of a tool by its own address. Sum: requests. Health checks, lists of \
            routes and requests refused at the door are not among them; a request that nobody could decide on is, as a failure.",
    stability: Stability::Stable,
};

pub(super) static SUCCESS_RATE: Metric = Metric {
    name: "SuccessRate",
    unit: Unit::Percent,
    dimensions: WHOLE,
    about: "100 for a request that succeeded, 0 for one that failed. Average: the share that succeeded.",
    stability: Stability::Stable,
};

pub(super) static TOOL_USAGE: Metric = Metric {
    name: "ToolUsage",
    unit: Unit::Count,
    dimensions: BY_TOOL,
    about: "1 for each call of the tool. Sum: calls.",
    stability: Stability::Stable,
};

pub(super) static TOOL_FAILURES: Metric = Metric {
    name: "ToolFailures",
    unit: Unit::Count,
    dimensions: WHOLE_AND_BY_TOOL,
    about: "1 for a call that ended in an error, 0 for one that did not. Sum: failed calls; Average: the share that \
            failed; SampleCount: calls.",
    stability: Stability::Stable,
};

pub(super) static TOOL_DURATION: Metric = Metric {
    name: "ToolDuration",
    unit: Unit::Milliseconds,
    dimensions: BY_TOOL,
    about: "How long the tool worked, failed calls included. p50, p95.",
    stability: Stability::Stable,
};

pub(super) static NOT_FOUND_RATE: Metric = Metric {
    name: "NotFoundRate",
    unit: Unit::Percent,
    dimensions: WHOLE,
    about: "100 for a question to the knowledge base that nothing answers (`found: false`), 0 for one with an answer. \
            Average: the share not found; SampleCount: questions.",
    stability: Stability::Stable,
};

pub(super) static CORPUS_AGE: Metric = Metric {
    name: "CorpusAge",
    unit: Unit::Seconds,
    dimensions: WHOLE,
    about: "How long ago the corpus that is served was last written, once with whatever else was measured. Maximum: the \
            oldest in use. None without a corpus.",
    stability: Stability::Stable,
};

pub(super) static COLD_START: Metric = Metric {
    name: "ColdStart",
    unit: Unit::Count,
    dimensions: WHOLE,
    about: "1 for each execution environment that started. Sum: cold starts.",
    stability: Stability::Stable,
};

pub(super) static INIT_DURATION: Metric = Metric {
    name: "InitDuration",
    unit: Unit::Milliseconds,
    dimensions: WHOLE,
    about: "From the start of the process to readiness for the first request, once for each cold start.",
    stability: Stability::Stable,
};

pub(super) static DEADLINE_EXCEEDED: Metric = Metric {
    name: "DeadlineExceeded",
    unit: Unit::Count,
    dimensions: WHOLE,
    about: "1 for each call ended at its deadline; the caller was told so. Sum: such calls. None while there are none.",
    stability: Stability::Stable,
};

pub(super) static BACKEND_LATENCY: Metric = Metric {
    name: "BackendLatency",
    unit: Unit::Milliseconds,
    dimensions: BY_BACKEND,
    about: "How long a system behind the server took to answer, failures included.",
    stability: Stability::Evolving,
};

pub(super) static BACKEND_FAILURES: Metric = Metric {
    name: "BackendFailures",
    unit: Unit::Count,
    dimensions: BY_BACKEND,
    about: "1 for a request to a vendor that failed, 0 for one that did not. A vendor that goes on failing is not asked for a \
            while (its circuit breaker is open), which counts as failed. Average: the share that failed.",
    stability: Stability::Evolving,
};

pub(super) static SECRET_REFRESHES: Metric = Metric {
    name: "SecretRefreshes",
    unit: Unit::Count,
    dimensions: WHOLE,
    about: "1 for each reading of the secrets from their store, the first one included. Sum: readings.",
    stability: Stability::Stable,
};

pub(super) static SECRET_REFRESH_FAILURES: Metric = Metric {
    name: "SecretRefreshFailures",
    unit: Unit::Count,
    dimensions: WHOLE,
    about: "1 for a reading of the secrets that failed, 0 for one that did not. Sum: failed readings; Average: the \
            share that failed.",
    stability: Stability::Stable,
};

/// All of them, in the order of the operator's page.
pub static METRICS: &[&Metric] = &[
    &REQUEST_COUNT,
    &SUCCESS_RATE,
    &TOOL_USAGE,
    &TOOL_FAILURES,
    &TOOL_DURATION,
    &DEADLINE_EXCEEDED,
    &NOT_FOUND_RATE,
    &CORPUS_AGE,
    &BACKEND_LATENCY,
    &BACKEND_FAILURES,
    &COLD_START,
    &INIT_DURATION,
    &SECRET_REFRESHES,
    &SECRET_REFRESH_FAILURES,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_have_one_name() {
        let mut names: Vec<_> = METRICS.iter().map(|metric| metric.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), METRICS.len());
    }

    #[test]
    fn every_set_begins_with_the_environment_and_the_function() {
        for metric in METRICS {
            for set in metric.dimensions {
                assert_eq!(set[..2], *WHOLE[0], "{}", metric.name);
            }
        }
    }

    #[test]
    fn a_label_is_the_dimension_that_each_measurement_brings() {
        assert_eq!(REQUEST_COUNT.label(), None);
        assert_eq!(TOOL_FAILURES.label(), Some(Tool));
        assert_eq!(BACKEND_LATENCY.label(), Some(Backend));
    }
}
