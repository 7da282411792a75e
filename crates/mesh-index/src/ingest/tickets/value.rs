//! The value of a field as people see it, whatever its type is.

use serde_json::{Map, Value};

use super::document;

/// Addresses and keys that a program follows, not a reader.
const UNSEEN: [&str; 8] = [
    "self",
    "id",
    "avatarUrls",
    "iconUrl",
    "accountId",
    "accountType",
    "active",
    "timeZone",
];

/// Empty where there is nothing to see.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => sprint(text).unwrap_or_else(|| document::text(value)),
        Value::Array(_) => list(value).join(", "),
        Value::Object(_) if value["type"] == "doc" => document::text(value),
        Value::Object(fields) => object(value, fields),
    }
}

/// The values of a field that has several.
pub(super) fn list(value: &Value) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    values.map(text).filter(|text| !text.is_empty()).collect()
}

fn object(value: &Value, fields: &Map<String, Value>) -> String {
    if let Some(link) = link(value) {
        return link;
    }
    if let Some(key) = value["key"]
        .as_str()
        .filter(|_| value["fields"].is_object())
    {
        let summary = value["fields"]["summary"].as_str().unwrap_or_default();
        return format!("{key} {summary}").trim_end().to_owned();
    }
    let name = ["displayName", "name", "value", "filename"]
        .iter()
        .map(|name| text(&value[*name]))
        .find(|name| !name.is_empty());
    match (name, text(&value["child"])) {
        (Some(name), child) if child.is_empty() => name,
        (Some(name), child) => format!("{name} / {child}"),
        (None, _) => pairs(fields),
    }
}

/// A link of two issues, in the words of the side it is seen from.
fn link(value: &Value) -> Option<String> {
    let side = |words: &str, issue: &str| {
        let issue = text(&value[issue]);
        let words = value["type"][words].as_str().unwrap_or_default();
        (!issue.is_empty()).then(|| format!("{words} {issue}").trim_start().to_owned())
    };
    side("inward", "inwardIssue").or_else(|| side("outward", "outwardIssue"))
}

/// What an object without a name consists of. JSON is read to a depth of 128, so this recursion has an end.
fn pairs(fields: &Map<String, Value>) -> String {
    let seen = fields
        .iter()
        .filter(|(name, _)| !UNSEEN.contains(&name.as_str()))
        .map(|(name, value)| (name, text(value)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}"));
    seen.collect::<Vec<_>>().join(", ")
}

/// Jira Server gives a sprint as its program prints it: `...Sprint@1f[id=7,state=ACTIVE,name=Sprint 12,goal=]`.
fn sprint(text: &str) -> Option<String> {
    let (class, fields) = text.strip_suffix(']')?.split_once('[')?;
    if !class.contains(".sprint.Sprint@") {
        return None;
    }
    let (_, name) = fields.split_once("name=")?;
    // A name may hold a comma, but no field begins there.
    let end = name
        .match_indices(',')
        .find(|(at, _)| {
            name[at + 1..]
                .split(',')
                .next()
                .is_some_and(|next| next.contains('='))
        })
        .map_or(name.len(), |(at, _)| at);
    Some(name[..end].to_owned())
}
