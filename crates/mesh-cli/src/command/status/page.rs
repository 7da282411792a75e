use std::fmt::Write as _;
use std::time::SystemTime;

use jiff::Timestamp;
use mesh_aws::{Alarm, AlarmState};

use crate::terminal::harmless;

use super::figure::{FLEET, TOOL};
use super::fleet::{Fleet, Subject};

const WRITTEN: &str = "writing to a string cannot fail";
/// Rows of the fleet's figures; there are as many columns as it takes.
const ROWS: usize = 5;

/// The fleet on one screen, for a person.
pub(super) fn text(fleet: &Fleet) -> String {
    let mut page = title(fleet);
    page.push_str("\n\n");
    figures(&mut page, &fleet.figures.fleet);
    page.push('\n');
    tools(&mut page, fleet);
    page.push('\n');
    alarms(&mut page, fleet);
    page
}

fn title(fleet: &Fleet) -> String {
    let Subject {
        function,
        alias,
        environment,
        ..
    } = &fleet.subject;
    let (region, from, to) = (&fleet.region, moment(fleet.from), moment(fleet.to));
    format!("{function}:{alias} · {environment} · {region} · {from} to {to}")
}

fn moment(time: SystemTime) -> String {
    let time = Timestamp::try_from(time).unwrap_or_default();
    time.strftime("%Y-%m-%d %H:%MZ").to_string()
}

fn figures(page: &mut String, values: &[Option<f64>]) {
    let cells: Vec<_> = FLEET
        .iter()
        .zip(values)
        .map(|(figure, value)| format!("{:<18}{:>9}", figure.words, figure.unit.show(*value)))
        .collect();
    for row in 0..ROWS {
        let row: Vec<_> = cells.iter().skip(row).step_by(ROWS).cloned().collect();
        writeln!(page, "{}", row.join("    ")).expect(WRITTEN);
    }
}

fn tools(page: &mut String, fleet: &Fleet) {
    let is_known = |values: &[Option<f64>]| values.iter().any(Option::is_some);
    let known = fleet.figures.tools.iter();
    let mut known: Vec<_> = known.filter(|(_, values)| is_known(values)).collect();
    if known.is_empty() {
        let environment = &fleet.subject.environment;
        writeln!(
            page,
            "no tool was called in the environment `{environment}`"
        )
        .expect(WRITTEN);
        return;
    }
    // By calls, the first of a tool's figures; the most called first.
    known.sort_by(|(_, one), (_, other)| {
        let calls = |values: &[Option<f64>]| values[0].unwrap_or_default();
        calls(other).total_cmp(&calls(one))
    });
    tool(
        page,
        "tool",
        TOOL.iter().map(|figure| figure.words.to_owned()),
    );
    for (name, values) in known {
        let cells = TOOL.iter().zip(values);
        tool(
            page,
            name,
            cells.map(|(figure, value)| figure.unit.show(*value)),
        );
    }
}

fn tool(page: &mut String, name: &str, cells: impl Iterator<Item = String>) {
    let cells: String = cells.map(|cell| format!("{cell:>12}")).collect();
    writeln!(page, "{name:<34}{cells}").expect(WRITTEN);
}

fn alarms(page: &mut String, fleet: &Fleet) {
    if fleet.alarms.is_empty() {
        let function = &fleet.subject.function;
        writeln!(page, "no alarm watches `{function}`").expect(WRITTEN);
        return;
    }
    row(page, ["alarm", "state", "since", "tells"]);
    let mut alarms: Vec<_> = fleet.alarms.iter().collect();
    alarms.sort_by_key(|alarm| alarm.state != AlarmState::Alarm);
    for alarm in alarms {
        let since = alarm.since.map_or("–".to_owned(), moment);
        row(
            page,
            [&alarm.name, state(alarm.state), &since, &tells(alarm)],
        );
        if alarm.state == AlarmState::Alarm {
            writeln!(page, "    {}", harmless(&alarm.reason)).expect(WRITTEN);
        }
    }
}

fn row(page: &mut String, [name, state, since, tells]: [&str; 4]) {
    writeln!(page, "{name:<46}{state:<19}{since:<19}{tells}").expect(WRITTEN);
}

