use std::collections::BTreeMap;

use http::Method;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::Event;

/// Which service makes the event.
#[derive(Debug, Clone)]
pub(super) enum Door {
    FunctionUrl,
    HttpApi {
        stage: String,
        route: Option<String>,
    },
}

const URL_ID: &str = "abcdefghijklmnopqrstuvwxyz012345";
const API_ID: &str = "a1b2c3d4e5";

impl Door {
    pub(super) fn domain(&self) -> String {
        match self {
            Self::FunctionUrl => format!("{URL_ID}.lambda-url.us-east-2.on.aws"),
            Self::HttpApi { .. } => format!("{API_ID}.execute-api.us-east-2.amazonaws.com"),
        }
    }

    /// A Function URL passes a path on as it was sent; an HTTP API decodes it and begins it with a named stage.
    pub(super) fn raw_path(&self, path: &str) -> String {
        match self {
            Self::FunctionUrl => path.to_owned(),
            Self::HttpApi { stage, .. } if stage == "$default" => decoded(path),
            Self::HttpApi { stage, .. } => format!("/{stage}{}", decoded(path)),
        }
    }

    pub(super) fn route_key(&self, method: &Method, raw_path: &str) -> String {
        match self {
            Self::FunctionUrl => "$default".to_owned(),
            Self::HttpApi {
                route: Some(route), ..
            } => route.clone(),
            Self::HttpApi { stage, route: None } => {
                let path = raw_path
                    .strip_prefix(&format!("/{stage}"))
                    .unwrap_or(raw_path);
                format!("{method} {path}")
            }
        }
    }

    fn stage(&self) -> &str {
        match self {
            Self::FunctionUrl => "$default",
            Self::HttpApi { stage, .. } => stage,
        }
    }

    fn api_id(&self) -> &'static str {
        match self {
            Self::FunctionUrl => URL_ID,
            Self::HttpApi { .. } => API_ID,
        }
    }
}

pub(super) fn of(event: &Event, raw_path: &str) -> Value {
    let now = Timestamp::now();
    let domain = event.headers.get("host").cloned().unwrap_or_default();
    let mut context = json!({
        "accountId": account(event),
        "apiId": event.door.api_id(),
        "domainName": domain,
        "domainPrefix": domain.split('.').next(),
        "http": {
            "method": event.method.as_str(),
            "path": raw_path,
            "protocol": "HTTP/1.1",
            "sourceIp": event.source_ip,
            "userAgent": event.headers.get("user-agent"),
        },
        "requestId": format!("{:032x}", now.as_nanosecond()),
        "routeKey": event.door.route_key(&event.method, raw_path),
        "stage": event.door.stage(),
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        "timeEpoch": now.as_millisecond(),
    });
    if let Some(authorizer) = &event.authorizer {
        context["authorizer"] = authorizer.to_json();
    }
    context
}

/// The caller's account where it is known, as a Function URL tells it; `anonymous` where nobody signed.
fn account(event: &Event) -> String {
    match (&event.door, &event.authorizer) {
        (Door::FunctionUrl, Some(super::Authorizer::Iam(identity))) => identity.account_id.clone(),
        (Door::FunctionUrl, _) => "anonymous".to_owned(),
        (Door::HttpApi { .. }, _) => "123456789012".to_owned(),
    }
}

/// A query, decoded; several values of one name are joined with a comma.
pub(super) fn parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::<String, String>::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(&value.replace('+', " "));
        parameters
            .entry(decoded(&name.replace('+', " ")))
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(&value);
            })
            .or_insert(value);
    }
    parameters
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
