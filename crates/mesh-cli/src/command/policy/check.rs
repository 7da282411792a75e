use mesh_doors::policy::{Asked, Constrains, List, Mentions, Pattern, Policy, Rule, Target};
use mesh_tools::registry::{CATALOG, TOOLS};
use mesh_tools::{Entry, Family};

use super::{behind, nearest};
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Names what the policy speaks of and this build does not have.
pub(super) fn run(name: &str, policy: &Policy) -> Result<Exit, Failure> {
    let mut warnings: Vec<(usize, String)> =
        policy.mentions().flat_map(|team| of_team(&team)).collect();
    warnings.sort_by_key(|(line, _)| *line);
    for (line, sentence) in &warnings {
        terminal::note(&format!("warning: {name}: line {line}: {sentence}"));
    }
    let teams = policy.mentions().count();
    let rules: usize = policy.mentions().map(|team| team.rules.len()).sum();
    terminal::print(&format!("{name}: teams {teams}, rules {rules}"))?;
    let unseen = unseen(policy);
    if !unseen.is_empty() {
        terminal::print(&format!(
            "{name}: not looked up, as servers behind the address have them: {}",
            unseen.join(", ")
        ))?;
    }
    Ok(match warnings.is_empty() {
        true => Exit::Done,
        false => Exit::Warned,
    })
}

fn of_team(team: &Mentions<'_>) -> Vec<(usize, String)> {
    let rules = team.rules.iter();
    let rules = rules.filter_map(|rule| Some((rule.line, of_rule(rule)?)));
    let constraints = team.constraints.iter();
    let constraints = constraints
        .filter_map(|constrains| Some((constrains.line, of_constraint(constrains, team)?)));
    rules.chain(constraints).collect()
}

/// What is in no list here, and may be in that of a server behind the address.
fn unseen(policy: &Policy) -> Vec<String> {
    let mut unseen: Vec<(usize, String)> = policy
        .mentions()
        .flat_map(|team| {
            let rules = team.rules.iter().filter_map(|rule| match &rule.target {
                Target::Tool(name) | Target::Prompt(name) if behind::is_name(name.as_str()) => {
                    Some((rule.line, name.as_str().to_owned()))
                }
                Target::Resource(uri) if behind::is_uri(uri) => {
                    Some((rule.line, uri.as_str().to_owned()))
                }
                _ => None,
            });
            let constraints = team.constraints.iter();
            let tools = constraints
                .filter(|constrains| behind::is_name(constrains.tool))
                .map(|constrains| (constrains.line, constrains.tool.to_owned()));
            rules.chain(tools).collect::<Vec<_>>()
        })
        .collect();
    unseen.sort();
    let named = unseen.into_iter();
    named
        .map(|(line, name)| format!("`{name}` (line {line})"))
        .collect()
}

fn of_rule(rule: &Rule) -> Option<String> {
    match &rule.target {
        Target::Tool(pattern) | Target::Prompt(pattern) if behind::is_name(pattern.as_str()) => {
            None
        }
        Target::Resource(pattern) if behind::is_uri(pattern) => None,
        Target::Tool(pattern) => of_tool(pattern, rule.list),
        Target::Family(name) => {
            let families = Family::ALL.map(Family::as_str);
            // Which servers are behind this one is not in the policy.
            let is_there = families.contains(&&**name) || name.starts_with("upstream:");
            (!is_there).then(|| {
                format!(
                    "no tool is of a family `{name}`{}",
                    nearest::hint(name, families)
                )
            })
        }
        Target::Prompt(pattern) => {
            let names = CATALOG.prompts.iter().map(|prompt| prompt.name);
            (!names.clone().any(|name| pattern.matches(name)))
                .then(|| unknown("prompt", pattern, names))
        }
        Target::Resource(pattern) => {
            let fixed = CATALOG.resources.iter().map(|resource| resource.uri);
            let families = CATALOG.templates.iter().map(|template| template.prefix);
            let there_is = fixed.clone().any(|uri| pattern.matches(uri))
                || families.clone().any(|start| pattern.matches_some_of(start));
            (!there_is).then(|| unknown("resource", pattern, fixed.chain(families)))
        }
    }
}

fn of_tool(pattern: &Pattern, list: List) -> Option<String> {
    let meant = TOOLS
        .iter()
        .find(|tool| pattern.matches(tool.name.as_str()));
    let Some(tool) = meant else {
        let names = TOOLS.iter().map(|tool| tool.name.as_str());
        return Some(unknown("tool", pattern, names));
    };
    // What a star stands for may come yet.
    let own = List::of(tool.effect);
    (pattern.is_exact() && list != List::Deny && list != own).then(|| {
        let (name, own, list) = (&tool.name, own.as_str(), list.as_str());
        format!("`{name}` is allowed under `{own}`: under `{list}` it means nothing")
    })
}

fn unknown<'n>(what: &str, pattern: &Pattern, known: impl Iterator<Item = &'n str>) -> String {
    let name = pattern.as_str();
    match pattern.is_exact() {
        true => format!("no {what} is called `{name}`{}", nearest::hint(name, known)),
        false => format!("no {what} is like `{name}`"),
    }
}

fn of_constraint(constrains: &Constrains<'_>, team: &Mentions<'_>) -> Option<String> {
    let Constrains { tool, argument, .. } = constrains;
    if behind::is_name(tool) {
        return None;
    }
    let Some(entry) = TOOLS.iter().find(|entry| entry.name.as_str() == *tool) else {
        let names = TOOLS.iter().map(|entry| entry.name.as_str());
        let hint = nearest::hint(tool, names);
        return Some(format!(
            "no tool is called `{tool}`, so that nothing is constrained{hint}"
        ));
    };
    let names = arguments(entry);
    if !names.contains(argument) {
        let hint = nearest::hint(argument, names);
        return Some(format!(
            "`{tool}` has no argument `{argument}`, so that no call is allowed{hint}"
        ));
    }
    let asked = Asked::Tool {
        name: tool,
        family: entry.family.as_str(),
        effect: entry.effect,
    };
    (!team.rules.iter().any(|rule| rule.allows(&asked)))
        .then(|| format!("the team `{}` may not call `{tool}` at all", team.team))
}

fn arguments(tool: &Entry) -> Vec<&str> {
    let properties = tool.definition().input_schema.get("properties");
    let properties = properties.and_then(|properties| properties.as_object());
    properties
        .into_iter()
        .flat_map(|all| all.keys().map(String::as_str))
        .collect()
}
