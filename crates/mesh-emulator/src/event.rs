//! Events of payload format 2.0, as a Function URL and an HTTP API of API Gateway make them of HTTP requests.

mod body;
mod context;
mod identity;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

pub use crate::event::identity::{Authorizer, Identity};

/// An HTTP request on its way into an event.
#[derive(Debug, Clone)]
pub struct Event {
    /// The stage of an HTTP API; a Function URL has none.
    stage: Option<String>,
    method: Method,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    cookies: Vec<String>,
    body: Bytes,
    source_ip: String,
    authorizer: Option<Authorizer>,
}

impl Event {
    /// A request to a Function URL; `target` is a path with or without a query, as it stands in a request line.
    pub fn function_url(method: Method, target: &str) -> Self {
        Self::new(None, method, target)
    }

    /// A request to an HTTP API whose route is `METHOD /path` of this very request, on the stage `$default`.
    pub fn http_api(method: Method, target: &str) -> Self {
        Self::new(Some(context::DEFAULT.to_owned()), method, target)
    }

    fn new(stage: Option<String>, method: Method, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let event = Self {
            stage,
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: BTreeMap::new(),
            cookies: Vec::new(),
            body: Bytes::new(),
            source_ip: "203.0.113.7".to_owned(),
            authorizer: None,
        };
        event.platform_headers()
    }

    /// What every request has by the time Lambda passes it on.
    fn platform_headers(mut self) -> Self {
        let host = context::domain(&self);
        for (name, value) in [
            ("host", &*host),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
            ("user-agent", "mesh-emulator"),
        ] {
            self.headers.insert(name.to_owned(), value.to_owned());
        }
        self.headers
            .insert("x-forwarded-for".to_owned(), self.source_ip.clone());
        self
    }

    /// Sets a header: lower-cased, and in place of one that is there already. `cookie` is taken apart as the platform does.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        let name = name.to_ascii_lowercase();
        if name == "cookie" {
            let cookies = value.into();
            self.cookies = cookies
                .split(';')
                .map(|cookie| cookie.trim().to_owned())
                .collect();
        } else {
            self.headers.insert(name, value.into());
        }
        self
    }

    /// All headers of a request: several of one name are joined with a comma, bytes that are no text are dropped.
    #[must_use]
    pub fn all_headers(self, headers: &HeaderMap) -> Self {
        headers.keys().fold(self, |event, name| {
            let separator = if name == http::header::COOKIE {
                ";"
            } else {
                ","
            };
            let values: Vec<_> = headers
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .collect();
            event.header(name.as_str(), values.join(separator))
        })
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// A POST body of JSON-RPC, with the headers an MCP client sends.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .body(body.to_string())
    }

    #[must_use]
    pub fn source_ip(mut self, address: impl Into<String>) -> Self {
        self.source_ip = address.into();
        let address = self.source_ip.clone();
        self.header("x-forwarded-for", address)
    }

    #[must_use]
    pub fn authorizer(mut self, authorizer: Authorizer) -> Self {
        self.authorizer = Some(authorizer);
        self
    }

    /// Signed by `identity`, as a Function URL with `AWS_IAM` tells of it.
    #[must_use]
    pub fn signed_by(self, identity: Identity) -> Self {
        self.authorizer(Authorizer::Iam(identity))
    }

    /// The named stage of an HTTP API.
    #[must_use]
    pub fn stage(mut self, name: &str) -> Self {
        self.stage = Some(name.to_owned());
        self
    }

    /// The event as the function gets it.
    pub fn to_json(&self) -> Value {
        let (body, is_base64) = body::encode(&self.headers, &self.body);
        let path = context::raw_path(self);
        let mut event = json!({
            "version": "2.0",
            "routeKey": context::route_key(self, &path),
            "rawPath": path,
            "rawQueryString": self.query,
            "headers": self.headers,
            "requestContext": context::of(self, &path),
            "isBase64Encoded": is_base64,
        });
        let mut add = |name: &str, value: Value| event[name] = value;
        if !self.cookies.is_empty() {
            add("cookies", json!(self.cookies));
        }
        if !self.query.is_empty() {
            add(
                "queryStringParameters",
                json!(context::parameters(&self.query)),
            );
        }
        if let Some(body) = body {
            add("body", Value::String(body));
        }
        event
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_plain_request_is_told_in_full() {
        let event = Event::function_url(Method::GET, "/health?live=1&a=x%20y&a=z").to_json();
        assert_eq!(event["rawPath"], "/health");
        assert_eq!(event["rawQueryString"], "live=1&a=x%20y&a=z");
        assert_eq!(
            event["queryStringParameters"],
            json!({"live": "1", "a": "x y,z"})
        );
        assert_eq!(event["requestContext"]["http"]["method"], "GET");
        assert_eq!(event["requestContext"]["stage"], "$default");
        assert_eq!((event.get("body"), event.get("cookies")), (None, None));
        assert_eq!(event["requestContext"].get("authorizer"), None);
    }

    #[test]
    fn headers_are_lower_cased_and_joined_and_cookies_apart() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("accept", "a"),
            ("accept", "b"),
            ("cookie", "x=1; y=2"),
            ("cookie", "z=3"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let event = Event::function_url(Method::GET, "/")
            .all_headers(&headers)
            .to_json();
        assert_eq!(event["headers"]["accept"], "a,b");
        assert_eq!(event["headers"].get("cookie"), None);
        assert_eq!(event["cookies"], json!(["x=1", "y=2", "z=3"]));
    }

    #[test]
    fn a_function_url_keeps_the_path_and_an_http_api_decodes_it() {
        let target = "/tools/a%2Fb";
        assert_eq!(
            Event::function_url(Method::GET, target).to_json()["rawPath"],
            "/tools/a%2Fb"
        );
        assert_eq!(
            Event::http_api(Method::GET, target).to_json()["rawPath"],
            "/tools/a/b"
        );
    }

    #[test]
    fn a_named_stage_is_part_of_the_path() {
        let event = Event::http_api(Method::POST, "/rpc")
            .stage("prod")
            .to_json();
        assert_eq!(event["rawPath"], "/prod/rpc");
        assert_eq!(event["routeKey"], "POST /rpc");
        assert_eq!(event["requestContext"]["stage"], "prod");
    }
}
