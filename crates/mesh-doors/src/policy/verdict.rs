use std::fmt;

use super::asked::Asked;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    Denied(Denied),
}

impl Verdict {
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed)
    }

    /// Why not.
    #[must_use]
    pub fn denied(self) -> Option<Denied> {
        match self {
            Self::Allowed => None,
            Self::Denied(denied) => Some(denied),
        }
    }
}

/// That a caller may not have what it asked for. Its text is for the caller: it names what was asked for and the teams, and
/// shows nothing of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    asked: String,
    /// The first of them.
    teams: Vec<String>,
    other_teams: usize,
    pub reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The caller is in no team.
    NoTeam,
    /// None of the caller's teams has it.
    NotAllowed,
    /// One of the caller's teams rules it out.
    RuledOut,
    /// The caller's teams have it, but not with this value of the argument, or not without one.
    Argument(String),
}

impl Reason {
    /// One word, for a record.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NoTeam => "no_team",
            Self::NotAllowed => "not_allowed",
            Self::RuledOut => "ruled_out",
            Self::Argument(_) => "argument",
        }
    }
}

impl Denied {
    const MAX_TEAMS: usize = 5;

    pub(super) fn new<'t>(
        asked: &Asked<'_>,
        reason: Reason,
        teams: impl Iterator<Item = &'t str>,
    ) -> Self {
        let mut teams = teams.map(str::to_owned);
        Self {
            asked: asked.to_string(),
            teams: teams.by_ref().take(Self::MAX_TEAMS).collect(),
            other_teams: teams.count(),
            reason,
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, .. } = self;
        if self.teams.is_empty() {
            return write!(f, "{asked} is not allowed: this caller is in no team");
        }
        let several = self.teams.len() + self.other_teams > 1;
        let word = if several { "teams" } else { "team" };
        let teams: Vec<_> = self.teams.iter().map(|team| format!("`{team}`")).collect();
        let teams = teams.join(", ");
        let others = match self.other_teams {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        match &self.reason {
            Reason::Argument(name) => write!(
                f,
                "{asked} is allowed to the {word} {teams}{others} only with certain values of `{name}`"
            ),
            _ => write!(f, "{asked} is not allowed to the {word} {teams}{others}"),
        }
    }
}

impl std::error::Error for Denied {}
