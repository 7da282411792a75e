use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mesh_core::{Host, Snapshot, ToolCounts};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::field::Timestamp;
use crate::system::VERSION;

/// The seven counters that health shows. Of this process only, from its start; times in milliseconds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    /// Milliseconds since this process started.
    pub uptime: u64,
    pub total_requests: u64,
    pub successful_requests: u64,
    pub failed_requests: u64,
    /// Mean of the successful ones, in milliseconds; 0 while there are none.
    pub average_response_time: f64,
    /// When the last one ended; left out while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_request_time: Option<Timestamp>,
    pub version: &'static str,
}

/// The counters of `/metrics` and `aoma://metrics`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricsReport {
    pub uptime: u64,
    pub total_requests: u64,
    pub successful_requests: u64,
    pub failed_requests: u64,
    pub average_response_time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_request_time: Option<Timestamp>,
    pub version: &'static str,
    /// Events that Lambda handed to this execution environment; 0 on other hosts.
    pub lambda_invocations: u64,
    /// 1 on Lambda, where each execution environment starts once; 0 on other hosts.
    pub cold_starts: u64,
    pub scope: Scope,
    pub tools: BTreeMap<&'static str, ToolReport>,
    /// Those that were asked.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub vendors: BTreeMap<&'static str, VendorReport>,
    pub timestamp: Timestamp,
}

/// What the numbers are of: each copy of the server counts for itself, from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    Process,
    /// One of the many that Lambda starts and ends as it sees fit. The sum over all is where measurements are collected.
    ExecutionEnvironment,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct VendorReport {
    pub circuit: Circuit,
}

/// Of the breaker that leaves a vendor alone for a while after it went on failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Circuit {
    Closed,
    /// It was not asked when it last was to be.
    Open,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolReport {
    pub calls: u64,
    pub failures: u64,
    /// Over successes and failures, in milliseconds.
    pub average_response_time: f64,
}

#[must_use]
pub fn counters(cx: &Context<'_>) -> Counters {
    count(&cx.services.metrics.snapshot(Instant::now()))
}

#[must_use]
pub fn metrics(cx: &Context<'_>) -> MetricsReport {
    report(
        &cx.services.metrics.snapshot(Instant::now()),
        cx.services.host,
    )
}

fn count(snapshot: &Snapshot) -> Counters {
    Counters {
        uptime: milliseconds(snapshot.uptime),
        total_requests: snapshot.requests(),
        successful_requests: snapshot.successes,
        failed_requests: snapshot.failures,
        average_response_time: tenths(snapshot.mean_success_ms()),
        last_request_time: last_request(snapshot),
        version: VERSION,
    }
}

fn report(snapshot: &Snapshot, host: Host) -> MetricsReport {
    let counters = count(snapshot);
    MetricsReport {
        uptime: counters.uptime,
        total_requests: counters.total_requests,
        successful_requests: counters.successful_requests,
        failed_requests: counters.failed_requests,
        average_response_time: counters.average_response_time,
        last_request_time: counters.last_request_time,
        version: VERSION,
        lambda_invocations: snapshot.invocations,
        cold_starts: snapshot.cold_starts,
        scope: match host {
            Host::Process => Scope::Process,
            Host::Lambda => Scope::ExecutionEnvironment,
        },
        tools: snapshot
            .tools
            .iter()
            .map(|(name, counts)| (*name, tool(counts)))
            .collect(),
        vendors: snapshot
            .circuits_open
            .iter()
            .map(|(name, is_open)| (*name, vendor(*is_open)))
            .collect(),
        timestamp: Timestamp::now(),
    }
}

const fn vendor(is_open: bool) -> VendorReport {
    VendorReport {
        circuit: match is_open {
            true => Circuit::Open,
            false => Circuit::Closed,
        },
    }
}

fn tool(counts: &ToolCounts) -> ToolReport {
    let calls = counts.successes + counts.failures;
    let mean = counts.time.as_secs_f64() * 1000.0
        / f64::from(u32::try_from(calls.max(1)).unwrap_or(u32::MAX));
    ToolReport {
        calls,
        failures: counts.failures,
        average_response_time: tenths(mean),
    }
}

fn last_request(snapshot: &Snapshot) -> Option<Timestamp> {
    let ago = jiff::SignedDuration::try_from(snapshot.since_last?).ok()?;
    let moment = jiff::Timestamp::now().checked_sub(ago).ok()?;
    Some(Timestamp::of(moment))
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// More digits of a millisecond are noise.
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn on_lambda_the_numbers_are_of_one_execution_environment() {
        let snapshot = Snapshot {
            invocations: 7,
            cold_starts: 1,
            ..Snapshot::default()
        };
        let report = json!(report(&snapshot, Host::Lambda));
        assert_eq!(report["scope"], "execution-environment");
        assert_eq!(report["lambdaInvocations"], 7);
        assert_eq!(report["coldStarts"], 1);
    }
}
