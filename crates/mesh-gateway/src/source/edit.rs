//! A server put into a file of `mcpServers`; whatever else is in the file, comments too, stays as it is.

use std::io;
use std::path::Path;

use jsonc_parser::cst::{CstInputValue, CstRootNode};
use serde_json::Value;

use super::node::json::OPTIONS;
use crate::replace::replace;

/// Puts a server into a file, which is made where there is none.
///
/// # Errors
/// Why it cannot be put there, and what to do.
pub fn add(file: &Path, name: &str, entry: &Value) -> Result<(), String> {
    add_all(file, [(name, entry)])
}

/// Puts servers into a file, all or none of them.
///
/// # Errors
/// As [`add`].
pub fn add_all<'s>(
    file: &Path,
    servers: impl IntoIterator<Item = (&'s str, &'s Value)>,
) -> Result<(), String> {
    let mut text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("it cannot be read: {error}")),
    };
    for (name, entry) in servers {
        text = with(&text, name, entry)?;
        let read = super::read(file, &text);
        if read.entries.iter().all(|entry| entry.name != name) {
            let why = read.faults.last().map_or("", |fault| &fault.told);
            return Err(format!("`{name}` would be none of its servers: {why}"));
        }
    }
    replace(file, &text).map_err(|error| format!("it cannot be written: {error}"))
}

/// The file with one more server in it; a file of nothing is one that is new.
fn with(text: &str, name: &str, entry: &Value) -> Result<String, String> {
    let text = match text.trim().is_empty() {
        true => "{}\n",
        false => text,
    };
    let root = CstRootNode::parse(text, &OPTIONS).map_err(|error| {
        format!(
            "it is not JSON: {}",
            error.kind().to_string().to_lowercase()
        )
    })?;
    let whole = root
        .object_value()
        .ok_or("it is no table of members in JSON")?;
    let is_empty = whole.properties().is_empty();
    if !is_empty && whole.get("mcpServers").is_none() {
        return Err("servers are added to a file with `mcpServers`, and it has none: name another, or a new one".to_owned());
    }
    let servers = whole
        .object_value_or_create("mcpServers")
        .ok_or("its `mcpServers` is no table of members")?;
    if servers.get(name).is_some() {
        return Err(format!(
            "a server is called `{name}` there already: take it out, or choose another name"
        ));
    }
    servers.append(name, input(entry));
    Ok(root.to_string())
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(flag) => CstInputValue::Bool(*flag),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| (name.clone(), input(value));
            CstInputValue::Object(members.iter().map(member).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_else_is_in_a_file_stays() {
        let file = "{\n  // ours\n  \"mcpServers\": {\n    \"git\": { \"command\": \"git-mcp\" }, // the old one\n  },\n  \"inputs\": []\n}\n";
        let entry = json!({"command": "npx", "args": ["-y", "weather@1.2.3"]});
        let added = with(file, "weather", &entry).expect("added");
        for kept in [
            "  // ours\n",
            "\"git\": { \"command\": \"git-mcp\" }",
            "// the old one",
            "\"inputs\": []\n}\n",
        ] {
            assert!(added.contains(kept), "{kept}\n{added}");
        }
        let read = crate::source::read("mcp.json".as_ref(), &added);
        let names: Vec<_> = read.entries.iter().map(|entry| &*entry.name).collect();
        assert_eq!((names, read.faults), (vec!["git", "weather"], vec![]));
        let new = with("", "weather", &entry).expect("added");
        assert_eq!(
            crate::source::read("mcp.json".as_ref(), &new).entries.len(),
            1,
            "{new}"
        );
    }

    #[test]
    fn a_file_that_is_another_s_is_left_alone() {
        let entry = json!({"url": "https://a.example.com"});
        for (file, why) in [
            (r#"{"servers": {}}"#, "with `mcpServers`"),
            (r#"{"mcpServers": {"a": {}}}"#, "called `a` there already"),
            (r#"{"mcpServers": []}"#, "no table"),
            ("[]", "no table"),
            ("[mcp_servers.a]\n", "not JSON"),
        ] {
            let refused = with(file, "a", &entry).expect_err(file);
            assert!(refused.contains(why), "{file}: {refused}");
        }
    }
}
