//! JSON Schemas as MCP clients can take them: 2020-12, all in one piece, and no unions with `null`.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// What a type's doc comment says of it.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) title: String,
    pub(crate) description: String,
}

pub(crate) fn of_input<T: JsonSchema>() -> (Map<String, Value>, About) {
    let mut schema = generate::<T>(SchemaSettings::draft2020_12());
    let about = About {
        title: take_text(&mut schema, "title"),
        description: take_text(&mut schema, "description"),
    };
    schema.entry("type").or_insert_with(|| "object".into());
    // Strict clients want the member even where a tool takes nothing.
    schema
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    leave_out_the_usual(&mut schema);
    (schema, about)
}

/// An empty text is read as one that was left out, and a flag that is left out is off: of optional arguments neither has to be
/// said.
fn leave_out_the_usual(schema: &mut Map<String, Value>) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| {
        let names = required.as_array().into_iter().flatten();
        names.filter_map(Value::as_str).any(|one| one == name)
    };
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let Some(property) = property.as_object_mut().filter(|_| !is_required(name)) else {
            continue;
        };
        if property.get("minLength").is_some_and(|least| least == 1) {
            property.remove("minLength");
        }
        if property.get("default").is_some_and(|usual| usual == false) {
            property.remove("default");
        }
    }
}

pub(crate) fn of_output<T: JsonSchema>() -> Value {
    // A field that may be skipped when it is written is not one a reader can require.
    let mut schema = generate::<T>(SchemaSettings::draft2020_12().for_serialize());
    // What the tool answers is told by the tool's own description.
    schema.remove("title");
    schema.remove("description");
    let mut schema = Value::Object(schema);
    drop_floor(&mut schema);
    schema
}

/// That a count is not below nothing tells its reader nothing.
fn drop_floor(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(drop_floor),
        Value::Object(object) => {
            if object.get("minimum").is_some_and(|least| least == 0) {
                object.remove("minimum");
            }
            object.values_mut().for_each(drop_floor);
        }
        _ => {}
    }
}

fn generate<T: JsonSchema>(mut settings: SchemaSettings) -> Map<String, Value> {
    settings.inline_subschemas = true;
    // MCP 2025-11-25, basic: without it 2020-12 is meant. Validators of other drafts refuse to read what names this one.
    settings.meta_schema = None;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut value = schema.to_value();
    drop_null(&mut value);
    match value {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn take_text(schema: &mut Map<String, Value>, key: &str) -> String {
    match schema.remove(key) {
        Some(Value::String(text)) => unwrap_lines(&text),
        _ => String::new(),
    }
}

/// Doc comments are wrapped for the source's reader; agents get paragraphs.
fn unwrap_lines(text: &str) -> String {
    text.split("\n\n")
        .map(|paragraph| {
            paragraph
                .split('\n')
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// An optional argument is one that may be left out. `"type": ["string", "null"]`, which says the same, is dropped or
/// refused by some clients.
fn drop_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(drop_null),
        Value::Object(object) => {
            single_type(object);
            single_branch(object);
            plain_words(object);
            if object.get("default").is_some_and(Value::is_null) {
                object.remove("default");
            }
            object.values_mut().for_each(drop_null);
        }
        _ => {}
    }
}

/// Doc comments keep their line ends here too; and `uint32` and the like are formats of nobody's but schemars'.
fn plain_words(object: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = unwrap_lines(text);
    }
    let is_number = |kind: &Value| kind == "integer" || kind == "number";
    if object.get("type").is_some_and(is_number) {
        object.remove("format");
    }
}

fn single_type(object: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = object.get_mut("type") else {
        return;
    };
    types.retain(|name| name != "null");
    if let [only] = types.as_slice() {
        let only = only.clone();
        object.insert("type".to_owned(), only);
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
}

fn single_branch(object: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = object.get_mut("anyOf") else {
        return;
    };
    let before = branches.len();
    branches.retain(|branch| branch.get("type").is_none_or(|name| name != "null"));
    if branches.len() == before || branches.len() != 1 {
        return;
    }
    let only = branches.remove(0);
    object.remove("anyOf");
    if let Value::Object(only) = only {
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(JsonSchema, Deserialize)]
    enum Size {
        Small,
        Large,
    }

    /// # Pack a box
    /// Puts things
    /// into a box.
    #[derive(JsonSchema, Deserialize)]
    #[expect(dead_code, reason = "only the schema is of interest")]
    struct Pack {
        /// What to call it.
        label: Option<String>,
        size: Option<Size>,
    }

    #[test]
    fn optional_fields_are_not_unions_with_null() {
        let (schema, _) = of_input::<Pack>();
        assert_eq!(
            schema["properties"]["label"],
            json!({"type": "string", "description": "What to call it."})
        );
        assert_eq!(
            schema["properties"]["size"],
            json!({"type": "string", "enum": ["Small", "Large"]})
        );
    }

    #[derive(JsonSchema, serde::Serialize)]
    struct Packed {
        boxes: u32,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        left_over: Vec<String>,
    }

    #[test]
    fn what_may_be_skipped_is_not_required() {
        assert_eq!(of_output::<Packed>()["required"], json!(["boxes"]));
    }

    #[test]
    fn the_doc_comment_gives_title_and_description() {
        let (schema, about) = of_input::<Pack>();
        assert_eq!(about.title, "Pack a box");
        assert_eq!(about.description, "Puts things into a box.");
        assert!(!schema.contains_key("title") && !schema.contains_key("description"));
    }
}
