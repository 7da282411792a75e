use std::fmt::Write as _;

use mesh_core::{Caller, Effect};
use mesh_doors::policy::{Asked, Explanation, List, Policy, Rule, Target, TeamExplanation};
use mesh_tools::registry::TOOLS;

use super::behind::Remote;
use super::nearest;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// What is asked for.
pub(super) enum Meant<'a> {
    Known(Asked<'a>),
    /// What it does, its server says, which nobody asks here.
    Remote(Remote),
}

/// Reads what is asked for: a tool there is or another server has, a resource or a prompt.
pub(super) fn asked(text: &str) -> Result<Meant<'_>, Failure> {
    if let Some(name) = text.strip_prefix("prompt:") {
        return Ok(Meant::Known(Asked::Prompt(name)));
    }
    // A policy writes it with the prefix.
    let written = text.strip_prefix("resource:");
    let uri = written.filter(|uri| uri.contains("://")).unwrap_or(text);
    if uri.contains("://") {
        return Ok(Meant::Known(Asked::Resource(uri)));
    }
    let Some(tool) = TOOLS.iter().find(|tool| tool.name.as_str() == text) else {
        let names = TOOLS.iter().map(|tool| tool.name.as_str());
        let hint = nearest::hint(text, names);
        let unknown = || Failure::usage(format!("no tool is called `{text}`{hint}"));
        return Remote::of(text).map(Meant::Remote).ok_or_else(unknown);
    };
    Ok(Meant::Known(Asked::Tool {
        name: tool.name.as_str(),
        family: tool.family.as_str(),
        effect: tool.effect,
    }))
}

pub(super) fn run(
    policy: &Policy,
    text: &str,
    caller: &Caller,
    meant: &Meant<'_>,
) -> Result<Exit, Failure> {
    let asked = match meant {
        Meant::Known(asked) => *asked,
        // As the server takes one that says nothing of itself.
        Meant::Remote(remote) => remote.with(Effect::Write),
    };
    let explained = policy.explain(caller, &asked);
    let mut page = page(&explained, text, caller, &asked);
    if let Meant::Remote(remote) = meant {
        tell_effect(&mut page, policy, caller, remote);
    }
    terminal::print(&terminal::harmless(&page))?;
    Ok(match explained.verdict.is_allowed() {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

fn tell_effect(page: &mut String, policy: &Policy, caller: &Caller, remote: &Remote) {
    let reading = policy.explain(caller, &remote.with(Effect::Read));
    let may = match reading.verdict.is_allowed() {
        true => "may use",
        false => "may not use",
    };
    let told = "it is taken for a tool that writes: what it does, its server says, which was not asked; if it says that it only \
                reads (`readOnlyHint`),";
    line(page, format_args!("{told} {caller} {may} it"));
}

fn page(explained: &Explanation<'_>, text: &str, caller: &Caller, asked: &Asked<'_>) -> String {
    let may = match explained.verdict.is_allowed() {
        true => "may use",
        false => "may not use",
    };
    let mut page = format!("{caller} {may} {asked}\n");
    if explained.teams.is_empty() {
        page.push_str("  it is in no team\n");
    }
    for team in &explained.teams {
        tell_team(&mut page, team, text);
    }
    if let (true, Some(limit), Asked::Tool { effect, .. }) =
        (explained.verdict.is_allowed(), explained.limit, asked)
    {
        let tools = effect.as_str();
        line(
            &mut page,
            format_args!(
                "limit: {} calls a minute, {} at once, of all tools that {tools}",
                limit.per_minute, limit.concurrent
            ),
        );
        let sizes = explained.sizes.unwrap_or_default();
        for (what, bytes) in [
            ("the arguments of a call", sizes.request_bytes),
            ("a result", sizes.result_bytes),
        ] {
            if let Some(bytes) = bytes {
                line(&mut page, format_args!("limit: {what}: {bytes} bytes"));
            }
        }
    }
    page
}

fn tell_team(page: &mut String, team: &TeamExplanation<'_>, text: &str) {
    line(
        page,
        format_args!("team {} (line {})", team.name, team.line),
    );
    for at in &team.member_lines {
        let written = text.lines().nth(at - 1).unwrap_or_default().trim();
        let written = mesh_core::truncate(written);
        line(page, format_args!("  is in it by line {at}: {written}"));
    }
    for rule in &team.denying {
        line(
            page,
            format_args!("  denied by line {}: {}", rule.line, written(rule)),
        );
    }
    for rule in &team.allowing {
        line(
            page,
            format_args!("  allowed by line {}: {}", rule.line, written(rule)),
        );
    }
    if team.allowing.is_empty() && team.denying.is_empty() {
        line(page, format_args!("  no line allows it"));
    }
    // Where the team does not allow the tool, they bind nobody.
    let constraints = team
        .constraints
        .iter()
        .filter(|_| !team.allowing.is_empty());
    for constraint in constraints {
        line(
            page,
            format_args!(
                "  only with these values of {}, by line {}: {}",
                constraint.argument,
                constraint.line,
                constraint.values.join(", ")
            ),
        );
    }
}

fn written(rule: &Rule) -> String {
    let list = rule.list.as_str();
    let kind = match (&rule.target, rule.list) {
        (Target::Family(_), _) => "family:",
        (Target::Resource(_), List::Deny) => "resource:",
        (Target::Prompt(_), List::Deny) => "prompt:",
        _ => "",
    };
    let name = match &rule.target {
        Target::Family(family) => family,
        Target::Tool(pattern) | Target::Resource(pattern) | Target::Prompt(pattern) => {
            pattern.as_str()
        }
    };
    format!("{list} = [\"{kind}{name}\"]")
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(page, "  {text}").expect("writing to a string cannot fail");
}
