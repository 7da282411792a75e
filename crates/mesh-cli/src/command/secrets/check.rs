use std::fmt::Write as _;
use std::time::SystemTime;

use anyhow::Context as _;
use jiff::Timestamp;
use mesh_app::config::Switch;
use mesh_aws::{Described, ParameterKind, Ssm};
use mesh_core::{Parameter, ParameterValues, SecretSource as _, SourceError};
use serde_json::{Value, json};

use super::deadline;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// What there is to say of one secret. It holds no value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    state: State,
    version: Option<i64>,
    changed: Option<SystemTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Good,
    /// There, but not to be read by us.
    Unread(String),
    Absent,
    Plain,
    Missing,
    /// The rule that the value breaks.
    Wrong(&'static str),
}

pub(super) async fn run(store: &Ssm, json: Switch) -> Result<Exit, Failure> {
    let described = store.describe(deadline()).await;
    let described = described.context("cannot look into the parameter store")?;
    let values = store.read(deadline()).await;
    let rows: Vec<Row> = Parameter::ALL
        .into_iter()
        .map(|parameter| row(parameter, store.name(parameter), &described, &values))
        .collect();
    terminal::print(&if json.is_on() {
        objects(&rows)
    } else {
        table(&rows)
    })?;
    Ok(exit(&rows))
}

fn row(
    parameter: Parameter,
    name: String,
    described: &[Described],
    values: &Result<ParameterValues, SourceError>,
) -> Row {
    // The first spelling that is there counts.
    let find = |wanted| described.iter().find(|one| one.parameter == wanted);
    let is_there = |one| find(one).is_some();
    let found = find(parameter);
    let Some(found) = found else {
        return Row {
            name,
            state: match Parameter::missing(&is_there).contains(&parameter) {
                true => State::Missing,
                false => State::Absent,
            },
            version: None,
            changed: None,
        };
    };
    Row {
        name: found.name.clone(),
        state: state(parameter, found.kind, values),
        version: found.version,
        changed: found.changed,
    }
}

fn state(
    parameter: Parameter,
    kind: ParameterKind,
    values: &Result<ParameterValues, SourceError>,
) -> State {
    let held = match values {
        Err(error) => return State::Unread(error.to_string()),
        Ok(values) => values.get(&parameter),
    };
    match held.map(|found| parameter.read(found.value.reveal())) {
        None => State::Unread("it was there a moment ago".to_owned()),
        Some(Err(rule)) => State::Wrong(rule),
        Some(Ok(_)) if kind == ParameterKind::Plain => State::Plain,
        Some(Ok(_)) => State::Good,
    }
}

fn exit(rows: &[Row]) -> Exit {
    let has = |wanted: fn(&State) -> bool| rows.iter().any(|row| wanted(&row.state));
    if has(|state| matches!(state, State::Missing | State::Wrong(_) | State::Unread(_))) {
        Exit::Failed
    } else if has(|state| *state == State::Plain) {
        Exit::Warned
    } else {
        Exit::Done
    }
}

impl State {
    fn word(&self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Unread(_) => "unread",
            Self::Absent => "absent",
            Self::Plain => "plain",
            Self::Missing => "missing",
            Self::Wrong(_) => "wrong",
        }
    }

    fn reason(&self) -> String {
        match self {
            Self::Good => "encrypted".to_owned(),
            Self::Unread(reason) => reason.clone(),
            Self::Absent => "optional".to_owned(),
            Self::Plain => {
                "kept in the clear (`String`): write it again with `mesh secrets put`".to_owned()
            }
            Self::Missing => "needed: what is there is of no use without it".to_owned(),
            Self::Wrong(rule) => (*rule).to_owned(),
        }
    }
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let version = row
            .version
            .map_or_else(String::new, |version| format!("v{version}"));
        let day = changed(row).map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string());
        let line = format!(
            "{:<width$}  {:<7}  {version:<4} {day:<10}  {}",
            row.name,
            row.state.word(),
            row.state.reason()
        );
        writeln!(text, "{}", line.trim_end()).expect("writing to a string cannot fail");
    }
    text
}

fn objects(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "name": row.name,
                "state": row.state.word(),
                "reason": row.state.reason(),
                "version": row.version,
                "changed": changed(row).map(|at| at.to_string()),
            })
        })
        .collect();
    format!("{:#}", json!({"secrets": rows}))
}

fn changed(row: &Row) -> Option<Timestamp> {
    Timestamp::try_from(row.changed?).ok()
}

#[cfg(test)]
mod tests {
    use mesh_core::{FoundParameter, Secret};

    use super::*;

    fn judged(value: &str, kind: ParameterKind) -> State {
        let found = FoundParameter {
            value: Secret::new(value),
            version: None,
        };
        let values = ParameterValues::from([(Parameter::SupabaseUrl, found)]);
        state(Parameter::SupabaseUrl, kind, &Ok(values))
    }

    #[test]
    fn a_value_is_held_to_its_rule_and_its_keeping() {
        assert_eq!(
            judged("https://db.example.com", ParameterKind::Secure),
            State::Good
        );
        assert_eq!(
            judged("https://db.example.com", ParameterKind::Plain),
            State::Plain
        );
        let wrong = judged("db.example.com", ParameterKind::Secure);
        assert_eq!(wrong, State::Wrong("must be an `https://` address"));
    }

    #[test]
    fn what_is_missing_is_told_from_what_is_optional() {
        let values = Ok(ParameterValues::new());
        let row = |parameter| row(parameter, "name".to_owned(), &[], &values);
        let missing = row(Parameter::OpenAiApiKey);
        let absent = row(Parameter::ElevenLabsApiKey);
        assert_eq!(
            (&missing.state, &absent.state),
            (&State::Missing, &State::Absent)
        );
        assert_eq!(exit(&[missing]), Exit::Failed);
        assert_eq!(exit(std::slice::from_ref(&absent)), Exit::Done);
        assert_eq!(
            table(&[absent]),
            "name  absent                    optional\n"
        );
    }
}
