//! Measurements as lines of a log, in `CloudWatch`'s Embedded Metric Format: whoever collects the log makes metrics of
//! them, so that nothing is sent while a caller waits.

use std::time::SystemTime;

use jiff::Timestamp;
use mesh_core::{Datum, Dimension, Label, Metric};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

/// CloudWatch Embedded Metric Format, "Target members": an array of values must not have more than 100.
const MAX_VALUES: usize = 100;

/// One document a line, each line with its end; empty where there are no data.
///
/// What one request measures is one line: another is begun only for a second tool, a second backend, or where there are
/// more values of a metric than one document may hold.
#[must_use]
pub fn lines(data: &[Datum], labels: &Labels<'_>, now: SystemTime) -> String {
    let now = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut lines = String::new();
    for document in &documents(data) {
        let line = Line {
            document,
            labels,
            now,
        };
        lines += &serde_json::to_string(&line).expect("names and numbers can be written as JSON");
        lines.push('\n');
    }
    lines
}

/// What all measurements of a process are published under.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    pub namespace: &'a str,
    pub environment: &'a str,
    pub function: &'a str,
}

/// The members of a document are one object: it can have one value of each dimension, and each metric once.
#[derive(Default)]
struct Document {
    tool: Option<Label>,
    backend: Option<Label>,
    parts: Vec<(&'static Metric, Vec<f64>)>,
}

fn documents(data: &[Datum]) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for datum in data {
        for values in values(datum).chunks(MAX_VALUES) {
            let free = documents.iter().position(|document| document.takes(datum));
            let at = free.unwrap_or_else(|| {
                documents.push(Document::default());
                documents.len() - 1
            });
            documents[at].add(datum, values.to_vec());
        }
    }
    documents
}

/// The format has no counts: a value measured twice stands there twice.
fn values(datum: &Datum) -> Vec<f64> {
    let repeated = |count| usize::try_from(count).unwrap_or(usize::MAX);
    datum
        .samples
        .iter()
        .flat_map(|sample| std::iter::repeat_n(sample.value, repeated(sample.count)))
        .collect()
}

impl Document {
    fn takes(&self, datum: &Datum) -> bool {
        let is_free = match datum.metric.label() {
            Some(Dimension::Tool) => self.tool.is_none() || self.tool == datum.label,
            Some(Dimension::Backend) => self.backend.is_none() || self.backend == datum.label,
            Some(Dimension::Environment | Dimension::FunctionName) | None => true,
        };
        let mut metrics = self.parts.iter().map(|(metric, _)| metric);
        is_free && metrics.all(|metric| !std::ptr::eq(*metric, datum.metric))
    }

    fn add(&mut self, datum: &Datum, values: Vec<f64>) {
        match datum.metric.label() {
            Some(Dimension::Tool) => self.tool.clone_from(&datum.label),
            Some(Dimension::Backend) => self.backend.clone_from(&datum.label),
            Some(Dimension::Environment | Dimension::FunctionName) | None => {}
        }
        self.parts.push((datum.metric, values));
    }

    /// One directive for all metrics with the same dimensions.
    fn directives<'a>(&self, namespace: &'a str) -> Vec<Directive<'a>> {
        let mut directives: Vec<Directive<'a>> = Vec::new();
        for (metric, _) in &self.parts {
            let alike = directives
                .iter()
                .position(|one| one.of == metric.dimensions);
            let at = alike.unwrap_or_else(|| {
                directives.push(Directive::new(namespace, metric.dimensions));
                directives.len() - 1
            });
            directives[at].metrics.push(Definition {
                name: metric.name,
                unit: metric.unit.name(),
            });
        }
        directives
    }
}

/// A document as it is written.
struct Line<'a> {
    document: &'a Document,
    labels: &'a Labels<'a>,
    now: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Head<'a> {
    timestamp: i64,
    cloud_watch_metrics: Vec<Directive<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    #[serde(skip)]
    of: &'static [&'static [Dimension]],
    namespace: &'a str,
    dimensions: Vec<Vec<&'static str>>,
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

