//! What a tool takes, as its input schema (JSON Schema) says it.

use serde_json::{Map, Value};

/// A schema that refers to itself is followed no deeper.
const DEEPEST: usize = 8;

pub(super) struct Schema<'a> {
    whole: &'a Value,
}

impl<'a> Schema<'a> {
    /// Of a tool of `tools/list`.
    pub(super) fn of(tool: &'a Value) -> Self {
        Self {
            whole: &tool["inputSchema"],
        }
    }

    /// Each argument and its own schema, in the schema's order.
    pub(super) fn arguments(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        let properties = self.whole["properties"].as_object();
        let arguments = properties.into_iter().flatten();
        arguments.map(|(name, property)| (name.as_str(), property))
    }

    pub(super) fn is_required(&self, name: &str) -> bool {
        let required = self.whole["required"].as_array();
        required.is_some_and(|names| names.iter().any(|required| required == name))
    }

    /// The JSON types that a property may have.
    pub(super) fn types(&self, property: &'a Value) -> Vec<&'a str> {
        let mut types = Vec::new();
        self.gather(property, &mut types, DEEPEST);
        types.retain(|kind| *kind != "null");
        types.dedup();
        types
    }

    /// Whether a list that the property describes may hold that.
    fn is_item(&self, property: &'a Value, value: &Value) -> bool {
        let Some(items) = self.find(property, "items", DEEPEST) else {
            return true;
        };
        let choices = self.find(items, "enum", DEEPEST).and_then(Value::as_array);
        let types = self.types(items);
        let is_of_type = types.is_empty() || types.iter().any(|kind| is_of(value, kind));
        is_of_type && choices.is_none_or(|choices| choices.contains(value))
    }

    /// What the keyword says, wherever in the schema of the property it stands.
    fn find(&self, property: &'a Value, keyword: &str, depth: usize) -> Option<&'a Value> {
        if depth == 0 || property.get(keyword).is_some() {
            return property.get(keyword);
        }
        let mut parts = self.parts(property);
        parts.find_map(|part| self.find(part, keyword, depth - 1))
    }

    /// What the schema is put together of.
    fn parts(&self, property: &'a Value) -> impl Iterator<Item = &'a Value> + use<'a> {
        let referred = property["$ref"]
            .as_str()
            .and_then(|path| path.strip_prefix('#'));
        let referred = referred.and_then(|path| self.whole.pointer(path));
        let choices = ["anyOf", "oneOf", "allOf"].map(|name| property[name].as_array());
        choices.into_iter().flatten().flatten().chain(referred)
    }

    fn gather(&self, property: &'a Value, types: &mut Vec<&'a str>, depth: usize) {
        if depth == 0 {
            return;
        }
        match &property["type"] {
            Value::String(kind) => types.push(kind),
            Value::Array(kinds) => types.extend(kinds.iter().filter_map(Value::as_str)),
            _ => {}
        }
        for schema in self.parts(property) {
            self.gather(schema, types, depth - 1);
        }
    }
}

/// The arguments that texts stand for; every text that cannot be what the schema wants is told at once.
pub(super) fn typed(
    schema: &Schema<'_>,
    pairs: &[(String, String)],
) -> Result<Map<String, Value>, Vec<String>> {
    let mut arguments = Map::new();
    let mut faults = Vec::new();
    for (name, text) in pairs {
        let Some((_, property)) = schema.arguments().find(|(known, _)| known == name) else {
            let known: Vec<_> = schema.arguments().map(|(known, _)| known).collect();
            faults.push(format!(
                "there is no argument `{name}`; there are {}",
                known.join(", ")
            ));
            continue;
        };
        let types = schema.types(property);
        match value(&types, text, |piece| schema.is_item(property, piece)) {
            Some(value) => add(&mut arguments, name, value),
            None => faults.push(format!(
                "`{name}` must be of type {}, not `{text}`",
                types.join(" or ")
            )),
        }
    }
    if faults.is_empty() {
        Ok(arguments)
    } else {
        Err(faults)
    }
}

/// A list can be given piece by piece; of anything else the last one counts.
fn add(arguments: &mut Map<String, Value>, name: &str, value: Value) {
    match (arguments.get_mut(name), value) {
        (Some(Value::Array(before)), Value::Array(more)) => before.extend(more),
        (_, value) => {
            arguments.insert(name.to_owned(), value);
        }
    }
}

fn value(types: &[&str], text: &str, is_item: impl Fn(&Value) -> bool) -> Option<Value> {
    let read: Option<Value> = serde_json::from_str(text).ok();
    if let Some(read) = &read
        && !read.is_string()
        && types.iter().any(|kind| is_of(read, kind))
    {
        return Some(read.clone());
    }
    if types.contains(&"array") {
        return Some(Value::Array(items(text, is_item)));
    }
    let is_text = types.is_empty() || types.contains(&"string");
    is_text.then(|| Value::from(text))
}

/// `Doe, Jane` is one name and `1,2` are two numbers: a text is taken apart only where it is no item itself, and its pieces are.
fn items(text: &str, is_item: impl Fn(&Value) -> bool) -> Vec<Value> {
    let whole = Value::from(text);
    let piece = |piece: &str| {
        let text = Value::from(piece.trim());
        let read = serde_json::from_str(piece).unwrap_or(Value::Null);
        [text, read].into_iter().find(&is_item)
    };
    let pieces: Option<Vec<Value>> = text.split(',').map(piece).collect();
    pieces
        .filter(|_| !is_item(&whole))
        .unwrap_or_else(|| vec![whole])
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool() -> Value {
        json!({"inputSchema": {
            "required": ["query"],
            "$defs": {"Kind": {"type": "string", "enum": ["mail", "code"]}, "Strategy": {"type": "string", "enum": ["rapid"]}, "Loop": {"$ref": "#/$defs/Loop"}},
            "properties": {
                "query": {"type": "string"},
                "maxResults": {"type": ["integer", "null"]},
                "threshold": {"type": "number"},
                "all": {"type": "boolean"},
                "status": {"type": "array", "items": {"type": "string"}},
                "sizes": {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]},
                "kinds": {"type": "array", "items": {"$ref": "#/$defs/Kind"}},
                "strategy": {"anyOf": [{"$ref": "#/$defs/Strategy"}, {"type": "null"}]},
                "context": {"type": "object"},
                "anything": {},
                "loop": {"$ref": "#/$defs/Loop"},
            },
        }})
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Value, Vec<String>> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        typed(&Schema::of(&tool()), &pairs).map(Value::Object)
    }

    #[test]
    fn texts_become_what_the_schema_says_they_are() {
        let given = [
            ("query", "12"),
            ("maxResults", "3"),
            ("threshold", "0.25"),
            ("all", "true"),
            ("status", "Doe, Jane"),
            ("status", "Done"),
            ("sizes", "1, 2"),
            ("kinds", "mail,code"),
            ("strategy", "rapid"),
            ("context", "{\"a\": 1}"),
            ("anything", "x"),
            ("loop", "x"),
        ];
        let expected = json!({
            "query": "12", "maxResults": 3, "threshold": 0.25, "all": true, "status": ["Doe, Jane", "Done"],
            "sizes": [1, 2], "kinds": ["mail", "code"],
            "strategy": "rapid", "context": {"a": 1}, "anything": "x", "loop": "x",
        });
        assert_eq!(read(&given), Ok(expected));
        assert_eq!(
            read(&[("status", "[\"a,b\"]")]),
            Ok(json!({"status": ["a,b"]}))
        );
    }

    #[test]
    fn every_text_that_cannot_be_meant_is_told() {
        let faults =
            read(&[("maxResults", "three"), ("all", "yes"), ("querry", "x")]).expect_err("faults");
        assert_eq!(
            faults[0],
            "`maxResults` must be of type integer, not `three`"
        );
        assert_eq!(faults[1], "`all` must be of type boolean, not `yes`");
        assert!(
            faults[2].starts_with("there is no argument `querry`; there are query, maxResults"),
            "{faults:?}"
        );
    }
}
