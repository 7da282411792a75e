use std::time::SystemTime;

use jiff::Timestamp;
use mesh_aws::Alarm;
use serde_json::{Map, Value, json};

use super::figure::{FLEET, Figure, TOOL};
use super::fleet::Fleet;
use super::page;

/// The fleet for a program: the same figures, unrounded; null where nothing was measured.
pub(super) fn text(fleet: &Fleet) -> String {
    let figures = &fleet.figures;
    let tools: Map<_, _> = figures
        .tools
        .iter()
        .map(|(tool, values)| ((*tool).to_owned(), object(&TOOL, values)))
        .collect();
    let alarms: Vec<_> = fleet.alarms.iter().map(alarm).collect();
    let value = json!({
        "function": fleet.subject.function,
        "alias": fleet.subject.alias,
        "environment": fleet.subject.environment,
        "region": fleet.region,
        "from": moment(fleet.from),
        "to": moment(fleet.to),
        "fleet": object(&FLEET, &figures.fleet),
        "tools": tools,
        "alarms": alarms,
    });
    format!("{value:#}")
}

fn object(figures: &[Figure], values: &[Option<f64>]) -> Value {
    let members = figures.iter().zip(values);
    members
        .map(|(figure, value)| (figure.key.to_owned(), json!(value)))
        .collect::<Map<_, _>>()
        .into()
}

fn alarm(alarm: &Alarm) -> Value {
    json!({
        "name": alarm.name,
        "state": page::state(alarm.state),
        "reason": alarm.reason,
        "since": alarm.since.map(moment),
        "actions": alarm.actions,
    })
}

fn moment(time: SystemTime) -> String {
    Timestamp::try_from(time).unwrap_or_default().to_string()
}