impl<'a> Directive<'a> {
    fn new(namespace: &'a str, of: &'static [&'static [Dimension]]) -> Self {
        let names = |set: &&[Dimension]| set.iter().map(|one| one.name()).collect();
        Self {
            of,
            namespace,
            dimensions: of.iter().map(names).collect(),
            metrics: Vec::new(),
        }
    }
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            document,
            labels,
            now,
        } = *self;
        let mut line = serializer.serialize_map(None)?;
        let head = Head {
            timestamp: now.as_millisecond(),
            cloud_watch_metrics: document.directives(labels.namespace),
        };
        line.serialize_entry("_aws", &head)?;
        // A line without a level and a valid time is dropped where Lambda filters its log by level.
        line.serialize_entry("level", "INFO")?;
        line.serialize_entry("timestamp", &format_args!("{now:.3}"))?;
        for (dimension, value) in [
            (Dimension::Environment, Some(labels.environment)),
            (Dimension::FunctionName, Some(labels.function)),
            (Dimension::Tool, document.tool.as_deref()),
            (Dimension::Backend, document.backend.as_deref()),
        ] {
            if let Some(value) = value {
                line.serialize_entry(dimension.name(), value)?;
            }
        }
        for (metric, values) in &document.parts {
            match values.as_slice() {
                [value] => line.serialize_entry(metric.name, value)?,
                values => line.serialize_entry(metric.name, values)?,
            }
        }
        line.end()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use mesh_core::{Metrics, Outcome};
    use serde_json::{Value, json};

    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const LABELS: Labels<'_> = Labels {
        namespace: "AomaMesh",
        environment: "staging",
        function: "mesh-staging",
    };

    fn parsed(metrics: &Metrics) -> Vec<Value> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_000_000_250);
        let text = lines(&metrics.drain(Some(DAY)), &LABELS, now);
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    fn recording() -> Metrics {
        Metrics::recording(Instant::now())
    }

    fn call(metrics: &Metrics, tool: &'static str) {
        metrics.tool(tool, Outcome::Success, Duration::from_millis(40));
    }

    /// The rules of the specification, for one line.
    fn check(document: &Value) {
        const UNITS: [&str; 4] = ["Count", "Percent", "Milliseconds", "Seconds"];
        assert!(document["_aws"]["Timestamp"].is_u64());
        let directives = document["_aws"]["CloudWatchMetrics"].as_array();
        for directive in directives.expect("directives") {
            assert_eq!(directive["Namespace"], "AomaMesh");
            for set in directive["Dimensions"].as_array().expect("sets") {
                let set = set.as_array().expect("a set");
                assert!(set.len() <= 30);
                for dimension in set {
                    let value = &document[dimension.as_str().expect("a name")];
                    assert!(!value.as_str().expect("a value").is_empty());
                }
            }
            let metrics = directive["Metrics"].as_array().expect("metrics");
            assert!((1..=100).contains(&metrics.len()));
            for metric in metrics {
                assert!(UNITS.contains(&metric["Unit"].as_str().expect("a unit")));
                match &document[metric["Name"].as_str().expect("a name")] {
                    Value::Array(values) => {
                        assert!((1..=100).contains(&values.len()));
                        assert!(values.iter().all(Value::is_number));
                    }
                    value => assert!(value.is_number()),
                }
            }
        }
    }

    #[test]
    fn a_request_with_a_call_is_one_line() {
        let metrics = recording();
        call(&metrics, "search_jira_tickets");
        metrics.request(
            Instant::now(),
            Outcome::Success,
            Duration::from_micros(41_234),
        );
        let documents = parsed(&metrics);
        assert_eq!(documents.len(), 1);
        check(&documents[0]);
        let sets = |index: usize| &documents[0]["_aws"]["CloudWatchMetrics"][index]["Dimensions"];
        let whole = json!(["Environment", "FunctionName"]);
        let by_tool = json!(["Environment", "FunctionName", "Tool"]);
        assert_eq!(sets(0), &json!([by_tool]));
        assert_eq!(sets(1), &json!([whole, by_tool]));
        assert_eq!(sets(2), &json!([whole]));
        let mut members = documents[0].clone();
        members.as_object_mut().expect("object").remove("_aws");
        assert_eq!(
            members,
            json!({
                "level": "INFO",
                "timestamp": "2026-11-18T11:06:40.250Z",
                "Environment": "staging",
                "FunctionName": "mesh-staging",
                "Tool": "search_jira_tickets",
                "ToolUsage": 1.0,
                "ToolDuration": 40.0,
                "ToolFailures": 0.0,
                "RequestCount": 1.0,
                "SuccessRate": 100.0,
                "CorpusAge": 86_400.0,
            })
        );
    }

    #[test]
    fn each_tool_has_a_line_of_its_own() {
        let metrics = recording();
        call(&metrics, "a");
        call(&metrics, "b");
        metrics.backend("openai", Duration::from_millis(7));
        metrics.backend("supabase", Duration::from_millis(8));
        let documents = parsed(&metrics);
        documents.iter().for_each(check);
        let labels: Vec<_> = documents
            .iter()
            .map(|document| (&document["Tool"], &document["Backend"]))
            .collect();
        assert_eq!(
            labels,
            [
                (&json!("a"), &json!("openai")),
                (&json!("b"), &json!("supabase"))
            ]
        );
    }

    #[test]
    fn values_beyond_a_hundred_go_on_in_the_next_line() {
        let metrics = recording();
        for milliseconds in 0..250 {
            metrics.tool("t", Outcome::Failure, Duration::from_millis(milliseconds));
        }
        let documents = parsed(&metrics);
        documents.iter().for_each(check);
        let sizes: Vec<_> = documents
            .iter()
            .map(|document| document["ToolDuration"].as_array().map(Vec::len))
            .collect();
        assert_eq!(sizes, [Some(100), Some(100), Some(50)]);
        let failures = documents
            .iter()
            .flat_map(|document| document["ToolFailures"].as_array().expect("values"));
        assert_eq!(failures.filter_map(Value::as_f64).sum::<f64>(), 250.0);
    }

    #[test]
    fn every_metric_keeps_the_rules() {
        let metrics = recording();
        metrics.request(Instant::now(), Outcome::Failure, Duration::from_secs(25));
        call(&metrics, "t");
        metrics.deadline_exceeded();
        metrics.question(false);
        metrics.vendor("ssm", Outcome::Failure, Duration::from_micros(1));
        metrics.secret_refresh(Outcome::Failure);
        metrics.cold_start(Duration::from_millis(12));
        let documents = parsed(&metrics);
        assert_eq!(documents.len(), 1);
        check(&documents[0]);
        for metric in mesh_core::METRICS {
            assert!(documents[0][metric.name].is_number(), "{}", metric.name);
        }
    }

    #[test]
    fn names_are_escaped() {
        let metrics = recording();
        metrics.deadline_exceeded();
        let labels = Labels {
            namespace: "A\"B",
            environment: "a\\b\n\u{1}",
            ..LABELS
        };
        let text = lines(&metrics.drain(None), &labels, SystemTime::UNIX_EPOCH);
        assert_eq!(text.matches('\n').count(), 1);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(document["Environment"], "a\\b\n\u{1}");
        assert_eq!(
            document["_aws"]["CloudWatchMetrics"][0]["Namespace"],
            "A\"B"
        );
    }

    #[test]
    fn nothing_measured_is_no_line() {
        assert_eq!(lines(&[], &LABELS, SystemTime::UNIX_EPOCH), "");
    }
}
