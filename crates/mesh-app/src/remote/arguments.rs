//! What a tool of an upstream's is called with: as it was written, with the defaults of its entry.

use std::borrow::Cow;

use mesh_gateway::RemoteTool;
use mesh_gateway::raw::Members;
use mesh_tools::ToolError;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::mcp::Written;

/// As JSON. `arguments` are those that were judged, somewhere in what was written.
pub(super) fn of(
    written: Option<&Written>,
    arguments: &Value,
    tool: &RemoteTool,
) -> Result<String, ToolError> {
    let nothing = Value::Object(serde_json::Map::new());
    let arguments = match arguments {
        Value::Null => &nothing,
        Value::Object(_) => arguments,
        _ => {
            let told = "`arguments` must be an object".to_owned();
            return Err(ToolError::InvalidArguments(told));
        }
    };
    let message = written.and_then(|Written(text)| serde_json::from_slice(text).ok());
    let text = message.and_then(|message| as_written(message, arguments, MAX_DEPTH));
    let text: Cow<'_, str> = match text {
        Some(text) => text.get().into(),
        None => arguments.to_string().into(),
    };
    let missing = tool.defaults.iter();
    let mut missing = missing.filter(|(name, _)| arguments.get(name).is_none());
    let Some(first) = missing.next() else {
        return Ok(text.into_owned());
    };
    let mut members: Members<'_> = serde_json::from_str(&text).map_err(ToolError::internal)?;
    for (name, value) in std::iter::once(first).chain(missing) {
        members
            .0
            .push((name.as_str().into(), value.to_string().into()));
    }
    Ok(members.write().get().to_owned())
}

/// `params`, `arguments`, and the `arguments` of a tool that calls another.
const MAX_DEPTH: usize = 3;

#[derive(Default, Deserialize)]
struct Holder<'a> {
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

/// The part of what was written that means these arguments and nothing else.
fn as_written<'a>(text: &'a RawValue, arguments: &Value, depth: usize) -> Option<&'a RawValue> {
    let holder: Holder<'_> = serde_json::from_str(text.get()).unwrap_or_default();
    let inner = holder.params.or(holder.arguments).filter(|_| depth > 0);
    if let Some(found) = inner.and_then(|inner| as_written(inner, arguments, depth - 1)) {
        return Some(found);
    }
    let value = serde_json::from_str::<Value>(text.get()).ok()?;
    (value == *arguments).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_are_found_wherever_they_were_written() {
        let written = r#"{"b" : 12345678901234567890123, "arguments": 1}"#;
        let meant: Value = serde_json::from_str(written).expect("JSON");
        for message in [
            r#"{"method":"tools/call","params":{"name":"t","arguments":WRITTEN}}"#,
            r#"{"params":{"name":"call_tool","arguments":{"name":"t","arguments":WRITTEN}}}"#,
            r#"{"arguments":WRITTEN}"#,
            "WRITTEN",
        ] {
            let message = message.replace("WRITTEN", written);
            let message: &RawValue = serde_json::from_str(&message).expect("JSON");
            let found = as_written(message, &meant, MAX_DEPTH).map(RawValue::get);
            assert_eq!(found, Some(written));
            assert!(as_written(message, &json!({"b": 1}), MAX_DEPTH).is_none());
        }
    }
}
