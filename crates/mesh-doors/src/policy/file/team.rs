use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use mesh_core::{Effect, ToolName};
use toml::Spanned;
use toml::de::DeValue;

use super::{list, table};
use crate::policy::claims::Claims;
use crate::policy::constraint::Constraint;
use crate::policy::fault::Found;
use crate::policy::member::Member;
use crate::policy::rule::{List, Rule, Target};
use crate::policy::team::{Index, OwnLimit, Team};

const MAX_NAME: usize = 64;
/// From arguments that say nothing, `{}`, to the largest body that a server can be told to take.
const BYTES: RangeInclusive<u32> = 2..=64 << 20;
const EFFECTS: [Effect; 3] = [Effect::Read, Effect::Write, Effect::Spend];

type Key<'t> = Spanned<Cow<'t, str>>;
type Item<'t> = Spanned<DeValue<'t>>;

pub(super) fn read(name: &Key<'_>, value: &Item<'_>, found: &mut Found) -> Team {
    let mut team = Team {
        name: name.get_ref().as_ref().into(),
        line: found.line(&name.span()),
        ..Team::default()
    };
    check_name(name, found);
    let Some(members) = table(value, name.get_ref(), found) else {
        return team;
    };
    for (key, value) in members {
        read_part(key, value, &mut team, found);
    }
    if !members.contains_key("members") && !members.contains_key("claims") {
        found.add(
            &name.span(),
            format!(
                "nobody is in the team `{}`: it needs `members` or `claims`",
                team.name
            ),
        );
    }
    team.index = Index::of(&team.rules);
    team
}

/// Callers are told the names of their teams.
fn check_name(name: &Key<'_>, found: &mut Found) {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let text = name.get_ref();
    if !(1..=MAX_NAME).contains(&text.len()) || !text.bytes().all(is_word) {
        found.add(
            &name.span(),
            format!("a team's name has 1 to {MAX_NAME} characters of `A-Z a-z 0-9 _ - .`"),
        );
    }
}

fn read_part(key: &Key<'_>, value: &Item<'_>, team: &mut Team, found: &mut Found) {
    match &**key.get_ref() {
        "members" => team.members = members(value, found),
        "claims" => team.claims = claims(value, found),
        "arguments" => team.constraints = constraints(value, found),
        "limits" => team.limits = limits(value, found),
        name => match List::ALL.into_iter().find(|list| list.as_str() == name) {
            Some(list) => team.rules.extend(rules(list, value, found)),
            None => found.add(
                &key.span(),
                format!(
                    "`{name}` is nothing that a team has: it has members, claims, read, write, spend, deny, resources, \
                     prompts, arguments and limits"
                ),
            ),
        },
    }
}

fn members(value: &Item<'_>, found: &mut Found) -> Vec<(usize, Member)> {
    let mut members = Vec::new();
    for (at, text) in list::texts(value, "members", found) {
        match Member::parse(text) {
            Ok(member) => members.push((found.line(&at), member)),
            Err(wrong) => found.add(&at, format!("`{text}` {wrong}")),
        }
    }
    members
}

fn rules(list: List, value: &Item<'_>, found: &mut Found) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (at, text) in list::texts(value, list.as_str(), found) {
        match Target::parse(list, text) {
            Ok(target) => rules.push(Rule {
                line: found.line(&at),
                list,
                target,
            }),
            Err(wrong) => found.add(&at, format!("`{text}` {wrong}")),
        }
    }
    let patterns = rules.iter().filter_map(|rule| rule.target.pattern());
    list::bound(patterns, &value.span(), list.as_str(), found);
    rules
}

/// One table of claims, or a list of them, of which one is enough.
fn claims(value: &Item<'_>, found: &mut Found) -> Vec<Claims> {
    match value.get_ref().as_array() {
        Some(several) => several.iter().map(|value| claim(value, found)).collect(),
        None => vec![claim(value, found)],
    }
}

fn claim(value: &Item<'_>, found: &mut Found) -> Claims {
    let mut wanted = Vec::new();
    let line = found.line(&value.span());
    if let Some(claims) = table(value, "claims", found) {
        for (name, values) in claims {
            let name = name.get_ref();
            wanted.push((
                name.as_ref().into(),
                list::values(values, name, found).iter().collect(),
            ));
        }
        if !claims.contains_key("iss") {
            found.add(
                &value.span(),
                "`claims` must say who has to have issued the token: `iss = [\"https://…\"]`",
            );
        }
    }
    Claims { line, wanted }
}

fn constraints(value: &Item<'_>, found: &mut Found) -> HashMap<Box<str>, Vec<Constraint>> {
    let mut constraints = HashMap::new();
    for (tool, value) in table(value, "arguments", found).into_iter().flatten() {
        let name = tool.get_ref();
        if name.parse::<ToolName>().is_err() {
            found.add(&tool.span(), format!("`{name}` is no name of a tool"));
        }
        let mut of_tool = Vec::new();
        if value
            .get_ref()
            .as_table()
            .is_some_and(|table| table.is_empty())
        {
            found.add(&value.span(), format!("`{name}` must name an argument"));
        }
        for (argument, values) in table(value, name, found).into_iter().flatten() {
            let line = found.line(&argument.span());
            let argument = argument.get_ref();
            of_tool.push(Constraint::new(
                line,
                argument,
                list::values(values, argument, found),
            ));
        }
        constraints.insert(name.as_ref().into(), of_tool);
    }
    constraints
}

fn limits(value: &Item<'_>, found: &mut Found) -> Vec<(Effect, OwnLimit)> {
    let mut limits = Vec::new();
    for (key, value) in table(value, "limits", found).into_iter().flatten() {
        let name = key.get_ref();
        match EFFECTS.into_iter().find(|effect| effect.as_str() == *name) {
            Some(effect) => limits.push((effect, limit(name, value, found))),
            None => found.add(
                &key.span(),
                format!("`{name}` has no limit: `read`, `write` and `spend` have"),
            ),
        }
    }
    limits
}

fn limit(name: &str, value: &Item<'_>, found: &mut Found) -> OwnLimit {
    let mut limit = OwnLimit::default();
    for (key, value) in table(value, name, found).into_iter().flatten() {
        match &**key.get_ref() {
            "per_minute" => limit.per_minute = number(value, "per_minute", 1..=1_000_000, found),
            "concurrent" => limit.concurrent = number(value, "concurrent", 1..=10_000, found),
            "request_bytes" => {
                limit.sizes.request_bytes = number(value, "request_bytes", BYTES, found);
            }
            "result_bytes" => {
                limit.sizes.result_bytes = number(value, "result_bytes", BYTES, found);
            }
            other => found.add(
                &key.span(),
                format!(
                    "`{other}` is nothing that a limit has: it has per_minute, concurrent, request_bytes and result_bytes"
                ),
            ),
        }
    }
    limit
}

fn number(
    value: &Item<'_>,
    name: &str,
    bounds: RangeInclusive<u32>,
    found: &mut Found,
) -> Option<u32> {
    let number = match value.get_ref() {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    let number = number.filter(|number| bounds.contains(number));
    if number.is_none() {
        let (least, most) = (bounds.start(), bounds.end());
        found.add(
            &value.span(),
            format!("`{name}` must be a whole number from {least} to {most}"),
        );
    }
    number
}
