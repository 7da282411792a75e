//! What the answers of a server must look like; each error says what is wrong with the one that does not.

use std::collections::BTreeSet;

use mesh_http::media_type;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use super::seen::Seen;
use super::told::Told;

/// JSON that is said to be JSON.
pub(super) fn json(seen: &Seen) -> Result<Value, String> {
    if media_type(&seen.headers) != "application/json" {
        let kind = seen.header(CONTENT_TYPE).unwrap_or("nothing");
        return Err(format!(
            "its content type is `{kind}`, not `application/json`"
        ));
    }
    seen.json()
        .ok_or_else(|| format!("it is no JSON object: {}", seen.excerpt()))
}

/// A member that is a text with something in it.
pub(super) fn text<'v>(value: &'v Value, member: &str) -> Result<&'v str, String> {
    let text = value[member]
        .as_str()
        .filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| format!("no text in `{member}`"))
}

/// A member that is a list with something in it.
pub(super) fn list<'v>(value: &'v Value, member: &str) -> Result<&'v [Value], String> {
    let list = value[member].as_array().filter(|list| !list.is_empty());
    list.map(Vec::as_slice)
        .ok_or_else(|| format!("nothing in `{member}`"))
}

/// Notes who a `serverInfo` says the server is.
pub(super) fn server(info: &Value, place: &str, told: &mut Told) -> Result<(), String> {
    let name = text(info, "name")?;
    let version = text(info, "version")?;
    told.names.note(place, name.to_owned());
    told.versions.note(place, version.to_owned());
    Ok(())
}

/// The names of tools, each of which says what it takes.
pub(super) fn tools(tools: &[Value]) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    for tool in tools {
        let name = text(tool, "name").map_err(|_| format!("`{tool}` is no tool"))?;
        if !tool["description"].is_null() {
            text(tool, "description").map_err(|why| format!("`{name}`: {why}"))?;
        }
        if tool["inputSchema"]["type"] != "object" {
            return Err(format!(
                "`{name}`: its `inputSchema` is not that of an object"
            ));
        }
        if !names.insert(name.to_owned()) {
            return Err(format!("`{name}` is listed twice"));
        }
    }
    Ok(names)
}

/// What a tool returned: its structure, which its text has to repeat.
pub(super) fn result(result: &Value) -> Result<&Value, String> {
    if result.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err("the result is empty".to_owned());
    }
    let content = list(result, "content")?;
    let text = text(&content[0], "text").map_err(|why| format!("{why} of the result"))?;
    if result["isError"] == true {
        return Err(format!("it reported an error: {text}"));
    }
    let structure = &result["structuredContent"];
    let said: Value =
        serde_json::from_str(text).map_err(|_| format!("its text is no JSON: {text}"))?;
    if !structure.is_object() || said != *structure {
        return Err("its text and its `structuredContent` differ".to_owned());
    }
    Ok(structure)
}
