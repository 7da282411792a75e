//! What differs between two definitions of one thing.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::What;
use super::prose;
use crate::lock::{Item, Kind};

/// With the value where none is given (MCP 2025-11-25, ToolAnnotations).
const HINTS: [(&str, bool); 4] = [
    ("readOnlyHint", false),
    ("destructiveHint", true),
    ("idempotentHint", false),
    ("openWorldHint", true),
];

pub(super) fn changes(kind: Kind, was: &Value, is: &Value) -> Vec<What> {
    let added: Vec<_> = arguments(kind, is)
        .difference(&arguments(kind, was))
        .cloned()
        .collect();
    let mut changes: Vec<_> = HINTS
        .iter()
        .filter_map(|hint| flipped(*hint, was, is))
        .collect();
    changes.extend(prose::changes(&prose::of(was), &prose::of(is)));
    let without = without(is, &added);
    changes.extend(different(bare(was), bare(&without)).map(What::Definition));
    changes.extend(added.into_iter().map(What::ArgumentAdded));
    if changes.is_empty() && prose::of(was) != prose::of(is) {
        changes.push(What::Wording);
    } else if changes.is_empty() {
        // Such as a hint that says what its absence means.
        changes.extend(different(object(was), object(is)).map(What::Definition));
    }
    changes
}

/// All but the name, in canonical form.
pub(super) fn body(kind: Kind, item: &Item) -> String {
    let mut value = item.value();
    if let Some(members) = value.as_object_mut() {
        members.remove(kind.key());
    }
    serde_json_canonicalizer::to_string(&value).expect("in canonical form when it was made")
}

fn flipped((hint, usual): (&'static str, bool), was: &Value, is: &Value) -> Option<What> {
    let said = |value: &Value| value["annotations"][hint].as_bool().unwrap_or(usual);
    let is = said(is);
    (said(was) != is).then_some(What::Hint { hint, is })
}

fn arguments(kind: Kind, definition: &Value) -> BTreeSet<String> {
    match kind {
        Kind::Tool => {
            let properties = definition["inputSchema"]["properties"].as_object();
            properties
                .into_iter()
                .flat_map(Map::keys)
                .cloned()
                .collect()
        }
        _ => {
            let arguments = definition["arguments"].as_array().into_iter().flatten();
            let names = arguments.filter_map(|argument| argument["name"].as_str());
            names.map(str::to_owned).collect()
        }
    }
}

/// Without the arguments of these names.
fn without(definition: &Value, names: &[String]) -> Value {
    let mut definition = definition.clone();
    let is_kept = |name: Option<&str>| !names.iter().any(|other| Some(other.as_str()) == name);
    if let Some(schema) = definition.get_mut("inputSchema") {
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.retain(|name, _| is_kept(Some(name)));
        }
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| is_kept(name.as_str()));
        }
    }
    if let Some(arguments) = definition
        .get_mut("arguments")
        .and_then(Value::as_array_mut)
    {
        arguments.retain(|argument| is_kept(argument["name"].as_str()));
    }
    definition
}

/// The members that differ.
fn different(was: Map<String, Value>, is: Map<String, Value>) -> impl Iterator<Item = String> {
    let names: BTreeSet<_> = was.keys().chain(is.keys()).cloned().collect();
    names
        .into_iter()
        .filter(move |name| was.get(name) != is.get(name))
}

fn object(definition: &Value) -> Map<String, Value> {
    definition.as_object().cloned().unwrap_or_default()
}

/// Without texts and hints.
fn bare(definition: &Value) -> Map<String, Value> {
    let mut members = object(&prose::without(definition));
    if let Some(annotations) = members
        .get_mut("annotations")
        .and_then(Value::as_object_mut)
    {
        annotations.retain(|name, value| {
            !(value.is_boolean() && HINTS.iter().any(|(hint, _)| hint == name))
        });
    }
    let empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
    members.retain(|name, value| !(name == "annotations" && empty(value)));
    members
}
