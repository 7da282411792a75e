use std::fs;
use std::sync::Arc;

use mesh_core::{Caller, KeyId, Principal, Subject};
use serde_json::Value;

use crate::exit::Failure;

/// Reads who calls, as logs name callers; of a token there have to be the claims.
pub(super) fn read(text: &str) -> Result<Caller, Failure> {
    match text.split_once(':') {
        None if text == "local" => Ok(Caller::Local),
        None if text == "bearer" => Ok(Caller::Bearer),
        Some(("key", id)) if !id.is_empty() => Ok(Caller::Key(KeyId::new(id))),
        Some(("arn", _)) => Principal::new(text)
            .map(Caller::Principal)
            .ok_or_else(|| unknown(text)),
        Some(("jwt", file)) if !file.is_empty() => subject(file),
        _ => Err(unknown(text)),
    }
}

fn subject(file: &str) -> Result<Caller, Failure> {
    let text = fs::read(file);
    let text = text.map_err(|error| Failure::usage(format!("cannot read `{file}`: {error}")))?;
    let claims = match serde_json::from_slice(&text) {
        Ok(Value::Object(claims)) => Subject::new(claims),
        _ => None,
    };
    let subject = claims.ok_or_else(|| {
        Failure::usage(format!(
            "`{file}` must hold the claims of a token, `iss` and `sub` among them, as an object of JSON"
        ))
    })?;
    Ok(Caller::Subject(Arc::new(subject)))
}

fn unknown(text: &str) -> Failure {
    Failure::usage(format!(
        "`{text}` is no caller: `local`, `bearer`, `key:ID`, `arn:aws:…` or `jwt:FILE`"
    ))
}
