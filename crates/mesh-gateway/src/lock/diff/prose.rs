//! The texts of a definition, wherever they stand in it: models read those of its arguments too.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::What;

const MEMBERS: [&str; 2] = ["title", "description"];

/// What authors of instructions to a model cannot do without, as whole words.
const IMPERATIVES: [&str; 24] = [
    "always",
    "before any",
    "before calling",
    "before using",
    "call this",
    "disregard",
    "do not",
    "don't",
    "first call",
    "forget",
    "ignore",
    "important",
    "instead of",
    "instructions",
    "must",
    "never",
    "override",
    "password",
    "secret",
    "should",
    "system prompt",
    "tell the user",
    "this tool first",
    "you are",
];

pub(super) fn of(definition: &Value) -> String {
    let mut texts = Vec::new();
    collect(definition, &mut texts);
    texts.join("\n")
}

fn collect<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if is_prose(name) => texts.push(text),
                    value => collect(value, texts),
                }
            }
        }
        _ => {}
    }
}

fn is_prose(name: &str) -> bool {
    MEMBERS.contains(&name)
}

pub(super) fn without(definition: &Value) -> Value {
    match definition {
        Value::Array(items) => items.iter().map(without).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .filter(|(name, value)| !(is_prose(name) && value.is_string()));
            let members = members.map(|(name, value)| (name.clone(), without(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// What the texts have that they had not.
pub(super) fn changes(was: &str, is: &str) -> Vec<What> {
    let new = |find: fn(&str) -> BTreeSet<String>| {
        let old = find(was);
        find(is)
            .into_iter()
            .filter(move |found| !old.contains(found))
    };
    let addresses = new(addresses).map(What::Address);
    let mut changes: Vec<_> = addresses
        .chain(new(imperatives).map(What::Imperative))
        .collect();
    if is.chars().filter(|c| is_hidden(*c)).count() > was.chars().filter(|c| is_hidden(*c)).count()
    {
        changes.push(What::Hidden);
    }
    changes
}

fn addresses(text: &str) -> BTreeSet<String> {
    let end =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ')' | ']' | '}');
    let starts = text.match_indices("://").map(|(at, _)| {
        let before = text[..at].rfind(|c: char| !c.is_ascii_alphanumeric());
        before.map_or(0, |before| {
            before + text[before..].chars().next().map_or(1, char::len_utf8)
        })
    });
    starts
        .map(|start| text[start..].split(end).next().unwrap_or_default())
        .map(|address| address.trim_end_matches(['.', ',', ';', ':']).to_owned())
        .collect()
}

fn imperatives(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let text = format!(" {} ", words.join(" "));
    let found = IMPERATIVES
        .iter()
        .filter(|words| text.contains(&format!(" {words} ")));
    found.map(|words| (*words).to_owned()).collect()
}

/// Without those that emoji are made of.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}
