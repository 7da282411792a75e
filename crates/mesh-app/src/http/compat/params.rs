//! A message's parameters: mended where what is meant is plain, refused by name where the SDK would take them for no
//! message at all, or for none.

use http::StatusCode;
use mesh_core::truncate;
use rmcp::model::InitializeRequestParams;
use serde_json::{Map, Value, json};

use super::envelope::{Kind, is_modern};
use crate::rescue::{INVALID_PARAMS, Refusal};

/// Whether anything had to be mended.
pub(super) fn mend(frame: &mut Map<String, Value>, kind: Kind, events: bool) -> bool {
    if frame.get("params").is_some_and(Value::is_null) {
        frame.remove("params");
        return true;
    }
    let is_call = frame
        .get("method")
        .is_some_and(|method| method == "tools/call");
    let Some(Value::Object(params)) = frame.get_mut("params") else {
        return false;
    };
    let mut mended = match kind {
        Kind::Initialize => introduce(params),
        Kind::Request if is_call => unwrap_arguments(params),
        _ => false,
    };
    if !events && let Some(Value::Object(meta)) = params.get_mut("_meta") {
        // It asks for notifications before the answer, which this client cannot take.
        mended |= meta.remove("progressToken").is_some();
    }
    mended
}

/// Handwritten clients leave out what they have nothing to say about, or say it is null.
fn introduce(params: &mut Map<String, Value>) -> bool {
    let mut mended = supply(params, "capabilities", json!({}));
    mended |= supply(params, "clientInfo", json!({}));
    if let Some(Value::Object(client)) = params.get_mut("clientInfo") {
        mended |= supply(client, "name", "unknown".into());
        mended |= supply(client, "version", "0".into());
    }
    mended
}

fn supply(object: &mut Map<String, Value>, key: &str, value: Value) -> bool {
    let is_missing = object.get(key).is_none_or(Value::is_null);
    if is_missing {
        object.insert(key.to_owned(), value);
    }
    is_missing
}

/// Some models write the arguments as text, and some languages an empty object as `[]`.
fn unwrap_arguments(params: &mut Map<String, Value>) -> bool {
    let Some(arguments) = params.get_mut("arguments") else {
        return false;
    };
    let meant = match arguments {
        Value::Array(items) if items.is_empty() => Some(json!({})),
        Value::String(text) if text.trim().is_empty() => Some(json!({})),
        Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_object),
        _ => None,
    };
    let mended = meant.is_some();
    if let Some(meant) = meant {
        *arguments = meant;
    }
    mended
}

pub(super) fn check(frame: &Map<String, Value>, kind: Kind) -> Result<(), Refusal> {
    let params = frame.get("params").unwrap_or(&Value::Null);
    let fault = match kind {
        Kind::Notification | Kind::Response => None,
        Kind::Initialize if !is_modern(frame) => opening_fault(params),
        // A cursor is text in every list (MCP, server/utilities/pagination); the SDK would pass over any other.
        Kind::Initialize | Kind::Request => {
            let fits = matches!(params, Value::Object(_) | Value::Null)
                && matches!(params["cursor"], Value::String(_) | Value::Null);
            (!fits).then(|| "the params have the wrong shape".to_owned())
        }
    };
    match fault {
        None => Ok(()),
        Some(fault) => Err(Refusal::new(StatusCode::OK, INVALID_PARAMS, fault)),
    }
}

/// What is wrong with the params of `initialize`. The SDK would take them for a request outside any session, and ask for the
/// id of one.
fn opening_fault(params: &Value) -> Option<String> {
    if !params.is_object() {
        return Some(
            "the params are missing: send `protocolVersion`, `capabilities` and `clientInfo`"
                .to_owned(),
        );
    }
    if params["protocolVersion"].is_null() {
        return Some("`protocolVersion` is missing, such as `2025-11-25`".to_owned());
    }
    let error = serde_path_to_error::deserialize::<_, InitializeRequestParams>(params).err()?;
    let what = error.inner().to_string();
    Some(format!("`{}`: {}", error.path(), truncate(&what)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(params: &Value) -> Result<Value, String> {
        let mut frame = json!({"method": "initialize", "params": params});
        let frame = frame.as_object_mut().expect("an object");
        mend(frame, Kind::Initialize, true);
        match opening_fault(&frame["params"]) {
            None => Ok(frame["params"].clone()),
            Some(fault) => Err(fault),
        }
    }

    #[test]
    fn an_opening_that_says_too_little_is_completed() {
        for said in [
            json!({"clientInfo": {"name": "x"}, "capabilities": {}}),
            json!({"clientInfo": {"name": "x", "version": null}, "capabilities": null}),
        ] {
            let mut params = said;
            params["protocolVersion"] = "2025-06-18".into();
            let opened = opened(&params).expect("served");
            assert_eq!(opened["clientInfo"], json!({"name": "x", "version": "0"}));
            assert_eq!(opened["capabilities"], json!({}));
        }
        let opened = opened(&json!({"protocolVersion": "2025-06-18", "clientInfo": null}));
        assert_eq!(
            opened.expect("served")["clientInfo"],
            json!({"name": "unknown", "version": "0"})
        );
    }

    #[test]
    fn an_opening_of_another_shape_is_told_what_is_wrong() {
        for (params, start) in [
            (
                json!({"client": {"name": "curl"}}),
                "`protocolVersion` is missing",
            ),
            (
                json!({"protocolVersion": 5}),
                "`protocolVersion`: invalid type",
            ),
            (
                json!({"protocolVersion": "2025-06-18", "capabilities": true}),
                "`capabilities`: invalid type",
            ),
            (
                json!({"protocolVersion": "2025-06-18", "clientInfo": {"name": 7}}),
                "`clientInfo.name`: invalid type",
            ),
        ] {
            let fault = opened(&params).expect_err("refused");
            assert!(fault.starts_with(start), "{params}: {fault}");
        }
    }

    #[test]
    fn arguments_written_as_text_are_read() {
        for (sent, expected) in [
            (json!("{\"query\":\"menu\"}"), json!({"query": "menu"})),
            (json!(""), json!({})),
            (json!([]), json!({})),
            (json!("menu"), json!("menu")),
        ] {
            let mut frame =
                json!({"method": "tools/call", "params": {"name": "t", "arguments": sent}});
            let frame = frame.as_object_mut().expect("an object");
            mend(frame, Kind::Request, true);
            assert_eq!(frame["params"]["arguments"], expected);
        }
    }
}
