use std::time::{Duration, SystemTime};

use ciborium::Value;
use mesh_aws::{AlarmState, CallError, CloudWatch, Measurement, MetricQuery, Period, Statistic};
use mesh_core::{Sample, Unit};

use crate::support::{
    array, at, aws, cbor, field, map, metrics_service, number, read_cbor, text, within,
};

fn measured(values: u32) -> Measurement {
    Measurement {
        name: "ToolDuration".to_owned(),
        unit: Unit::Milliseconds,
        dimensions: vec![("Tool".to_owned(), "search_code".to_owned())],
        samples: (0..values)
            .map(|value| Sample {
                value: f64::from(value),
                count: 3,
            })
            .collect(),
        at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
    }
}

fn hour() -> Period {
    let from = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    Period {
        from,
        to: from + Duration::from_secs(3_600),
        step: Duration::from_secs(300),
    }
}

#[tokio::test]
async fn measurements_arrive_with_their_units_dimensions_and_counts() {
    let fake = metrics_service(|_| map([])).await;
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let sent = cloudwatch
        .put("AomaMesh", &[measured(2)], within(5_000))
        .await;
    assert_eq!(sent, Ok(()));

    let seen = fake.seen();
    assert_eq!(seen.len(), 1);
    assert!(
        seen[0].target.ends_with("/operation/PutMetricData"),
        "{}",
        seen[0].target
    );
    assert!(
        seen[0]
            .header("authorization")
            .contains("/us-east-2/monitoring/aws4_request")
    );
    let body = read_cbor(&seen[0]);
    assert_eq!(field(&body, "Namespace"), &text("AomaMesh"));
    let datum = &field(&body, "MetricData").as_array().expect("a list")[0];
    assert_eq!(field(datum, "MetricName"), &text("ToolDuration"));
    assert_eq!(field(datum, "Unit"), &text("Milliseconds"));
    assert_eq!(field(datum, "Values"), &array([number(0.0), number(1.0)]));
    assert_eq!(field(datum, "Counts"), &array([number(3.0), number(3.0)]));
    let dimension = &field(datum, "Dimensions").as_array().expect("a list")[0];
    assert_eq!(field(dimension, "Value"), &text("search_code"));
}

#[tokio::test]
async fn many_measurements_go_in_few_compressed_calls() {
    let fake = metrics_service(|_| map([])).await;
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let many = vec![measured(1); 1_001];
    let sent = cloudwatch.put("AomaMesh", &many, within(10_000)).await;
    assert_eq!(sent, Ok(()));

    let seen = fake.seen();
    let lengths: Vec<_> = seen
        .iter()
        .map(|seen| {
            field(&read_cbor(seen), "MetricData")
                .as_array()
                .map(Vec::len)
        })
        .collect();
    assert_eq!(lengths, [Some(1_000), Some(1)]);
    assert_eq!(seen[0].header("content-encoding"), "gzip");
}

#[tokio::test]
async fn what_a_query_found_is_in_its_place_over_all_pages() {
    let fake = metrics_service(|seen| {
        let is_second = read_cbor(seen)
            .as_map()
            .is_some_and(|fields| fields.iter().any(|(name, _)| *name == text("NextToken")));
        if is_second {
            let results = array([result("q0", 1_700_000_300, 2.0)]);
            map([("MetricDataResults", results)])
        } else {
            let results = array([
                result("q2", 1_700_000_000, 7.0),
                result("q0", 1_700_000_000, 1.0),
            ]);
            map([("MetricDataResults", results), ("NextToken", text("more"))])
        }
    })
    .await;
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let queries = ["Errors", "Throttles", "Invocations"].map(|name| MetricQuery {
        namespace: "AWS/Lambda".to_owned(),
        name: name.to_owned(),
        dimensions: vec![("FunctionName".to_owned(), "mesh".to_owned())],
        statistic: Statistic::Percentile(95),
    });
    let found = cloudwatch
        .read(&queries, hour(), within(5_000))
        .await
        .expect("read");

    let values: Vec<Vec<f64>> = found
        .into_iter()
        .map(|series| series.points.iter().map(|(_, value)| *value).collect())
        .collect();
    assert_eq!(values, [vec![1.0, 2.0], vec![], vec![7.0]]);
    let asked = read_cbor(&fake.seen()[0]);
    let first = &field(&asked, "MetricDataQueries")
        .as_array()
        .expect("a list")[0];
    assert_eq!(field(field(first, "MetricStat"), "Stat"), &text("p95"));
}

fn result(id: &str, seconds: i64, value: f64) -> Value {
    map([
        ("Id", text(id)),
        ("StatusCode", text("Complete")),
        ("Timestamps", array([at(seconds)])),
        ("Values", array([number(value)])),
    ])
}

