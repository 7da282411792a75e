//! The parameter store of Systems Manager on loopback, as far as it is asked for parameters by their names.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router, routing::post};
use serde_json::{Value, json};

use super::fake;

#[derive(Clone, Default)]
pub(crate) struct Parameters {
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    values: BTreeMap<String, String>,
    /// The names of each request.
    asked: Vec<Vec<String>>,
}

impl Parameters {
    /// Serves them; gives the address, too.
    pub(crate) fn start(values: &[(&str, &str)]) -> (Self, String) {
        let parameters = Self::default();
        for (name, value) in values {
            parameters.put(name, value);
        }
        let router = Router::new().route("/", post(answer));
        let url = fake::serve(router.with_state(parameters.clone()));
        (parameters, url)
    }

    pub(crate) fn put(&self, name: &str, value: &str) {
        let mut held = self.held.lock().expect("no panic");
        held.values.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn asked(&self) -> Vec<Vec<String>> {
        self.held.lock().expect("no panic").asked.clone()
    }
}

async fn answer(State(parameters): State<Parameters>, headers: HeaderMap, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).expect("JSON");
    let target = headers.get("x-amz-target").map(|target| target.as_bytes());
    let names = request["Names"].as_array().cloned().unwrap_or_default();
    let is_asked_well = target == Some(b"AmazonSSM.GetParameters")
        && request["WithDecryption"] == true
        && (1..=10).contains(&names.len());
    if !is_asked_well {
        let refusal = json!({"__type": "ValidationException"});
        return (StatusCode::BAD_REQUEST, Json(refusal)).into_response();
    }
    let names = names
        .iter()
        .map(|name| name.as_str().expect("text").to_owned());
    let names: Vec<String> = names.collect();
    let mut held = parameters.held.lock().expect("no panic");
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for name in &names {
        match held.values.get(name) {
            Some(value) => found.push(json!({
                "Name": name, "Type": "SecureString", "Value": value, "Version": 1,
            })),
            None => invalid.push(name.clone()),
        }
    }
    held.asked.push(names);
    Json(json!({"Parameters": found, "InvalidParameters": invalid})).into_response()
}
