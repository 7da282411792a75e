//! Requests as spans for an OpenTelemetry collector: the body of one OTLP/HTTP export, in its JSON encoding.
//!
//! Names are those of OpenTelemetry's conventions for MCP (semantic-conventions-genai, `gen-ai/mcp.md`, server and client spans). There
//! is no content in them: no argument, no result, no address of a client.

mod client;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mesh_core::{Outcome, ToolName, Trace};
use mesh_tools::system::{NAME, VERSION};
use serde_json::{Value, json};

use crate::journal::RequestRecord;

/// Where the spans go, under a collector's address (OTLP specification, OTLP/HTTP Request).
pub const PATH: &str = "/v1/traces";

/// One export of every MCP request among `records` that its caller did not ask to leave out; nothing where there is none.
#[must_use]
pub fn export(records: &[RequestRecord], environment: &str) -> Option<String> {
    let spans: Vec<Value> = records.iter().filter_map(spans).flatten().collect();
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

/// The span of a request, then those of what was asked of upstreams for it.
fn spans(record: &RequestRecord) -> Option<Vec<Value>> {
    let method = record.mcp_method?;
    if record.trace.is_some_and(|trace| !trace.is_sampled) {
        return None;
    }
    let trace = record.trace.map_or_else(begin, Some)?;
    let id = record.span.map_or_else(random, Some)?;
    let tool = record.tool.as_ref().map(ToolName::as_str);
    let own = Span {
        kind: SERVER,
        name: named(method, tool),
        id,
        parent: trace.parent,
        ended: record.ended,
        elapsed: record.elapsed,
        attributes: attributes(record, method),
        is_failed: record.outcome == Some(Outcome::Failure),
    };
    let calls = record.calls.iter().map(|call| Span {
        kind: CLIENT,
        name: named(call.method, call.target.as_deref()),
        id: call.span,
        parent: id,
        ended: call.ended,
        elapsed: call.elapsed,
        attributes: client::attributes(call),
        is_failed: call.failure.is_some(),
    });
    let all = std::iter::once(own).chain(calls);
    Some(all.filter_map(|span| span.written(&trace)).collect())
}

fn named(method: &str, target: Option<&str>) -> String {
    target.map_or_else(|| method.to_owned(), |target| format!("{method} {target}"))
}

/// `SPAN_KIND_SERVER`.
const SERVER: u8 = 2;
/// `SPAN_KIND_CLIENT`.
const CLIENT: u8 = 3;

struct Span {
    kind: u8,
    name: String,
    id: [u8; 8],
    /// Zero where it has none.
    parent: [u8; 8],
    ended: SystemTime,
    elapsed: Duration,
    attributes: Vec<Value>,
    is_failed: bool,
}

impl Span {
    fn written(self, trace: &Trace) -> Option<Value> {
        /// `STATUS_CODE_ERROR`; success is left unset.
        const ERROR: u8 = 2;
        let began = self.ended.checked_sub(self.elapsed)?;
        let digits = |id: [u8; 8]| format!("{:016x}", u64::from_be_bytes(id));
        let mut span = json!({
            "traceId": trace.id(),
            "spanId": digits(self.id),
            "name": self.name,
            "kind": self.kind,
            "startTimeUnixNano": nanoseconds(began),
            "endTimeUnixNano": nanoseconds(self.ended),
            "attributes": self.attributes,
            "status": if self.is_failed { json!({"code": ERROR}) } else { json!({}) },
        });
        if self.parent != [0; 8] {
            span["parentSpanId"] = digits(self.parent).into();
        }
        Some(span)
    }
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

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// A trace that begins here.
pub(crate) fn begin() -> Option<Trace> {
    Some(Trace {
        id: random()?,
        parent: [0; 8],
        is_sampled: true,
    })
}

pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
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
    use http::{Method, StatusCode};

    use super::*;
    use crate::journal::UpstreamCall;

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
            span: None,
            calls: Vec::new(),
        }
    }

    fn call(upstream: &str, failure: Option<&'static str>) -> UpstreamCall {
        UpstreamCall {
            upstream: upstream.to_owned(),
            is_process: upstream == "files",
            method: "tools/call",
            target: Some("search".to_owned()),
            span: [2; 8],
            ended: UNIX_EPOCH + Duration::from_secs(19),
            elapsed: Duration::from_secs(3),
            failure: failure.map(Into::into),
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
    fn what_is_asked_of_an_upstream_is_a_span_of_the_request() {
        let record = RequestRecord {
            span: Some([1; 8]),
            calls: vec![call("github", Some("timeout")), call("files", None)],
            ..record()
        };
        let body = export(&[record], "staging").expect("three spans");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let spans = &body["resourceSpans"][0]["scopeSpans"][0]["spans"];
        assert_eq!(spans.as_array().map(Vec::len), Some(3));
        assert_eq!(spans[0]["spanId"], "0101010101010101");
        assert_eq!(
            spans[1],
            json!({
                "traceId": "5759e988bd862e3fe1be46a994272793",
                "spanId": "0202020202020202",
                "parentSpanId": "0101010101010101",
                "name": "tools/call search",
                "kind": 3,
                "startTimeUnixNano": "16000000000",
                "endTimeUnixNano": "19000000000",
                "attributes": [
                    text("rpc.system", "jsonrpc"),
                    text("mcp.method.name", "tools/call"),
                    text("peer.service", "github"),
                    text("network.transport", "tcp"),
                    text("network.protocol.name", "http"),
                    text("gen_ai.operation.name", "execute_tool"),
                    text("gen_ai.tool.name", "search"),
                    text("error.type", "timeout"),
                ],
                "status": {"code": 2},
            })
        );
        assert_eq!(
            (&spans[2]["attributes"][3], &spans[2]["status"]),
            (&text("network.transport", "pipe"), &json!({}))
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
