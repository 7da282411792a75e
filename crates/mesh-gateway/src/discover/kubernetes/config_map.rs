use std::path::PathBuf;

use serde_json::Value;

use crate::discover::noted;
use crate::source::{self, Read};

pub(super) fn by_name(namespace: &str, object: &Value) -> Read {
    read(namespace, object, "config.json")
}

pub(super) fn by_label(namespace: &str, object: &Value) -> Read {
    read(namespace, object, "agentgateway-config.json")
}

/// The file that a ConfigMap holds under a key.
fn read(namespace: &str, object: &Value, key: &str) -> Read {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let place = PathBuf::from(format!("configmap/{namespace}/{name}/{key}"));
    match object["data"][key].as_str() {
        Some(text) => source::read(&place, text),
        None => noted(place, format!("it has no key `{key}`")),
    }
}
