use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use mesh_core::Effect;
use serde_json::{Map, Value};

/// What was decided of one call, and what became of it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub at: SystemTime,
    /// Who called, as [`super::Salt::caller`] names it.
    pub caller: &'a str,
    /// The names of the caller's teams with `,` between; none where it is in none.
    pub team: Option<&'a str>,
    pub tool: &'a str,
    pub effect: Effect,
    pub decision: Decision<'a>,
    /// The digest of the arguments, as [`super::Salt::arguments`] has it.
    pub arguments: &'a str,
    pub duration: Duration,
    pub outcome: Outcome,
    pub request_id: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    Allowed,
    /// Somebody was asked to agree to it, and has not.
    Asked,
    /// Somebody has agreed to it.
    Confirmed,
    /// Why not, in a word or two: `policy`, `limit`, `confirmation`.
    Refused(&'a str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    Failed,
    /// Who called has left, or its time was over; it may have done something.
    Abandoned,
    /// It was not called.
    None,
}

impl Entry<'_> {
    /// Without what ties it to its chain.
    pub(super) fn members(&self) -> Map<String, Value> {
        let at = Timestamp::try_from(self.at).map(|at| format!("{at:.3}"));
        let milliseconds = u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX);
        let members: [(_, Value); 10] = [
            ("at", at.unwrap_or_default().into()),
            ("caller", self.caller.into()),
            ("team", self.team.into()),
            ("tool", self.tool.into()),
            ("effect", self.effect.as_str().into()),
            ("decision", decision(self.decision).into()),
            ("arguments", self.arguments.into()),
            ("duration_ms", milliseconds.into()),
            ("outcome", outcome(self.outcome).into()),
            ("request_id", self.request_id.into()),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        members.into_iter().collect()
    }
}

fn decision(decision: Decision<'_>) -> String {
    match decision {
        Decision::Allowed => "allowed".to_owned(),
        Decision::Asked => "asked".to_owned(),
        Decision::Confirmed => "confirmed".to_owned(),
        Decision::Refused(why) => format!("refused: {why}"),
    }
}

const fn outcome(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Answered => Some("answered"),
        Outcome::Failed => Some("failed"),
        Outcome::Abandoned => Some("abandoned"),
        Outcome::None => None,
    }
}
