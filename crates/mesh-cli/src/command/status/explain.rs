use std::fmt::Write as _;

use mesh_core::{METRICS, Metric};

const HEAD: &str = "\
# Metrics

What the server measures, where the numbers go, and what each of them means. `mesh status` shows those of a fleet.

## The table

Namespace `AomaMesh`, or what `MESH_METRICS_NAMESPACE` says. `Environment` is what `MESH_ENVIRONMENT` says;
`FunctionName` is the function's own name, elsewhere what `MESH_FUNCTION` says; `Tool` is a tool of the catalogue; `Backend` is a
system behind the server, such as the corpus, a vendor, or another MCP server (`upstream:NAME`). CloudWatch charges for each combination of a name and dimension
values: so no dimension has a value that a caller could make up.

A metric with two dimension sets is two series: one over all tools, and one for each.

";

const TAIL: &str = "
Durations are rounded to within 1 %, so that equal ones can be counted. A *stable* row changes its name, unit or dimensions
only with a major version; an *evolving* one with any, as CHANGELOG.md then says.

## How they leave

| where | `MESH_METRICS` | way | when |
|---|---|---|---|
| Lambda | `emf` (default) | a line of the Embedded Metric Format on standard output, which Lambda takes to the log and \
CloudWatch makes metrics of | once for each event, after the answer |
| elsewhere | `cloudwatch` | `PutMetricData`: the permission `cloudwatch:PutMetricData`, credentials and region as the AWS \
command line finds them | every minute, and once more when the server stops |
| anywhere | `off` (default elsewhere) | none | never |

**The Embedded Metric Format** costs no request, no permission and no time of a caller's, and what was written is kept where
the function is frozen or ended. Each line has `\"level\":\"INFO\"` and a time, so that Lambda's log filter lets it through: with
an application log level above `INFO` the metrics are lost with the log. Terraform sets the lowest, `TRACE`: `MESH_LOG`
(`settings.log`) alone says what is logged. A line is a log event, and charged as one.

**PutMetricData** is for hosts whose output nobody reads. What could not be sent is kept for the next minute, up to a bound;
beyond it the oldest is dropped, and the log says so. A server that is killed loses its last minute.

CloudWatch delivers either at least once: a value can be counted twice where a connection breaks at the wrong moment.

## What `/metrics` shows

The counters of one process since its start, as JSON or (by `Accept: text/plain`, or at `/metrics/prometheus`) as Prometheus
text. `scope` says what the process is: `process` is all there is, where one server runs; `execution-environment` is one of the
many that Lambda starts and ends, and its numbers are not the fleet's. `lambdaInvocations` and `coldStarts` are 0 elsewhere.
`vendors` tells of each vendor that was asked whether its breaker is `open`: it went on failing, and was not asked when it last was
to be.

A percentile can be had of many processes by adding up their Prometheus buckets. On Lambda use `mesh status` or the dashboard.

## What the alarms use

Each has a section of its name in RUNBOOK.md, and is on a metric with the function's name as `FunctionName`: by that, not by
their own names, `mesh status` and `mesh verify` find them, and those you add; that of the door, which is on the door's id, they find by its name. Those on `AWS/Lambda` are kept by Lambda itself, and hold where the server has
no chance to measure.

| alarm | metric | on when |
|---|---|---|
| errors | `AWS/Lambda` Errors | more than 5 in 5 minutes |
| failed | `AWS/Lambda` Errors | any in a minute |
| slow | `AWS/Lambda` Duration | more than 25 s on average over 5 minutes |
| slow-p95 | `AWS/Lambda` Duration | p95 above 20 s for 15 minutes |
| throttles | `AWS/Lambda` Throttles | any in a minute |
| url-5xx | `AWS/Lambda` Url5xxCount | more than 5 in 5 minutes |
| door-5xx | `AWS/ApiGateway` 5xx | more than 5 in 5 minutes; where there is a second door |
| deadline-exceeded | DeadlineExceeded | more than 5 in 5 minutes |
| secret-refresh | SecretRefreshFailures | any in 5 minutes |
| tool-failures | ToolFailures, RequestCount | more than 20 in 100 requests, of 10 and more in 5 minutes, twice |
| incident | all of the above | any of them is on: the one that pages |
| backend | BackendFailures of one `Backend` | more than half of its requests failed, for 10 minutes; for those that `backends` in `infra/env/` names |

This page is generated: `mesh status --explain > docs/METRICS.md`.
";

/// The operator's page of all measurements.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| name | unit | dimensions | about | stability |\n|---|---|---|---|---|\n");
    for metric in METRICS {
        writeln!(page, "{}", row(metric)).expect("writing to a string cannot fail");
    }
    page.push_str(TAIL);
    page
}

fn row(metric: &Metric) -> String {
    let sets: Vec<_> = metric
        .dimensions
        .iter()
        .map(|set| {
            let names: Vec<_> = set.iter().map(|dimension| dimension.name()).collect();
            names.join(" + ")
        })
        .collect();
    let Metric { name, about, .. } = metric;
    format!(
        "| `{name}` | {} | {} | {about} | {} |",
        metric.unit.name(),
        sets.join("; "),
        metric.stability.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALARMS: &str = include_str!("../../../../../infra/modules/function/alarms.tf");

    #[test]
    fn the_committed_page_is_this_one() {
        assert!(
            include_str!("../../../../../docs/METRICS.md") == page(),
            "docs/METRICS.md is out of date: run `mesh status --explain > docs/METRICS.md`"
        );
    }

    /// The keys of `alarms` in the module are those of the page's last table.
    #[test]
    fn every_alarm_of_the_function_is_explained() {
        let alarms: Vec<_> = ALARMS
            .lines()
            .filter_map(|line| line.trim().strip_suffix(" = {"))
            .filter(|key| !matches!(*key, "alarms" | "on_alias" | "on_function"))
            .filter(|key| !key.contains(' '))
            .collect();
        assert!(alarms.len() > 5, "{alarms:?}");
        for alarm in alarms {
            assert!(page().contains(&format!("\n| {alarm} | ")), "{alarm}");
        }
    }

    #[test]
    fn every_metric_an_alarm_uses_is_measured() {
        let ours: Vec<_> = ALARMS
            .lines()
            .filter(|line| line.contains("\"AomaMesh\", metric"))
            .filter_map(|line| line.split("metric = \"").nth(1)?.split('"').next())
            .collect();
        assert!(!ours.is_empty());
        for name in ours {
            assert!(METRICS.iter().any(|metric| metric.name == name), "{name}");
        }
    }
}
