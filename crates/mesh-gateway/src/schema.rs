//! Whether a client can take a schema of a tool: one that it cannot fails every request of its model.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

const MAX_BYTES: usize = 64 * 1024;
const MAX_DEPTH: usize = 64;

/// # Errors
/// Why it cannot.
pub(crate) fn check(text: &str) -> Result<(), String> {
    if text.len() > MAX_BYTES {
        return Err(format!("is larger than {MAX_BYTES} bytes"));
    }
    let schema: Value =
        serde_json::from_str(text).map_err(|error| format!("cannot be read: {error}"))?;
    let mut anchors = HashSet::new();
    collect_anchors(&schema, &mut anchors);
    let whole = Whole {
        schema: &schema,
        anchors,
    };
    whole.check(&schema, MAX_DEPTH)
}

/// A schema, and what its references can lead to by name.
struct Whole<'a> {
    schema: &'a Value,
    anchors: HashSet<&'a str>,
}

impl Whole<'_> {
    fn check(&self, value: &Value, depth: usize) -> Result<(), String> {
        let left = depth.checked_sub(1).ok_or("is too deep")?;
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    self.resolve(reference)?;
                }
                members
                    .values()
                    .try_for_each(|value| self.check(value, left))
            }
            Value::Array(items) => items.iter().try_for_each(|value| self.check(value, left)),
            _ => Ok(()),
        }
    }

    /// Nothing is fetched (MCP 2026-07-28, basic, "JSON Schema Usage"), so only what points into the schema leads anywhere.
    fn resolve(&self, reference: &str) -> Result<(), String> {
        let pointer = reference.strip_prefix('#').map(|pointer| {
            // RFC 6901, section 6.
            percent_decode_str(pointer).decode_utf8_lossy()
        });
        let found = match pointer.as_deref() {
            Some("") => true,
            Some(pointer) if pointer.starts_with('/') => self.schema.pointer(pointer).is_some(),
            Some(anchor) => self.anchors.contains(anchor),
            None => false,
        };
        match found {
            true => Ok(()),
            false => Err("refers to what is not in it".to_owned()),
        }
    }
}

/// JSON Schema 2020-12, core, section 8.2.2; draft 7 has it in `$id`.
fn collect_anchors<'a>(value: &'a Value, anchors: &mut HashSet<&'a str>) {
    match value {
        Value::Object(members) => {
            let text = |name| members.get(name).and_then(Value::as_str);
            anchors.extend(text("$anchor"));
            anchors.extend(text("$dynamicAnchor"));
            anchors.extend(text("$id").and_then(|id| id.strip_prefix('#')));
            members
                .values()
                .for_each(|value| collect_anchors(value, anchors));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_anchors(value, anchors)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn only_a_schema_that_clients_can_take_passes() {
        let deep = format!("{}{{}}{}", r#"{"a":"#.repeat(70), "}".repeat(70));
        let large = format!(r#"{{"description":"{}"}}"#, "x".repeat(MAX_BYTES));
        for (schema, expected) in [
            (
                r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{}}}"##,
                None,
            ),
            (
                r##"{"a":{"$ref":"#/$defs/A%20B"},"$defs":{"A B":{}}}"##,
                None,
            ),
            (
                r##"{"a":{"$ref":"#here"},"$defs":{"A":{"$anchor":"here"}}}"##,
                None,
            ),
            (
                r##"{"a":{"$ref":"#here"},"$defs":{"A":{"$dynamicAnchor":"here"}}}"##,
                None,
            ),
            (
                r##"{"a":[{"$ref":"#here"}],"$defs":{"A":{"$id":"#here"}}}"##,
                None,
            ),
            (
                r##"{"a":{"$ref":"#here"},"$defs":{"A":{"$id":"here"}}}"##,
                Some("refers to what is not in it"),
            ),
            ("{}", None),
            (
                r##"{"a":{"$ref":"#/$defs/A"}}"##,
                Some("refers to what is not in it"),
            ),
            (
                r##"{"a":{"$ref":"#there"},"$defs":{"A":{"$anchor":"here"}}}"##,
                Some("refers to what is not in it"),
            ),
            (
                r##"{"$ref":"https://example.com/a.json"}"##,
                Some("refers to what is not in it"),
            ),
            (&deep, Some("is too deep")),
            (&large, Some("is larger than 65536 bytes")),
        ] {
            assert_eq!(check(schema).err().as_deref(), expected);
        }
    }

    #[test]
    fn many_references_to_what_comes_last_take_no_time() {
        let references = [r##"{"$ref":"#a"}"##; 3_800].join(",");
        let schema = format!(r#"{{"anyOf":[{references}],"$defs":{{"A":{{"$anchor":"a"}}}}}}"#);
        let begun = Instant::now();
        assert_eq!(check(&schema), Ok(()));
        // To look for it anew each time took ten times as long.
        assert!(begun.elapsed() < Duration::from_millis(500));
    }
}
