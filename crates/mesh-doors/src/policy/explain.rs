//! Why a caller may or may not have something, for the person who writes the policy. Each rule is looked at, one after the other.

use mesh_core::Caller;

use super::Policy;
use super::asked::Asked;
use super::rule::Rule;
use super::team::Team;
use super::verdict::Verdict;
use crate::limits::{Limit, Sizes};

#[derive(Debug)]
pub struct Explanation<'p> {
    pub verdict: Verdict,
    /// The caller's.
    pub teams: Vec<TeamExplanation<'p>>,
    /// How often the caller may call tools of this effect; none where no tool was asked for.
    pub limit: Option<Limit>,
    /// How large a call and its result may be; none where no tool was asked for.
    pub sizes: Option<Sizes>,
}

#[derive(Debug)]
pub struct TeamExplanation<'p> {
    pub name: &'p str,
    pub line: usize,
    /// The lines that make the caller a member.
    pub member_lines: Vec<usize>,
    pub allowing: Vec<&'p Rule>,
    pub denying: Vec<&'p Rule>,
    /// What holds for arguments of the tool where this team allows it.
    pub constraints: Vec<Constrained<'p>>,
}

#[derive(Debug)]
pub struct Constrained<'p> {
    pub line: usize,
    pub argument: &'p str,
    pub values: Vec<&'p str>,
}

impl Policy {
    #[must_use]
    pub fn explain(&self, caller: &Caller, asked: &Asked<'_>) -> Explanation<'_> {
        let rights = self.rights(caller);
        let teams = self.teams_of(&rights);
        let effect = match asked {
            Asked::Tool { effect, .. } => Some(*effect),
            _ => None,
        };
        Explanation {
            verdict: self.verdict(&rights, asked),
            teams: teams.map(|team| explain(team, caller, asked)).collect(),
            limit: effect.map(|effect| self.limit(&rights, effect)),
            sizes: effect.map(|effect| self.sizes(&rights, effect)),
        }
    }
}

fn explain<'p>(team: &'p Team, caller: &Caller, asked: &Asked<'_>) -> TeamExplanation<'p> {
    let members = team.members.iter().filter(|(_, member)| member.is(caller));
    let claims = team.claims.iter().filter(|claims| claims.are_of(caller));
    let tool = match *asked {
        Asked::Tool { name, .. } => name,
        _ => "",
    };
    let constraints = team.constraints_of(tool).iter();
    TeamExplanation {
        name: &team.name,
        line: team.line,
        member_lines: members
            .map(|(line, _)| *line)
            .chain(claims.map(|claims| claims.line))
            .collect(),
        allowing: team
            .rules
            .iter()
            .filter(|rule| rule.allows(asked))
            .collect(),
        denying: team
            .rules
            .iter()
            .filter(|rule| rule.denies(asked))
            .collect(),
        constraints: constraints
            .map(|constraint| Constrained {
                line: constraint.line,
                argument: &constraint.argument,
                values: constraint.patterns.iter().map(|one| one.as_str()).collect(),
            })
            .collect(),
    }
}