#[tokio::test]
async fn an_alarm_whose_actions_are_switched_off_does_nothing() {
    let topic = || array([text("arn:aws:sns:us-east-2:123456789012:pages")]);
    let fake = metrics_service(move |_| {
        let errors = map([
            ("AlarmName", text("mesh-errors")),
            ("Dimensions", watching("mesh")),
            ("StateValue", text("ALARM")),
            ("ActionsEnabled", Value::Bool(true)),
            ("AlarmActions", topic()),
        ]);
        let incident = map([
            ("AlarmName", text("a-mesh-incident")),
            ("AlarmRule", text("ALARM(\"mesh-errors\")")),
            ("StateValue", text("OK")),
            ("ActionsEnabled", Value::Bool(false)),
            ("AlarmActions", topic()),
        ]);
        map([
            ("MetricAlarms", array([errors])),
            ("CompositeAlarms", array([incident])),
        ])
    })
    .await;
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let alarms = cloudwatch.alarms_of("mesh", within(5_000)).await;
    let told: Vec<_> = alarms
        .expect("told")
        .into_iter()
        .map(|alarm| (alarm.name, alarm.state, alarm.actions.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("a-mesh-incident".to_owned(), AlarmState::Ok, 0),
            ("mesh-errors".to_owned(), AlarmState::Alarm, 1),
        ]
    );
}

/// Names tell nothing: `mesh-staging-errors` is not of `mesh`, and `latency` is. The door alone, measured by an id, goes by one.
#[tokio::test]
async fn the_alarms_of_a_function_are_those_that_watch_it() {
    let of = |name, function| {
        map([
            ("AlarmName", text(name)),
            ("Dimensions", watching(function)),
        ])
    };
    let above = |name, rule| map([("AlarmName", text(name)), ("AlarmRule", text(rule))]);
    let of_door =
        |name, namespace| map([("AlarmName", text(name)), ("Namespace", text(namespace))]);
    let fake = metrics_service(move |seen| {
        let asked = read_cbor(seen);
        let is_first = asked
            .as_map()
            .expect("a map")
            .iter()
            .all(|(key, _)| *key != text("NextToken"));
        if !is_first {
            let metric = map([("Dimensions", watching("mesh"))]);
            let query = map([("MetricStat", map([("Metric", metric)]))]);
            let rate = map([("AlarmName", text("rate")), ("Metrics", array([query]))]);
            return map([("MetricAlarms", array([rate]))]);
        }
        let of_metrics = array([
            of("latency", "mesh"),
            of("mesh-staging-errors", "mesh-staging"),
            map([("AlarmName", text("mesh-queue"))]),
            of_door("mesh-door-5xx", "AWS/ApiGateway"),
            of_door("mesh-staging-door-5xx", "AWS/ApiGateway"),
        ]);
        let arn = "ALARM(arn:aws:cloudwatch:us-east-2:123456789012:alarm:incident)";
        let of_alarms = array([
            above("everything", arn),
            above("incident", "ALARM(\"mesh-queue\") OR ALARM( rate )"),
            above("mesh-staging-incident", "ALARM(\"mesh-staging-errors\")"),
        ]);
        map([
            ("MetricAlarms", of_metrics),
            ("CompositeAlarms", of_alarms),
            ("NextToken", text("more")),
        ])
    })
    .await;
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let alarms = cloudwatch.alarms_of("mesh", within(5_000)).await;
    let names: Vec<_> = alarms
        .expect("told")
        .into_iter()
        .map(|alarm| alarm.name)
        .collect();
    let its = ["everything", "incident", "latency", "mesh-door-5xx", "rate"];
    assert_eq!(names, its);
}

fn watching(name: &str) -> Value {
    array([map([("Name", text("FunctionName")), ("Value", text(name))])])
}

#[tokio::test]
async fn a_denial_names_the_permission() {
    let denied = map([
        ("__type", text("com.amazonaws.cloudwatch#AccessDenied")),
        ("message", text("not you")),
    ]);
    let fake = metrics_service(|_| map([]))
        .await
        .answering_cbor(403, &cbor(&denied));
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let refused = cloudwatch.alarms_of("mesh", within(5_000)).await;
    let permission = CallError::Denied("cloudwatch:DescribeAlarms".to_owned());
    assert_eq!(refused, Err(permission));
}

#[tokio::test]
async fn an_answer_of_another_kind_is_told_by_its_status() {
    let fake = metrics_service(|_| map([])).await.answering(404, "<html>");
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let refused = cloudwatch.alarms_of("mesh", within(5_000)).await;
    assert_eq!(refused, Err(CallError::Refused("404".to_owned())));
}

#[tokio::test]
async fn a_hanging_service_is_left_at_the_deadline() {
    let fake = metrics_service(|_| map([])).await.hanging();
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let begun = std::time::Instant::now();
    let late = cloudwatch
        .put("AomaMesh", &[measured(1)], within(300))
        .await;
    assert_eq!(late, Err(CallError::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_spent_deadline_opens_no_connection() {
    let fake = metrics_service(|_| map([])).await;
    let cloudwatch = CloudWatch::new(&aws(fake.address()));
    let late = cloudwatch.alarms_of("mesh", within(0)).await;
    assert_eq!(late, Err(CallError::TimedOut));
    assert_eq!(fake.connections(), 0);
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let cloudwatch = CloudWatch::new(&aws("http://127.0.0.1:1"));
    let refused = cloudwatch.alarms_of("mesh", within(5_000)).await;
    assert_eq!(refused, Err(CallError::Unreachable));
}
