use std::collections::{HashMap, HashSet};

use mesh_core::{Caller, Effect};
use serde_json::Value;

use super::asked::{Asked, bare};
use super::claims::Claims;
use super::constraint::Constraint;
use super::member::Member;
use super::names::Names;
use super::rule::{List, Rule, Target};
use crate::limits::Sizes;

/// Who is in a team, and what all of them may do.
#[derive(Debug, Default)]
pub(super) struct Team {
    pub(super) name: Box<str>,
    pub(super) line: usize,
    /// Each with its line.
    pub(super) members: Vec<(usize, Member)>,
    pub(super) claims: Vec<Claims>,
    pub(super) rules: Vec<Rule>,
    /// What arguments may be, by the tool's name.
    pub(super) constraints: HashMap<Box<str>, Vec<Constraint>>,
    pub(super) limits: Vec<(Effect, OwnLimit)>,
    pub(super) index: Index,
}

/// What a team says of a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnLimit {
    pub(super) per_minute: Option<u32>,
    pub(super) concurrent: Option<u32>,
    pub(super) sizes: Sizes,
}

/// The rules, to be looked up.
#[derive(Debug, Default)]
pub(super) struct Index {
    read: Tools,
    write: Tools,
    spend: Tools,
    resources: Names,
    prompts: Names,
    denied_tools: Tools,
    denied_resources: Names,
    denied_prompts: Names,
}

#[derive(Debug, Default)]
struct Tools {
    names: Names,
    families: HashSet<Box<str>>,
}

impl Team {
    pub(super) fn has(&self, caller: &Caller) -> bool {
        self.members.iter().any(|(_, member)| member.is(caller))
            || self.claims.iter().any(|claims| claims.are_of(caller))
    }

    pub(super) fn allows(&self, asked: &Asked<'_>) -> bool {
        match *asked {
            Asked::Tool {
                name,
                family,
                effect,
            } => self.index.tools(effect).have(name, family),
            Asked::Resource(uri) => self.index.resources.has(&bare(uri)),
            Asked::Prompt(name) => self.index.prompts.has(name),
            Asked::Template(_) => self.rules.iter().any(|rule| rule.allows(asked)),
        }
    }

    pub(super) fn denies(&self, asked: &Asked<'_>) -> bool {
        match *asked {
            Asked::Tool { name, family, .. } => self.index.denied_tools.have(name, family),
            Asked::Resource(uri) => self.index.denied_resources.has(&bare(uri)),
            Asked::Prompt(name) => self.index.denied_prompts.has(name),
            Asked::Template(_) => self.rules.iter().any(|rule| rule.denies(asked)),
        }
    }

    pub(super) fn constraints_of(&self, tool: &str) -> &[Constraint] {
        self.constraints.get(tool).map_or(&[], Vec::as_slice)
    }

    /// The first of its constraints on the tool that these arguments break.
    pub(super) fn broken_by(&self, tool: &str, arguments: &Value) -> Option<&Constraint> {
        let constraints = self.constraints_of(tool);
        constraints
            .iter()
            .find(|constraint| !constraint.holds(arguments))
    }

    /// Nothing of what it does not allow anyway. Resources and prompts are read, as some tools do.
    pub(super) fn limit(&self, effect: Effect) -> OwnLimit {
        let lists: &[List] = match effect {
            Effect::Read => &[List::Read, List::Resources, List::Prompts],
            Effect::Write => &[List::Write],
            Effect::Spend => &[List::Spend],
        };
        let own = self.limits.iter().find(|(own, _)| *own == effect);
        match own {
            Some((_, limit)) if self.rules.iter().any(|rule| lists.contains(&rule.list)) => *limit,
            _ => OwnLimit::default(),
        }
    }
}

impl Index {
    pub(super) fn of(rules: &[Rule]) -> Self {
        let targets = |list: List| {
            let of_list = rules.iter().filter(move |rule| rule.list == list);
            of_list.map(|rule| &rule.target)
        };
        Self {
            read: Tools::among(targets(List::Read)),
            write: Tools::among(targets(List::Write)),
            spend: Tools::among(targets(List::Spend)),
            resources: resources(targets(List::Resources)),
            prompts: prompts(targets(List::Prompts)),
            denied_tools: Tools::among(targets(List::Deny)),
            denied_resources: resources(targets(List::Deny)),
            denied_prompts: prompts(targets(List::Deny)),
        }
    }

    const fn tools(&self, effect: Effect) -> &Tools {
        match effect {
            Effect::Read => &self.read,
            Effect::Write => &self.write,
            Effect::Spend => &self.spend,
        }
    }
}

impl Tools {
    fn among<'t>(targets: impl Iterator<Item = &'t Target> + Clone) -> Self {
        let names = targets.clone().filter_map(|target| match target {
            Target::Tool(pattern) => Some(pattern),
            _ => None,
        });
        let families = targets.filter_map(|target| match target {
            Target::Family(family) => Some(family.clone()),
            _ => None,
        });
        Self {
            names: names.collect(),
            families: families.collect(),
        }
    }

    fn have(&self, name: &str, family: &str) -> bool {
        self.families.contains(family) || self.names.has(name)
    }
}

fn resources<'t>(targets: impl Iterator<Item = &'t Target>) -> Names {
    let patterns = targets.filter_map(|target| match target {
        Target::Resource(pattern) => Some(pattern),
        _ => None,
    });
    patterns.collect()
}

fn prompts<'t>(targets: impl Iterator<Item = &'t Target>) -> Names {
    let patterns = targets.filter_map(|target| match target {
        Target::Prompt(pattern) => Some(pattern),
        _ => None,
    });
    patterns.collect()
}
