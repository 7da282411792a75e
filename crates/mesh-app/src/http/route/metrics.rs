//! `/metrics`: this process's counters, as the old server's JSON or as Prometheus text.

use std::fmt::Write as _;
use std::time::Instant;

use axum::Extension;
use axum::extract;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use mesh_core::{BUCKETS, Snapshot, ToolCounts};
use mesh_gateway::{State, Stats};
use mesh_tools::ask::Silent;
use mesh_tools::system::metrics as report;
use serde_json::json;

use super::refused;
use crate::app::App;
use crate::mcp::Incoming;
use crate::rescue::{bytes_response, json_response};
use crate::upstreams;

const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(in crate::http) async fn metrics(
    extract::State(app): extract::State<App>,
    Extension(incoming): Extension<Incoming>,
    headers: HeaderMap,
) -> Response {
    if wants_text(&headers) {
        return prometheus(extract::State(app), Extension(incoming)).await;
    }
    if let Some(refused) = refused(&app, &incoming, METRICS) {
        return refused;
    }
    let listing = app.listing(&incoming.request.caller);
    let cx = app.context(&incoming, &Silent, &listing.view);
    let mut told = json!(report(&cx));
    if let Some(gateway) = &app.gateway {
        let stats = gateway.stats();
        let seen = super::upstreams::seen(&app, &listing, &stats);
        told["upstreams"] = seen.map(upstreams::told).collect();
    }
    json_response(StatusCode::OK, &told)
}

pub(in crate::http) async fn prometheus(
    extract::State(app): extract::State<App>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    if let Some(refused) = refused(&app, &incoming, METRICS) {
        return refused;
    }
    let snapshot = app.services.metrics.snapshot(Instant::now());
    let mut text = exposition(&snapshot);
    if let Some(gateway) = &app.gateway {
        let (listing, stats) = (app.listing(&incoming.request.caller), gateway.stats());
        let seen: Vec<_> = super::upstreams::seen(&app, &listing, &stats).collect();
        of_upstreams(&mut text, &seen);
    }
    bytes_response(StatusCode::OK, PROMETHEUS, text)
}

/// Who may not read this resource may not read it by its route.
const METRICS: &str = "aoma://metrics";

/// What Prometheus itself sends; a client that also names JSON, as many do by default, gets JSON.
fn wants_text(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| {
            !accept.contains("application/json")
                && (accept.contains("text/plain") || accept.contains("openmetrics-text"))
        })
}

fn exposition(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    counter(
        &mut text,
        "http_requests_total",
        "MCP and tool requests answered.",
        snapshot.requests(),
    );
    counter(
        &mut text,
        "http_requests_success_total",
        "Of these, successes.",
        snapshot.successes,
    );
    counter(
        &mut text,
        "http_requests_failure_total",
        "Of these, failures.",
        snapshot.failures,
    );
    head(
        &mut text,
        "tool_calls_total",
        "counter",
        "Tool calls by outcome.",
    );
    for (name, counts) in &snapshot.tools {
        for (status, count) in [("success", counts.successes), ("failure", counts.failures)] {
            let _ = writeln!(
                text,
                "aoma_mesh_tool_calls_total{{tool_name=\"{name}\",status=\"{status}\"}} {count}"
            );
        }
    }
    if !snapshot.circuits_open.is_empty() {
        head(
            &mut text,
            "vendor_circuit_open",
            "gauge",
            "1 where a vendor goes on failing and was not asked.",
        );
    }
    for (vendor, is_open) in &snapshot.circuits_open {
        let is_open = u8::from(*is_open);
        let _ = writeln!(
            text,
            "aoma_mesh_vendor_circuit_open{{vendor=\"{vendor}\"}} {is_open}"
        );
    }
    head(
        &mut text,
        "tool_call_duration_seconds",
        "histogram",
        "Time per tool call.",
    );
    for (name, counts) in &snapshot.tools {
        histogram(&mut text, name, counts);
    }
    text
}

