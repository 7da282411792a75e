//! Written by hand rather than through a tree of values: it is done once for each request.

use std::io::Write as _;

use mesh_core::{Dimension, Metric};

use super::{Document, Head, Part};

const WRITTEN: &str = "a vector takes all that is written to it";

pub(super) fn write(text: &mut Vec<u8>, head: &Head<'_>, document: &Document) {
    write!(
        text,
        "{{\"_aws\":{{\"Timestamp\":{},\"CloudWatchMetrics\":",
        head.now.as_millisecond()
    )
    .expect(WRITTEN);
    directives(text, head.labels.namespace, &document.parts);
    // A line without a level and a valid time is dropped where Lambda filters its log by level.
    write!(
        text,
        "}},\"level\":\"INFO\",\"timestamp\":\"{:.3}\"",
        head.now
    )
    .expect(WRITTEN);
    member(text, Dimension::Environment, Some(head.labels.environment));
    member(text, Dimension::FunctionName, Some(head.labels.function));
    member(text, Dimension::Tool, document.tool);
    member(text, Dimension::Backend, document.backend);
    for part in &document.parts {
        values(text, part);
    }
    text.push(b'}');
}

/// One directive for all metrics with the same dimensions.
fn directives(text: &mut Vec<u8>, namespace: &str, parts: &[Part]) {
    text.push(b'[');
    for (index, part) in parts.iter().enumerate() {
        let dimensions = part.metric.dimensions;
        let is_like = |other: &&Part| other.metric.dimensions == dimensions;
        if parts[..index].iter().any(|other| is_like(&other)) {
            continue;
        }
        if index > 0 {
            text.push(b',');
        }
        text.extend_from_slice(b"{\"Namespace\":");
        string(text, namespace);
        text.extend_from_slice(b",\"Dimensions\":[");
        separated(text, dimensions, |text, set| {
            text.push(b'[');
            separated(text, *set, |text, dimension| string(text, dimension.name()));
            text.push(b']');
        });
        text.extend_from_slice(b"],\"Metrics\":[");
        let alike = parts[index..].iter().filter(is_like);
        separated(text, alike, |text, part| definition(text, part.metric));
        text.extend_from_slice(b"]}");
    }
    text.push(b']');
}

fn definition(text: &mut Vec<u8>, metric: &Metric) {
    // Names and units are those of the table: nothing in them needs escaping.
    write!(
        text,
        "{{\"Name\":\"{}\",\"Unit\":\"{}\"}}",
        metric.name,
        metric.unit.name()
    )
    .expect(WRITTEN);
}

fn member(text: &mut Vec<u8>, dimension: Dimension, value: Option<&str>) {
    if let Some(value) = value {
        write!(text, ",\"{}\":", dimension.name()).expect(WRITTEN);
        string(text, value);
    }
}

fn values(text: &mut Vec<u8>, part: &Part) {
    write!(text, ",\"{}\":", part.metric.name).expect(WRITTEN);
    match part.values.as_slice() {
        [value] => write!(text, "{value}").expect(WRITTEN),
        values => {
            text.push(b'[');
            separated(text, values, |text, value| {
                write!(text, "{value}").expect(WRITTEN);
            });
            text.push(b']');
        }
    }
}

fn separated<T>(
    text: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut Vec<u8>, T),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        write(text, item);
    }
}

fn string(text: &mut Vec<u8>, value: &str) {
    serde_json::to_writer(text, value).expect(WRITTEN);
}
