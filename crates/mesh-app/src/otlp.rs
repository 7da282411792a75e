//! Requests as spans for an OpenTelemetry collector: the body of one OTLP/HTTP export, in its JSON encoding.
//!
//! Names are those of OpenTelemetry's conventions for MCP (semantic-conventions-genai, `gen-ai/mcp.md`, server spans). There
//! is no content in them: no argument, no result, no address of a client.

use std::time::{SystemTime, UNIX_EPOCH};

use mesh_core::{Outcome, Trace};
use mesh_tools::system::{NAME, VERSION};
use serde_json::{Value, json};

use crate::journal::RequestRecord;

/// Where the spans go, under a collector's address (OTLP specification, OTLP/HTTP Request).
pub const PATH: &str = "/v1/traces";

/// One export of every MCP request among `records` that its caller did not ask to leave out; nothing where there is none.
#[must_use]
pub fn export(records: &[RequestRecord], environment: &str) -> Option<String> {
    let spans: Vec<Value> = records.iter().filter_map(span).collect();
    if spans.is_empty() {
        return None;
    }
    let resource = json!({"attributes": [
        text("service.name", NAME),
        text("service.version", VERSION),
        text("deployment.environment.name", environment),
    ]});
    let scope = json!({"name": NAME, "version": VERSION});
    let body = json!({"resourceSpans": [{
        "resource": resource,
        "scopeSpans": [{"scope": scope, "spans": spans}],
    }]});
    Some(body.to_string())
}

fn span(record: &RequestRecord) -> Option<Value> {
    /// `SPAN_KIND_SERVER`.
    const SERVER: u8 = 2;
    let method = record.mcp_method?;
    if record.trace.is_some_and(|trace| !trace.is_sampled) {
        return None;
    }
    let trace = record.trace.map_or_else(begin, Some)?;
    let span_id = u64::from_be_bytes(random()?);
    let began = record.ended.checked_sub(record.elapsed)?;
    let mut span = json!({
        "traceId": trace.id(),
        "spanId": format!("{span_id:016x}"),
        "name": record.tool.as_ref().map_or_else(|| method.to_owned(), |tool| format!("{method} {tool}")),
        "kind": SERVER,
        "startTimeUnixNano": nanoseconds(began),
        "endTimeUnixNano": nanoseconds(record.ended),
        "attributes": attributes(record, method),
        "status": status(record),
    });
    if trace.parent != [0; 8] {
        let parent = u64::from_be_bytes(trace.parent);
        span["parentSpanId"] = format!("{parent:016x}").into();
    }
    Some(span)
}

fn attributes(record: &RequestRecord, method: &str) -> Vec<Value> {
    let mut attributes = vec![
        text("mcp.method.name", method),
        text("network.transport", "tcp"),
        text("network.protocol.name", "http"),
        text("aoma.request.id", &record.request_id),
    ];
    if let Some(tool) = &record.tool {
        attributes.push(text("gen_ai.operation.name", "execute_tool"));
        attributes.push(text("gen_ai.tool.name", tool.as_str()));
    }
    attributes.extend(record.failure.map(|failure| text("error.type", failure)));
    attributes
}

fn status(record: &RequestRecord) -> Value {
    /// `STATUS_CODE_ERROR`; a server leaves success unset.
    const ERROR: u8 = 2;
    match record.outcome {
        Some(Outcome::Failure) => json!({"code": ERROR}),
        Some(Outcome::Success) | None => json!({}),
    }
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// A trace that begins here.
fn begin() -> Option<Trace> {
    Some(Trace {
        id: random()?,
        parent: [0; 8],
        is_sampled: true,
    })
}

fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// 64 bits are text in JSON.
fn nanoseconds(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos())
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{Method, StatusCode};

    use super::*;

    fn record() -> RequestRecord {
        RequestRecord {
            request_id: "r-1".into(),
            caller: None,
            method: Method::POST,
            path: "/rpc".to_owned(),
            status: Some(StatusCode::OK),
            mcp_method: Some("tools/call"),
            tool: Some(mesh_core::ToolName::built_in("query_aoma_knowledge")),
            outcome: Some(Outcome::Failure),
            failure: Some("deadline_exceeded"),
            ended: UNIX_EPOCH + Duration::from_secs(20),
            elapsed: Duration::from_secs(5),
            trace: Trace::from_traceparent(
                "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
            ),
        }
    }

    #[test]
    fn a_call_is_a_span_of_its_callers_trace() {
        let body = export(&[record()], "staging").expect("one span");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let mut span = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0].clone();
        let id = span["spanId"].take();
        assert_eq!(id.as_str().map(str::len), Some(16));
        assert_eq!(
            span,
            json!({
                "traceId": "5759e988bd862e3fe1be46a994272793",
                "spanId": null,
                "parentSpanId": "53995c3f42cd8ad8",
                "name": "tools/call query_aoma_knowledge",
                "kind": 2,
                "startTimeUnixNano": "15000000000",
                "endTimeUnixNano": "20000000000",
                "attributes": [
                    text("mcp.method.name", "tools/call"),
                    text("network.transport", "tcp"),
                    text("network.protocol.name", "http"),
                    text("aoma.request.id", "r-1"),
                    text("gen_ai.operation.name", "execute_tool"),
                    text("gen_ai.tool.name", "query_aoma_knowledge"),
                    text("error.type", "deadline_exceeded"),
                ],
                "status": {"code": 2},
            })
        );
    }

    #[test]
    fn what_is_not_sampled_or_not_of_the_protocol_is_left_out() {
        let mut unsampled = record();
        unsampled.trace = unsampled.trace.map(|trace| Trace {
            is_sampled: false,
            ..trace
        });
        let health = RequestRecord {
            mcp_method: None,
            ..record()
        };
        assert_eq!(export(&[unsampled, health], "staging"), None);
    }
}
