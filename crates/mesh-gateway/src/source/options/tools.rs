use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::field::Field;
use super::super::reading::Reading;
use crate::entry::Tools;
use crate::name;

pub(super) fn read(field: &Field<'_>, tools: &mut Tools, reading: &mut Reading<'_>) {
    for field in field.members(reading).unwrap_or_default() {
        match field.name {
            "allow" => tools.allow = names(&field, reading),
            "deny" => tools.deny = names(&field, reading).unwrap_or_default(),
            "rename" => tools.rename = renamed(&field, reading),
            "describe" => tools.describe = texts(&field, reading),
            "pinned" => tools.pinned = names(&field, reading).unwrap_or_default(),
            "defaults" => tools.defaults = defaults(&field, reading),
            _ => reading.fault(
                &field,
                "this is nothing of tools: `allow`, `deny`, `rename`, `describe`, `pinned` and `defaults` are",
            ),
        }
    }
}

pub(super) fn names(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<BTreeSet<String>> {
    let names = field.list(reading, Field::text)?;
    Some(names.into_iter().map(str::to_owned).collect())
}

fn texts(field: &Field<'_>, reading: &mut Reading<'_>) -> BTreeMap<String, String> {
    let members = field.members(reading).unwrap_or_default().into_iter();
    members
        .filter_map(|field| Some((field.name.to_owned(), field.text(reading)?.to_owned())))
        .collect()
}

fn renamed(field: &Field<'_>, reading: &mut Reading<'_>) -> BTreeMap<String, String> {
    let renamed = texts(field, reading);
    let mut seen = BTreeSet::new();
    for (tool, new) in &renamed {
        if !name::is_plain(new) || !(1..=name::DEFAULT_LIMIT).contains(&new.len()) {
            reading.fault(
                field,
                format!(
                    "`{}` needs a new name of at most {} characters of `A-Z a-z 0-9 _ -`",
                    tool.escape_debug(),
                    name::DEFAULT_LIMIT
                ),
            );
        }
        if !seen.insert(new) {
            reading.fault(
                field,
                format!(
                    "two tools would be `{}`: choose another",
                    new.escape_debug()
                ),
            );
        }
    }
    renamed
}

fn defaults(field: &Field<'_>, reading: &mut Reading<'_>) -> BTreeMap<String, Map<String, Value>> {
    let tools = field.members(reading).unwrap_or_default().into_iter();
    let defaults = tools.filter_map(|tool| {
        let arguments = tool.members(reading)?.into_iter();
        let arguments = arguments.map(|argument| (argument.name.to_owned(), argument.node.json()));
        Some((tool.name.to_owned(), arguments.collect()))
    });
    defaults.collect()
}
