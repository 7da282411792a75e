//! Whether a client can take the schema of a tool's arguments: one that it cannot fails every request of its model.

use serde_json::Value;

const MAX_BYTES: usize = 64 * 1024;
const MAX_DEPTH: usize = 64;

/// # Errors
/// Why it cannot.
pub(crate) fn check(schema: Option<&str>) -> Result<(), String> {
    let Some(text) = schema else {
        return Err("it has no `inputSchema`".to_owned());
    };
    if text.len() > MAX_BYTES {
        return Err(format!("its schema is larger than {MAX_BYTES} bytes"));
    }
    let schema: Value = serde_json::from_str(text)
        .map_err(|error| format!("its schema cannot be read: {error}"))?;
    let Value::Object(members) = &schema else {
        return Err("its schema is no object".to_owned());
    };
    if members.get("type").is_some_and(|kind| kind != "object") {
        return Err("its arguments are not an object".to_owned());
    }
    walk(&schema, &schema, MAX_DEPTH)
}

fn walk(value: &Value, whole: &Value, depth: usize) -> Result<(), String> {
    let left = depth.checked_sub(1).ok_or("its schema is too deep")?;
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                resolve(reference, whole)?;
            }
            members
                .values()
                .try_for_each(|value| walk(value, whole, left))
        }
        Value::Array(items) => items.iter().try_for_each(|value| walk(value, whole, left)),
        _ => Ok(()),
    }
}

/// Nothing is fetched (MCP 2026-07-28, basic, "JSON Schema Usage"), so only what points into the schema leads anywhere.
fn resolve(reference: &str, whole: &Value) -> Result<(), String> {
    let found = match reference.strip_prefix('#') {
        Some("") => true,
        Some(pointer) if pointer.starts_with('/') => whole.pointer(pointer).is_some(),
        // An anchor.
        Some(_) => true,
        None => false,
    };
    match found {
        true => Ok(()),
        false => Err("its schema refers to what is not in it".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_schema_that_clients_can_take_passes() {
        let deep = format!("{}{{}}{}", r#"{"a":"#.repeat(70), "}".repeat(70));
        let large = format!(r#"{{"description":"{}"}}"#, "x".repeat(MAX_BYTES));
        for (schema, expected) in [
            (
                Some(
                    r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{}}}"##,
                ),
                None,
            ),
            (Some("{}"), None),
            (None, Some("it has no `inputSchema`")),
            (Some("null"), Some("its schema is no object")),
            (Some("[]"), Some("its schema is no object")),
            (
                Some(r##"{"type":"array"}"##),
                Some("its arguments are not an object"),
            ),
            (
                Some(r##"{"a":{"$ref":"#/$defs/A"}}"##),
                Some("its schema refers to what is not in it"),
            ),
            (
                Some(r##"{"$ref":"https://example.com/a.json"}"##),
                Some("its schema refers to what is not in it"),
            ),
            (Some(&deep), Some("its schema is too deep")),
            (Some(&large), Some("its schema is larger than 65536 bytes")),
        ] {
            assert_eq!(check(schema).err().as_deref(), expected);
        }
    }
}