fn of_upstreams(text: &mut String, stats: &[&Stats]) {
    let mut each = |name: &str, kind: &str, help: &str, lines: &dyn Fn(&Stats) -> Vec<String>| {
        head(text, name, kind, help);
        for line in stats.iter().flat_map(|stats| lines(stats)) {
            let _ = writeln!(text, "aoma_mesh_{name}{line}");
        }
    };
    each(
        "upstream_up",
        "gauge",
        "1 unless what was last asked of it failed.",
        &|stats| {
            let is_up = u8::from(stats.state != State::Down);
            vec![format!("{{upstream=\"{}\"}} {is_up}", stats.name)]
        },
    );
    each(
        "upstream_calls_total",
        "counter",
        "Calls of its tools.",
        &|stats| {
            vec![format!(
                "{{upstream=\"{}\"}} {}",
                stats.name, stats.counts.calls
            )]
        },
    );
    each(
        "upstream_errors_total",
        "counter",
        "Of these, failures by kind.",
        &|stats| {
            let errors = stats.counts.errors.iter();
            let line =
                |(kind, count)| format!("{{upstream=\"{}\",kind=\"{kind}\"}} {count}", stats.name);
            errors.map(line).collect()
        },
    );
    each(
        "upstream_starts_total",
        "counter",
        "How often it was started or connected to.",
        &|stats| {
            vec![format!(
                "{{upstream=\"{}\"}} {}",
                stats.name, stats.counts.starts
            )]
        },
    );
    each(
        "upstream_call_seconds_total",
        "counter",
        "Time of all calls together.",
        &|stats| {
            let taken = stats.counts.taken.as_secs_f64();
            vec![format!("{{upstream=\"{}\"}} {taken}", stats.name)]
        },
    );
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(
        text,
        "# HELP aoma_mesh_{name} {help}\n# TYPE aoma_mesh_{name} {kind}"
    );
}

fn counter(text: &mut String, name: &str, help: &str, value: u64) {
    head(text, name, "counter", help);
    let _ = writeln!(text, "aoma_mesh_{name} {value}");
}

fn histogram(text: &mut String, tool: &str, counts: &ToolCounts) {
    let name = "aoma_mesh_tool_call_duration_seconds";
    let mut so_far = 0;
    for (bound, count) in BUCKETS.iter().zip(counts.buckets) {
        so_far += count;
        let _ = writeln!(
            text,
            "{name}_bucket{{tool_name=\"{tool}\",le=\"{bound}\"}} {so_far}"
        );
    }
    let all = counts.successes + counts.failures;
    let _ = writeln!(
        text,
        "{name}_bucket{{tool_name=\"{tool}\",le=\"+Inf\"}} {all}"
    );
    let _ = writeln!(
        text,
        "{name}_sum{{tool_name=\"{tool}\"}} {}",
        counts.time.as_secs_f64()
    );
    let _ = writeln!(text, "{name}_count{{tool_name=\"{tool}\"}} {all}");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mesh_core::{Metrics, Outcome};

    use super::*;

    #[test]
    fn buckets_are_cumulative() {
        let metrics = Metrics::new(Instant::now());
        metrics.tool("t", Outcome::Success, Duration::from_millis(4));
        metrics.tool("t", Outcome::Failure, Duration::from_millis(40));
        metrics.circuit("openai", true);
        let text = exposition(&metrics.snapshot(Instant::now()));
        for line in [
            "aoma_mesh_tool_calls_total{tool_name=\"t\",status=\"failure\"} 1",
            "aoma_mesh_vendor_circuit_open{vendor=\"openai\"} 1",
            "aoma_mesh_tool_call_duration_seconds_bucket{tool_name=\"t\",le=\"0.005\"} 1",
            "aoma_mesh_tool_call_duration_seconds_bucket{tool_name=\"t\",le=\"0.05\"} 2",
            "aoma_mesh_tool_call_duration_seconds_bucket{tool_name=\"t\",le=\"+Inf\"} 2",
            "aoma_mesh_tool_call_duration_seconds_sum{tool_name=\"t\"} 0.044",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
