//! Measurements as lines of a log, in `CloudWatch`'s Embedded Metric Format: whoever collects the log makes metrics of
//! them, so that nothing is sent while a caller waits.

use std::time::SystemTime;

use jiff::Timestamp;
use mesh_core::{Datum, Dimension, Label, Metric};
use serde_json::{Value, json};

/// CloudWatch Embedded Metric Format, "Target members": an array of values must not have more than 100.
const MAX_VALUES: usize = 100;

/// One document a line, each line with its end; empty where there are no data.
///
/// What one request measures is one line: another is begun only for a second tool, a second backend, or where there are
/// more values of a metric than one document may hold.
#[must_use]
pub fn lines(data: &[Datum], labels: &Labels<'_>, now: SystemTime) -> String {
    let now = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
    documents(data)
        .iter()
        .map(|document| format!("{}\n", document.to_json(labels, now)))
        .collect()
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

    fn to_json(&self, labels: &Labels<'_>, now: Timestamp) -> Value {
        let mut document = json!({
            "_aws": {
                "Timestamp": now.as_millisecond(),
                "CloudWatchMetrics": self.directives(labels.namespace),
            },
            // A line without a level and a valid time is dropped where Lambda filters its log by level.
            "level": "INFO",
            "timestamp": format!("{now:.3}"),
        });
        for (dimension, value) in [
            (Dimension::Environment, Some(labels.environment)),
            (Dimension::FunctionName, Some(labels.function)),
            (Dimension::Tool, self.tool.as_deref()),
            (Dimension::Backend, self.backend.as_deref()),
        ] {
            if let Some(value) = value {
                document[dimension.name()] = value.into();
            }
        }
        for (metric, values) in &self.parts {
            document[metric.name] = match **values {
                [value] => value.into(),
                _ => values.as_slice().into(),
            };
        }
        document
    }

    /// One directive for all metrics with the same dimensions.
    fn directives(&self, namespace: &str) -> Vec<Value> {
        let mut groups: Vec<(_, Vec<Value>)> = Vec::new();
        for (metric, _) in &self.parts {
            let definition = json!({ "Name": metric.name, "Unit": metric.unit.name() });
            match groups.iter_mut().find(|(of, _)| *of == metric.dimensions) {
                Some((_, alike)) => alike.push(definition),
                None => groups.push((metric.dimensions, vec![definition])),
            }
        }
        let directives = groups.into_iter().map(|(dimensions, metrics)| {
            let names =
                |set: &&[Dimension]| -> Value { set.iter().map(|one| one.name()).collect() };
            let dimensions: Value = dimensions.iter().map(names).collect();
            json!({ "Namespace": namespace, "Dimensions": dimensions, "Metrics": metrics })
        });
        directives.collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use mesh_core::{Metrics, Outcome};

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
