//! The proxy response of payload format 2.0: `{statusCode, headers, cookies, body, isBase64Encoded}`, or anything else,
//! which is then the body of a 200.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use crate::Failure;
use crate::reply::Head;

pub(super) fn read(payload: &[u8]) -> Result<(Head, Bytes), Failure> {
    let value: Value =
        serde_json::from_slice(payload).map_err(|error| malformed(&error.to_string()))?;
    match value {
        Value::Object(fields) if fields.contains_key("statusCode") => {
            Ok((typed(head(&fields)?), body(&fields)?))
        }
        Value::String(text) => Ok((typed(Head::default()), Bytes::from(text))),
        other => Ok((typed(Head::default()), Bytes::from(other.to_string()))),
    }
}

/// The head of a streamed reply: the same fields without a body.
pub(super) fn read_head(json: &[u8]) -> Result<Head, Failure> {
    let fields: Map<String, Value> =
        serde_json::from_slice(json).map_err(|error| malformed(&error.to_string()))?;
    head(&fields)
}

fn head(fields: &Map<String, Value>) -> Result<Head, Failure> {
    Ok(Head {
        status: status(fields.get("statusCode"))?,
        headers: headers(fields)?,
        cookies: cookies(fields.get("cookies"))?,
        after: Duration::ZERO,
    })
}

fn status(value: Option<&Value>) -> Result<StatusCode, Failure> {
    let Some(value) = value else {
        return Ok(StatusCode::OK);
    };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number
        .and_then(|number| StatusCode::from_u16(u16::try_from(number).ok()?).ok())
        .ok_or_else(|| malformed(&format!("`statusCode` is `{value}`")))
}

/// `headers`, and of `multiValueHeaders` those that `headers` does not name.
fn headers(fields: &Map<String, Value>) -> Result<HeaderMap, Failure> {
    let mut map = HeaderMap::new();
    for (name, value) in object(fields, "headers") {
        map.append(header_name(name)?, header_value(name, value)?);
    }
    let single = map.clone();
    for (name, values) in object(fields, "multiValueHeaders") {
        let key = header_name(name)?;
        if single.contains_key(&key) {
            continue;
        }
        for value in values.as_array().into_iter().flatten() {
            map.append(&key, header_value(name, value)?);
        }
    }
    Ok(map)
}

fn object<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    fields
        .get(name)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn header_name(name: &str) -> Result<HeaderName, Failure> {
    HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| malformed(&format!("`{name}` is no header name")))
}

fn header_value(name: &str, value: &Value) -> Result<HeaderValue, Failure> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return Err(malformed(&format!("header `{name}` is no text"))),
    };
    HeaderValue::from_str(&text)
        .map_err(|_| malformed(&format!("header `{name}` has a forbidden character")))
}

fn cookies(value: Option<&Value>) -> Result<Vec<String>, Failure> {
    let list = value.filter(|value| !value.is_null()).map(Value::as_array);
    let Some(list) = list else {
        return Ok(Vec::new());
    };
    let texts = list.and_then(|list| {
        list.iter()
            .map(|cookie| cookie.as_str().map(str::to_owned))
            .collect()
    });
    texts.ok_or_else(|| malformed("`cookies` is no list of texts"))
}

fn body(fields: &Map<String, Value>) -> Result<Bytes, Failure> {
    let text = match fields.get("body") {
        None | Some(Value::Null) => return Ok(Bytes::new()),
        Some(Value::String(text)) => text,
        Some(_) => return Err(malformed("`body` is no text")),
    };
    if fields.get("isBase64Encoded") != Some(&Value::Bool(true)) {
        return Ok(Bytes::copy_from_slice(text.as_bytes()));
    }
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| malformed("`body` is no base64"))?;
    Ok(Bytes::from(bytes))
}

/// A buffered reply that names no type is JSON to a Function URL.
fn typed(mut head: Head) -> Head {
    let json = HeaderValue::from_static("application/json");
    head.headers.entry(header::CONTENT_TYPE).or_insert(json);
    head
}

fn malformed(message: &str) -> Failure {
    Failure {
        kind: "Runtime.MalformedReply".to_owned(),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_json(payload: &Value) -> Result<(Head, Bytes), Failure> {
        read(payload.to_string().as_bytes())
    }

    #[test]
    fn a_proxy_response_is_taken_apart() {
        let payload = json!({
            "statusCode": 201, "headers": {"X-One": "1"}, "multiValueHeaders": {"x-one": ["2"], "x-two": ["3", "4"]},
            "cookies": ["a=1", "b=2"], "body": "aGk=", "isBase64Encoded": true,
        });
        let (head, body) = read_json(&payload).unwrap();
        assert_eq!((head.status.as_u16(), &body[..]), (201, &b"hi"[..]));
        assert_eq!(head.cookies, ["a=1", "b=2"]);
        let all = |name| {
            head.headers
                .get_all(name)
                .iter()
                .map(|v| v.to_str().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!((all("x-one"), all("x-two")), (vec!["1"], vec!["3", "4"]));
    }

    #[test]
    fn a_value_without_a_status_is_the_body_of_a_200() {
        let (head, body) = read_json(&json!({"answer": 42})).unwrap();
        assert_eq!(
            (head.status.as_u16(), &body[..]),
            (200, &br#"{"answer":42}"#[..])
        );
        assert_eq!(head.headers["content-type"], "application/json");
    }

    #[test]
    fn what_a_function_url_refuses_is_malformed() {
        for payload in [
            json!({"statusCode": "many"}),
            json!({"statusCode": 99}),
            json!({"statusCode": 200, "headers": {"a b": "1"}}),
            json!({"statusCode": 200, "headers": {"a": {}}}),
            json!({"statusCode": 200, "body": {}}),
            json!({"statusCode": 200, "body": "%", "isBase64Encoded": true}),
            json!({"statusCode": 200, "cookies": "a=1"}),
        ] {
            assert!(read_json(&payload).is_err(), "{payload}");
        }
        assert!(read(b"not json").is_err());
    }
}
