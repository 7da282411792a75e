use std::time::SystemTime;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, MetricAlarm, StateValue};
use mesh_core::Deadline;

use super::{CloudWatch, fault, patience};
use crate::CallError;

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
    Quiet,
    Ringing,
    /// Too little was measured to tell.
    Unknown,
}

impl CloudWatch {
    /// Every alarm whose name begins so, by name.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn alarms(&self, prefix: &str, deadline: Deadline) -> Result<Vec<Alarm>, CallError> {
        let mut alarms = Vec::new();
        let mut next = None;
        loop {
            let call = self.client.describe_alarms().alarm_name_prefix(prefix);
            let page = call
                .alarm_types(AlarmType::MetricAlarm)
                .alarm_types(AlarmType::CompositeAlarm)
                .set_next_token(next)
                .customize()
                .config_override(patience(deadline)?)
                .send()
                .await
                .map_err(|error| fault(&error, "cloudwatch:DescribeAlarms"))?;
            alarms.extend(page.metric_alarms().iter().map(of_metric));
            alarms.extend(page.composite_alarms().iter().map(of_alarms));
            next = page.next_token;
            if next.is_none() {
                break;
            }
        }
        alarms.sort_by(|one: &Alarm, other| one.name.cmp(&other.name));
        Ok(alarms)
    }
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
        Some(StateValue::Ok) => AlarmState::Quiet,
        Some(StateValue::Alarm) => AlarmState::Ringing,
        _ => AlarmState::Unknown,
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
