//! A list of servers: names alone, or names with how each is reached. What says nothing of that is reached through the gateway
//! itself.

use http::Uri;
use serde_json::{Map, Value, json};

use super::{Found, LIST};

/// What is said of a server that tells how it is reached.
const TAKEN: [&str; 4] = ["command", "args", "env", "endpoint"];

pub(super) fn servers(base: &Uri, list: &[Value]) -> Found {
    let mut found = Found::default();
    for (nth, server) in list.iter().enumerate() {
        match server {
            Value::String(name) => found.servers.push(through(base, name)),
            Value::Object(server) => found.servers.push(one(base, server)),
            _ => {
                let told = "has no effect: it is neither a name nor a table of members";
                found.warnings.push((format!("[{nth}]"), told.to_owned()));
            }
        }
    }
    found
}

fn one(base: &Uri, server: &Map<String, Value>) -> Value {
    let is_told = |name: &str| server.get(name).is_some_and(|value| !value.is_null());
    let name = server.get("name").or_else(|| server.get("id"));
    match name.and_then(Value::as_str) {
        Some(name) if !is_told("command") && !is_told("endpoint") => through(base, name),
        _ => {
            let mut one: Map<String, Value> = TAKEN
                .iter()
                .filter(|name| is_told(name))
                .map(|name| ((*name).to_owned(), server[*name].clone()))
                .collect();
            // A server without a name is told of by whoever reads it.
            if let Some(name) = name {
                one.insert("name".to_owned(), name.clone());
            }
            if is_told("protocol") {
                one.insert("protocol".to_owned(), server["protocol"].clone());
            }
            Value::Object(one)
        }
    }
}

/// MCP with this server alone.
fn through(base: &Uri, name: &str) -> Value {
    let base = base.to_string();
    let base = base.trim_end_matches('/');
    let base = base.strip_suffix(LIST).unwrap_or(base);
    let name_in_path =
        percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    json!({"name": name, "endpoint": format!("{base}/mcp/{name_in_path}")})
}
