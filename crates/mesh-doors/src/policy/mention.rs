//! What a policy speaks of, for a check of it against what there is.

use super::Policy;
use super::rule::Rule;

/// What one team's part of the file speaks of.
#[derive(Debug)]
pub struct Mentions<'p> {
    pub team: &'p str,
    pub rules: &'p [Rule],
    pub constraints: Vec<Constrains<'p>>,
}

/// That an argument of a tool is constrained.
#[derive(Debug)]
pub struct Constrains<'p> {
    pub line: usize,
    pub tool: &'p str,
    pub argument: &'p str,
}

impl Policy {
    pub fn mentions(&self) -> impl Iterator<Item = Mentions<'_>> {
        self.teams.iter().map(|team| {
            let tools = team.constraints.iter();
            let mut constraints: Vec<_> = tools
                .flat_map(|(tool, constraints)| {
                    constraints.iter().map(move |constraint| Constrains {
                        line: constraint.line,
                        tool,
                        argument: &constraint.argument,
                    })
                })
                .collect();
            constraints.sort_by_key(|constrains| constrains.line);
            Mentions {
                team: &team.name,
                rules: &team.rules,
                constraints,
            }
        })
    }
}
