//! JSON for a person: a line for each member that says something.

use serde_json::Value;

const STEP: &str = "  ";

pub(super) fn of(value: &Value) -> String {
    let mut lines = Vec::new();
    write(&mut lines, value);
    lines.join("\n")
}

/// Objects one below the other, numbered.
pub(super) fn numbered(values: &[Value]) -> String {
    let mut lines = Vec::new();
    for (number, value) in (1..).zip(values) {
        hang(&mut lines, &format!("{number}. "), value);
    }
    lines.join("\n")
}

fn write(lines: &mut Vec<String>, value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(_, value)| !is_empty(value)) {
                member(lines, name, value);
            }
        }
        Value::Array(values) => {
            for value in values {
                hang(lines, "- ", value);
            }
        }
        scalar => lines.extend(text(scalar).lines().map(str::to_owned)),
    }
}

fn member(lines: &mut Vec<String>, name: &str, value: &Value) {
    if let Some(line) = one_line(value) {
        lines.push(format!("{name}: {line}"));
        return;
    }
    lines.push(format!("{name}:"));
    let mut below = Vec::new();
    write(&mut below, value);
    lines.extend(below.into_iter().map(|line| format!("{STEP}{line}")));
}

/// A value whose first line stands beside its mark and whose others stand below it.
fn hang(lines: &mut Vec<String>, mark: &str, value: &Value) {
    let mut below = Vec::new();
    write(&mut below, value);
    let indent = " ".repeat(mark.len());
    for (number, line) in below.into_iter().enumerate() {
        let before = if number == 0 { mark } else { &indent };
        lines.push(format!("{before}{line}"));
    }
}

fn one_line(value: &Value) -> Option<String> {
    let line = match value {
        Value::Object(_) => return None,
        Value::Array(values)
            if values
                .iter()
                .any(|value| value.is_object() || value.is_array()) =>
        {
            return None;
        }
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        scalar => text(scalar),
    };
    (!line.contains('\n')).then_some(line)
}

fn text(scalar: &Value) -> String {
    scalar
        .as_str()
        .map_or_else(|| scalar.to_string(), str::to_owned)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_lines_and_what_is_empty_is_none() {
        let value = json!({
            "key": "A-1", "none": null, "labels": ["x", "y"], "text": "one\ntwo", "count": 0,
            "empty": [], "people": [{"name": "Ada", "role": "author"}], "at": {"line": 3},
        });
        let expected = "key: A-1\nlabels: x, y\ntext:\n  one\n  two\ncount: 0\npeople:\n  - name: Ada\n    role: author\n\
                        at:\n  line: 3";
        assert_eq!(of(&value), expected);
    }

    #[test]
    fn results_are_numbered() {
        let values = [json!({"key": "A-1", "summary": "x"}), json!({"key": "A-2"})];
        assert_eq!(numbered(&values), "1. key: A-1\n   summary: x\n2. key: A-2");
    }
}
