//! The headers in which a modern request repeats parts of its body (MCP 2026-07-28, basic/transports/streamable-http).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value};

/// What a schema marks such an argument by, with the last part of the header's name.
pub(crate) const MARK: &str = "x-mcp-header";

/// A header, and what it repeats.
pub type Mirrored = (HeaderName, HeaderValue);

/// A header's value: wrapped in Base64 where the text cannot stand in a header as it is.
#[must_use]
pub fn value(text: &str) -> HeaderValue {
    let is_plain = text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    let is_trimmed = text.trim_matches([' ', '\t']) == text;
    let looks_wrapped = text.starts_with("=?base64?") && text.ends_with("?=");
    let sent = if is_plain && is_trimmed && !looks_wrapped {
        text.to_owned()
    } else {
        format!("=?base64?{}?=", STANDARD.encode(text))
    };
    HeaderValue::from_str(&sent).expect("visible ASCII is a header value")
}

/// Of a tool by that definition, called with these arguments. Few tools mark any.
pub(crate) fn of_call(definition: &str, arguments: &str) -> Vec<Mirrored> {
    if !definition.contains(MARK) {
        return Vec::new();
    }
    let definition: Value = serde_json::from_str(definition).unwrap_or_default();
    match serde_json::from_str(arguments) {
        Ok(Value::Object(arguments)) => params(&definition["inputSchema"], &arguments),
        _ => Vec::new(),
    }
}

/// `Mcp-Param-*` for the arguments that the tool's schema marks with `x-mcp-header`, however deep they lie.
#[must_use]
pub fn params(schema: &Value, arguments: &Map<String, Value>) -> Vec<Mirrored> {
    let mut headers = Vec::new();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return headers;
    };
    for (name, property) in properties {
        let Some(argument) = arguments.get(name) else {
            continue;
        };
        headers.extend(param(property, argument));
        if let Value::Object(inner) = argument {
            headers.extend(params(property, inner));
        }
    }
    headers
}

fn param(property: &Value, argument: &Value) -> Option<Mirrored> {
    let label = property.get(MARK)?.as_str()?;
    let text = match argument {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => argument.to_string(),
        _ => return None,
    };
    let name = HeaderName::try_from(format!("mcp-param-{label}")).ok()?;
    Some((name, value(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn marked_arguments_are_mirrored_and_others_are_not() {
        let schema = json!({"properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "limit": {"type": "integer"},
            "page": {"type": "object", "properties": {"size": {"type": "integer", "x-mcp-header": "Size"}}},
        }});
        let arguments = json!({"region": "Zürich", "limit": 3, "page": {"size": 7}});
        let headers = params(&schema, arguments.as_object().expect("an object"));
        let sent: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
            .collect();
        assert_eq!(
            sent,
            [
                ("mcp-param-region", "=?base64?WsO8cmljaA==?="),
                ("mcp-param-size", "7")
            ]
        );
    }
}
