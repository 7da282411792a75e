use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::form::{self, Part};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub method: Method,
    /// Without its query.
    pub path: String,
    /// Decoded.
    pub query: BTreeMap<String, String>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Recorded {
    pub(super) fn new(head: &http::request::Parts, body: &Bytes) -> Self {
        let query = head.uri.query().unwrap_or("");
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self {
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: pairs
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
            headers: head.headers.clone(),
            body: body.clone(),
        }
    }

    /// Its body; null, where it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The parts of its form, in their order; none, where it is no form.
    pub async fn parts(&self) -> Vec<Part> {
        let parts = form::parts(&self.headers, &self.body).await;
        parts.unwrap_or_default()
    }
}

fn decoded(value: &str) -> String {
    let value = value.replace('+', " ");
    percent_decode_str(&value).decode_utf8_lossy().into_owned()
}
