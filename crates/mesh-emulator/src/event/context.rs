use std::collections::BTreeMap;

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::{Authorizer, Event};

pub(super) const DEFAULT: &str = "$default";
const URL_ID: &str = "abcdefghijklmnopqrstuvwxyz012345";
const API_ID: &str = "a1b2c3d4e5";

pub(super) fn domain(event: &Event) -> String {
    match event.stage {
        None => format!("{URL_ID}.lambda-url.us-east-2.on.aws"),
        Some(_) => format!("{API_ID}.execute-api.us-east-2.amazonaws.com"),
    }
}

/// A Function URL passes a path on as it was sent; an HTTP API decodes it and begins it with a named stage.
pub(super) fn raw_path(event: &Event) -> String {
    match event.stage.as_deref() {
        None => event.path.clone(),
        Some(DEFAULT) => decoded(&event.path),
        Some(stage) => format!("/{stage}{}", decoded(&event.path)),
    }
}

pub(super) fn route_key(event: &Event, raw_path: &str) -> String {
    let Some(stage) = &event.stage else {
        return DEFAULT.to_owned();
    };
    let path = raw_path.strip_prefix(&format!("/{stage}"));
    format!("{} {}", event.method, path.unwrap_or(raw_path))
}

pub(super) fn of(event: &Event, raw_path: &str) -> Value {
    let now = Timestamp::now();
    let domain = domain(event);
    let mut context = json!({
        "accountId": account(event),
        "apiId": if event.stage.is_some() { API_ID } else { URL_ID },
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
        "routeKey": route_key(event, raw_path),
        "stage": event.stage.as_deref().unwrap_or(DEFAULT),
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
    match (&event.stage, &event.authorizer) {
        (None, Some(Authorizer::Iam(identity))) => identity.account_id.clone(),
        (None, _) => "anonymous".to_owned(),
        (Some(_), _) => "123456789012".to_owned(),
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