/// As CloudWatch's own pages have it.
pub(super) fn state(state: AlarmState) -> &'static str {
    match state {
        AlarmState::Ok => "OK",
        AlarmState::Alarm => "ALARM",
        AlarmState::InsufficientData => "INSUFFICIENT_DATA",
    }
}

/// The last parts of the addresses it tells: the names of topics.
fn tells(alarm: &Alarm) -> String {
    if alarm.actions.is_empty() {
        return "nobody".to_owned();
    }
    let last = |action: &String| action.rsplit(':').next().unwrap_or_default().to_owned();
    let names: Vec<_> = alarm.actions.iter().map(last).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::fleet::Figures;
    use super::*;

    fn time(text: &str) -> SystemTime {
        text.parse::<Timestamp>().expect("a time").into()
    }

    fn alarm(name: &str, state: AlarmState, actions: &[&str]) -> Alarm {
        Alarm {
            name: name.to_owned(),
            state,
            reason: "Threshold crossed.".to_owned(),
            since: Some(time("2026-11-20T15:02:41Z")),
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        }
    }

    fn fleet() -> Fleet {
        let values = [
            12_345.0, 99.614, 2.0, 12.5, 0.0, 12.3, 240.0, 1240.0, 38.0, 270_000.0, 12_360.0, 0.0,
            0.0, 14.0,
        ];
        let topic = "arn:aws:sns:us-east-2:123456789012:notices";
        Fleet {
            subject: Subject {
                function: "aoma-mesh-mcp-server".to_owned(),
                alias: "live".to_owned(),
                environment: "prod".to_owned(),
                namespace: "AomaMesh".to_owned(),
            },
            region: "us-east-2".to_owned(),
            from: time("2026-11-20T15:20:00Z"),
            to: time("2026-11-20T16:20:00Z"),
            figures: Figures {
                fleet: values.map(Some).to_vec(),
                tools: vec![
                    (
                        "get_system_health",
                        vec![Some(3.0), None, Some(0.4), Some(0.5)],
                    ),
                    ("search_code_files", vec![None; 4]),
                    (
                        "query_aoma_knowledge",
                        [1234.0, 12.0, 18.0, 220.0].map(Some).to_vec(),
                    ),
                ],
            },
            alarms: vec![
                alarm("aoma-mesh-mcp-server-errors", AlarmState::Ok, &[topic]),
                alarm(
                    "aoma-mesh-mcp-server-failed",
                    AlarmState::InsufficientData,
                    &[topic],
                ),
                alarm("aoma-mesh-mcp-server-slow-p95", AlarmState::Alarm, &[]),
            ],
        }
    }

    #[test]
    fn a_fleet_is_one_screen() {
        assert_eq!(
            text(&fleet()),
            "\
aoma-mesh-mcp-server:live · prod · us-east-2 · 2026-11-20 15:20Z to 2026-11-20 16:20Z

requests             12,345    duration p50          12 ms    invocations          12,360
succeeded           99.61 %    duration p95         240 ms    errors                    0
deadline exceeded         2    duration p99         1.24 s    throttles                 0
not found           12.50 %    cold start p95        38 ms    cold starts              14
secrets unread            0    corpus age            3.1 d

tool                                     calls    failures         p50         p95
query_aoma_knowledge                     1,234          12       18 ms      220 ms
get_system_health                            3           –      0.4 ms      0.5 ms

alarm                                         state              since              tells
aoma-mesh-mcp-server-slow-p95                 ALARM              2026-11-20 15:02Z  nobody
    Threshold crossed.
aoma-mesh-mcp-server-errors                   OK                 2026-11-20 15:02Z  notices
aoma-mesh-mcp-server-failed                   INSUFFICIENT_DATA  2026-11-20 15:02Z  notices
"
        );
    }

    #[test]
    fn a_fleet_of_which_nothing_is_known_says_so() {
        let mut fleet = fleet();
        fleet.figures.fleet = vec![None; FLEET.len()];
        fleet.figures.tools.clear();
        fleet.alarms.clear();
        let page = text(&fleet);
        assert!(page.contains("no tool was called in the environment `prod`\n"));
        assert!(page.contains("no alarm watches `aoma-mesh-mcp-server`\n"));
        assert!(page.contains("requests                  –"), "{page}");
    }
}
