//! Tools for a person who looks for one.

use std::fmt::Write as _;

use serde_json::Value;

use super::schema::Schema;

/// Each tool: its name, the first line of what it is for, and its arguments.
pub(super) fn all(tools: &[Value]) -> String {
    if tools.is_empty() {
        return "this server offers no tools\n".to_owned();
    }
    let width = tools.iter().map(|tool| name(tool).len()).max().unwrap_or(0);
    let mut text = String::new();
    for tool in tools {
        let about = description(tool).lines().next().unwrap_or_default();
        line(&mut text, &format!("{:width$}  {about}", name(tool)));
        let arguments = arguments(tool);
        if !arguments.is_empty() {
            line(&mut text, &format!("{:width$}  {arguments}", ""));
        }
    }
    text
}

/// `query [maxResults]`: what must be given, and in brackets what may be.
fn arguments(tool: &Value) -> String {
    let schema = Schema::of(tool);
    let arguments = schema
        .arguments()
        .map(|(name, _)| match schema.is_required(name) {
            true => name.to_owned(),
            false => format!("[{name}]"),
        });
    arguments.collect::<Vec<_>>().join(" ")
}

/// One tool: all that is said of it.
pub(super) fn one(tool: &Value) -> String {
    let mut text = String::new();
    line(&mut text, name(tool));
    for said in description(tool).lines() {
        line(&mut text, said);
    }
    let schema = Schema::of(tool);
    if schema.arguments().next().is_some() {
        line(&mut text, "\nArguments:");
    }
    for (name, property) in schema.arguments() {
        let required = if schema.is_required(name) {
            ", required"
        } else {
            ""
        };
        line(
            &mut text,
            &format!("  {name} ({}{required})", kinds(&schema, property)),
        );
        for said in description(property).lines() {
            line(&mut text, &format!("      {said}"));
        }
    }
    text
}

fn kinds(schema: &Schema<'_>, property: &Value) -> String {
    let kinds = schema.types(property).join(" or ");
    if kinds.is_empty() {
        "any value".to_owned()
    } else {
        kinds
    }
}

fn name(tool: &Value) -> &str {
    tool["name"].as_str().unwrap_or_default()
}

fn description(of: &Value) -> &str {
    of["description"].as_str().unwrap_or_default()
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{}", line.trim_end()).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool() -> Value {
        let schema = json!({"required": ["word"], "properties": {
            "word": {"type": "string", "description": "What to say."},
            "times": {"type": ["integer", "null"]},
        }});
        json!({"name": "a_long_name", "description": "First line.\nSecond line.", "inputSchema": schema})
    }

    #[test]
    fn tools_are_listed_in_columns_with_their_arguments() {
        assert_eq!(
            all(&[tool(), json!({"name": "b"})]),
            "a_long_name  First line.\n             word [times]\nb\n"
        );
    }

    #[test]
    fn a_tool_is_shown_with_all_that_is_said_of_it() {
        assert_eq!(
            one(&tool()),
            "a_long_name\nFirst line.\nSecond line.\n\nArguments:\n  word (string, required)\n      What to say.\n  \
             times (integer)\n"
        );
    }
}
