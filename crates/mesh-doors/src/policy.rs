//! Who may use what: teams, as one file has them, and what each may do. Whoever is in no team may do nothing, and what no team
//! allows is denied; docs/POLICY.md tells operators.

mod asked;
mod claims;
mod constraint;
mod explain;
mod fault;
mod file;
mod member;
mod mention;
mod names;
mod pattern;
mod rights;
mod rule;
mod scalar;
mod team;
mod verdict;

#[cfg(test)]
mod tests;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use mesh_core::{Caller, Effect};
use serde_json::Value;

pub use asked::Asked;
pub use explain::{Constrained, Explanation, TeamExplanation};
pub use fault::{PolicyFault, PolicyFaults};
pub use mention::{Constrains, Mentions};
pub use pattern::Pattern;
pub use rights::Rights;
pub use rule::{List, Rule, Target};
pub use verdict::{Denied, Reason, Verdict};

use crate::limits::{Limit, Sizes};
use team::Team;

/// The default allows nobody anything.
#[derive(Debug, Default)]
pub struct Policy {
    /// Tells its rights from those of another.
    id: u64,
    teams: Vec<Team>,
}

impl Policy {
    /// # Errors
    /// With every fault of the text, where it has any. Nothing of it counts then.
    pub fn parse(text: &str) -> Result<Self, PolicyFaults> {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Ok(Self {
            id: hasher.finish(),
            teams: file::read(text)?,
        })
    }

    /// Looks at every member of every team: to be kept for as long as the policy and the caller are the same.
    #[must_use]
    pub fn rights(&self, caller: &Caller) -> Rights {
        let teams = self.teams.iter().enumerate();
        let own = teams.filter(|(_, team)| team.has(caller));
        Rights {
            policy: self.id,
            teams: own.map(|(at, _)| at).collect(),
        }
    }

    /// The names of the teams, for a record.
    pub fn teams<'p>(&'p self, rights: &Rights) -> impl Iterator<Item = &'p str> {
        self.teams_of(rights).map(|team| &*team.name)
    }

    /// What a team denies is denied to all who are in it, and else they have what one of their teams allows.
    #[must_use]
    pub fn verdict(&self, rights: &Rights, asked: &Asked<'_>) -> Verdict {
        if self.teams_of(rights).any(|team| team.denies(asked)) {
            let teams = self.teams_of(rights).filter(|team| team.denies(asked));
            return Verdict::Denied(denied(asked, Reason::RuledOut, teams));
        }
        if self.teams_of(rights).any(|team| team.allows(asked)) {
            return Verdict::Allowed;
        }
        let mut teams = self.teams_of(rights).peekable();
        let reason = match teams.peek() {
            Some(_) => Reason::NotAllowed,
            None => Reason::NoTeam,
        };
        Verdict::Denied(denied(asked, reason, teams))
    }

    /// As [`Self::verdict`], of what is `team`'s alone.
    #[must_use]
    pub fn verdict_within(&self, rights: &Rights, asked: &Asked<'_>, team: &str) -> Verdict {
        let teams = self.teams_of(rights);
        if teams.clone().any(|one| *one.name == *team) {
            return self.verdict(rights, asked);
        }
        let reason = match teams.clone().next() {
            Some(_) => Reason::NotAllowed,
            None => Reason::NoTeam,
        };
        Verdict::Denied(denied(asked, reason, teams))
    }

    /// Whether a call with these arguments is allowed: one of the teams that allow the tool has to allow the arguments too.
    ///
    /// They must be as the tool will read them: under its own names for them, of the types of its schema.
    ///
    /// # Errors
    /// Where it is not. Whatever [`Self::verdict`] denies is denied here.
    pub fn arguments(
        &self,
        rights: &Rights,
        asked: &Asked<'_>,
        arguments: &Value,
    ) -> Result<(), Denied> {
        if let Verdict::Denied(denied) = self.verdict(rights, asked) {
            return Err(denied);
        }
        let Asked::Tool { name, .. } = *asked else {
            return Ok(());
        };
        let allowing = || self.teams_of(rights).filter(|team| team.allows(asked));
        let mut first_broken = None;
        for team in allowing() {
            match team.broken_by(name, arguments) {
                None => return Ok(()),
                Some(broken) => first_broken = first_broken.or(Some(&broken.argument)),
            }
        }
        let argument = first_broken.map_or_else(String::new, ToString::to_string);
        Err(denied(asked, Reason::Argument(argument), allowing()))
    }

    /// Whether some arguments of a tool are denied to who may call it.
    #[must_use]
    pub fn constrains(&self, rights: &Rights, asked: &Asked<'_>) -> bool {
        let Asked::Tool { name, .. } = *asked else {
            return false;
        };
        let mut allowing = self.teams_of(rights).filter(|team| team.allows(asked));
        allowing.all(|team| !team.constraints_of(name).is_empty())
    }

    /// How much a caller may have of the tools with that effect: of the teams that allow any such tool and say how much, what the
    /// most generous says. A team that says nothing does not raise what another says.
    #[must_use]
    pub fn limit(&self, rights: &Rights, effect: Effect) -> Limit {
        let limits = || self.teams_of(rights).map(|team| team.limit(effect));
        let default = Limit::default_of(effect);
        let per_minute = limits().filter_map(|limit| limit.per_minute).max();
        let concurrent = limits().filter_map(|limit| limit.concurrent).max();
        Limit {
            per_minute: per_minute.unwrap_or(default.per_minute),
            concurrent: concurrent.unwrap_or(default.concurrent),
        }
    }

    /// How large calls of the tools with that effect, and their results, may be: told as [`Self::limit`] is.
    #[must_use]
    pub fn sizes(&self, rights: &Rights, effect: Effect) -> Sizes {
        let sizes = || self.teams_of(rights).map(|team| team.limit(effect).sizes);
        Sizes {
            request_bytes: sizes().filter_map(|sizes| sizes.request_bytes).max(),
            result_bytes: sizes().filter_map(|sizes| sizes.result_bytes).max(),
        }
    }

    /// None where the rights are of another policy.
    fn teams_of<'p>(&'p self, rights: &Rights) -> impl Iterator<Item = &'p Team> + Clone {
        let own = match rights.policy == self.id {
            true => &*rights.teams,
            false => &[],
        };
        own.iter().filter_map(|at| self.teams.get(*at))
    }
}

fn denied<'t>(asked: &Asked<'_>, reason: Reason, teams: impl Iterator<Item = &'t Team>) -> Denied {
    Denied::new(asked, reason, teams.map(|team| &*team.name))
}
