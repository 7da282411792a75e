use mesh_core::{Caller, Subject};
use serde_json::Value;

use super::names::Names;
use super::scalar;

/// Who is in a team by what their token says: all of these claims, each with one of its values.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) line: usize,
    pub(super) wanted: Vec<(Box<str>, Names)>,
}

impl Claims {
    pub(super) fn are_of(&self, caller: &Caller) -> bool {
        let Caller::Subject(subject) = caller else {
            return false;
        };
        self.wanted
            .iter()
            .all(|(name, values)| has_one(subject, name, values))
    }
}

/// The scopes of a token are a claim too, whatever it is called and however it is written.
fn has_one(subject: &Subject, name: &str, values: &Names) -> bool {
    if matches!(name, "scope" | "scp") {
        return subject.scopes.iter().any(|scope| values.has(scope));
    }
    match subject.claims.get(name) {
        Some(Value::Array(items)) => items.iter().any(|item| is_one(item, values)),
        Some(Value::String(text)) => values.has(text) || listed(text).any(|item| values.has(item)),
        Some(value) => is_one(value, values),
        None => false,
    }
}

fn is_one(value: &Value, values: &Names) -> bool {
    scalar::text(value).is_some_and(|text| values.has(&text))
}

/// API Gateway writes a list that it found in a token as the text `[a b]`.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    let list = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let between = |c: char| c == ',' || c.is_whitespace();
    let items = list.unwrap_or_default().split(between);
    items.filter(|item| !item.is_empty())
}
