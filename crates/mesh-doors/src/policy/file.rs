//! From the text of a policy file to its teams, or to every fault of it.

mod list;
mod team;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Found, PolicyFaults};
use super::team::Team;

/// Far above what people can keep in their heads.
const MAX_BYTES: usize = 1 << 20;
const MAX_TEAMS: usize = 1000;

pub(super) fn read(text: &str) -> Result<Vec<Team>, PolicyFaults> {
    let mut found = Found::in_text(text);
    if text.len() > MAX_BYTES {
        found.add(&(0..0), "the file has more than 1 MiB");
        found.refuse()?;
        return Ok(Vec::new());
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    let spans = errors.iter().map(|error| {
        let at = error.span().unwrap_or(text.len()..text.len());
        (at, error.message())
    });
    // What comes after the first is often only its consequence: a bracket that is not closed.
    if let Some((at, message)) = spans.min_by_key(|(at, _)| at.start) {
        found.add(&at, message);
        found.refuse()?;
        return Ok(Vec::new());
    }
    let teams = document_of_teams(document.get_ref(), &mut found);
    found.refuse().map(|()| teams)
}

fn document_of_teams(document: &DeTable<'_>, found: &mut Found) -> Vec<Team> {
    let mut teams = Vec::new();
    for (name, value) in document {
        match &**name.get_ref() {
            "team" => teams = teams_of(value, found),
            other => found.add(
                &name.span(),
                format!("`{other}` is nothing that a policy has: it has teams, as `[team.NAME]`"),
            ),
        }
    }
    teams
}

fn teams_of(value: &Spanned<DeValue<'_>>, found: &mut Found) -> Vec<Team> {
    let Some(table) = table(value, "team", found) else {
        return Vec::new();
    };
    if table.len() > MAX_TEAMS {
        found.add(
            &value.span(),
            format!("there are more than {MAX_TEAMS} teams"),
        );
        return Vec::new();
    }
    let teams = table.iter();
    teams
        .map(|(name, value)| team::read(name, value, found))
        .collect()
}

fn table<'v, 't>(
    value: &'v Spanned<DeValue<'t>>,
    name: &str,
    found: &mut Found,
) -> Option<&'v DeTable<'t>> {
    let table = value.get_ref().as_table();
    if table.is_none() {
        found.add(&value.span(), format!("`{name}` must be a table"));
    }
    table
}
