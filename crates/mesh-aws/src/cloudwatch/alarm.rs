use std::time::SystemTime;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    AlarmType, CompositeAlarm, Dimension, MetricAlarm, MetricDataQuery, StateValue,
};
use mesh_core::Deadline;

use super::CloudWatch;
use crate::CallError;
use crate::sdk::fault;

/// One alarm, of a metric or of other alarms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    pub name: String,
    pub state: AlarmState,
    /// A sentence of CloudWatch's on why it is in this state.
    pub reason: String,
    pub since: Option<SystemTime>,
    /// What it does when it goes off, by ARN; empty where its actions are switched off.
    pub actions: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmState {
    Ok,
    Alarm,
    /// Too little was measured to tell.
    InsufficientData,
}

impl CloudWatch {
    /// All alarms that concern the function, sorted by name: those on a metric with its name as the dimension `FunctionName`,
    /// whatever they are called, that of its door, and those on such alarms.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn alarms_of(
        &self,
        function: &str,
        deadline: Deadline,
    ) -> Result<Vec<Alarm>, CallError> {
        let (mut of_metrics, mut of_alarms) = (Vec::new(), Vec::new());
        let mut next = None;
        loop {
            let call = self.client(deadline)?.describe_alarms();
            let page = call
                .alarm_types(AlarmType::MetricAlarm)
                .alarm_types(AlarmType::CompositeAlarm)
                .set_next_token(next)
                .send()
                .await
                .map_err(|error| fault(&error, "cloudwatch:DescribeAlarms"))?;
            next = page.next_token;
            of_metrics.extend(page.metric_alarms.into_iter().flatten());
            of_alarms.extend(page.composite_alarms.into_iter().flatten());
            if next.is_none() {
                break;
            }
        }
        of_metrics.retain(|alarm| watches(alarm, function));
        let mut alarms: Vec<_> = of_metrics.iter().map(of_metric).collect();
        add_those_above(&mut alarms, of_alarms);
        alarms.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(alarms)
    }
}

fn watches(alarm: &MetricAlarm, function: &str) -> bool {
    let is_it = |dimension: &Dimension| {
        dimension.name() == Some("FunctionName") && dimension.value() == Some(function)
    };
    alarm.dimensions().iter().any(is_it)
        || alarm.metrics().iter().flat_map(dimensions).any(is_it)
        || is_of_its_door(alarm, function)
}

/// API Gateway measures by the door's own id, so this one alarm is known by the name that Terraform gives it.
fn is_of_its_door(alarm: &MetricAlarm, function: &str) -> bool {
    let name = alarm.alarm_name().unwrap_or_default();
    alarm.namespace() == Some("AWS/ApiGateway") && name.strip_suffix("-door-5xx") == Some(function)
}

/// Of what an expression is made of.
fn dimensions(query: &MetricDataQuery) -> &[Dimension] {
    let metric = query.metric_stat().and_then(|stat| stat.metric());
    metric.map_or(&[], |metric| metric.dimensions())
}

/// An alarm on alarms can be on others of its kind: round after round, until none is added.
fn add_those_above(alarms: &mut Vec<Alarm>, mut candidates: Vec<CompositeAlarm>) {
    loop {
        let (above, rest): (Vec<_>, Vec<_>) = candidates
            .into_iter()
            .partition(|candidate| alarms.iter().any(|alarm| names(candidate, &alarm.name)));
        if above.is_empty() {
            return;
        }
        alarms.extend(above.iter().map(of_alarms));
        candidates = rest;
    }
}

/// CloudWatch, PutCompositeAlarm, AlarmRule: `ALARM("a name")`, `OK(name)`, `INSUFFICIENT_DATA(an ARN)`, joined by words.
fn names(composite: &CompositeAlarm, alarm: &str) -> bool {
    let rule = composite.alarm_rule().unwrap_or_default();
    rule.split(['(', ')'])
        .map(|part| part.trim().trim_matches('"'))
        .any(|part| part.rsplit(":alarm:").next() == Some(alarm))
}

fn of_metric(alarm: &MetricAlarm) -> Alarm {
    Alarm {
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
        state: state(alarm.state_value()),
        reason: alarm.state_reason().unwrap_or_default().to_owned(),
        since: since(alarm.state_updated_timestamp()),
        actions: actions(alarm.actions_enabled(), alarm.alarm_actions()),
    }
}

fn of_alarms(alarm: &CompositeAlarm) -> Alarm {
    Alarm {
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
        state: state(alarm.state_value()),
        reason: alarm.state_reason().unwrap_or_default().to_owned(),
        since: since(alarm.state_updated_timestamp()),
        actions: actions(alarm.actions_enabled(), alarm.alarm_actions()),
    }
}

fn state(value: Option<&StateValue>) -> AlarmState {
    match value {
        Some(StateValue::Ok) => AlarmState::Ok,
        Some(StateValue::Alarm) => AlarmState::Alarm,
        _ => AlarmState::InsufficientData,
    }
}

fn since(at: Option<&DateTime>) -> Option<SystemTime> {
    SystemTime::try_from(*at?).ok()
}

fn actions(enabled: Option<bool>, actions: &[String]) -> Vec<String> {
    if enabled == Some(false) {
        return Vec::new();
    }
    actions.to_vec()
}
