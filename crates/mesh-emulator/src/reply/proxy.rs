//! The proxy response of payload format 2.0: `{statusCode, headers, cookies, body, isBase64Encoded}`, or anything else,
//! which is then the body of a 200.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::Failure;
use crate::reply::Head;

/// As lenient as a Function URL: what is `null` is absent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proxy {
    status_code: Option<Value>,
    #[serde(default, deserialize_with = "or_default")]
    headers: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "or_default")]
    multi_value_headers: BTreeMap<String, Vec<Value>>,
    #[serde(default, deserialize_with = "or_default")]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    is_base64_encoded: bool,
}

fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    value: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

pub(super) fn read(payload: &[u8]) -> Result<(Head, Bytes), Failure> {
    let (head, body) =
        match serde_json::from_slice(payload).map_err(|error| malformed(error.to_string()))? {
            Value::Object(fields) if fields.contains_key("statusCode") => {
                let proxy = Proxy::deserialize(Value::Object(fields))
                    .map_err(|error| malformed(error.to_string()))?;
                (proxy.head()?, proxy.body()?)
            }
            Value::String(text) => (Head::default(), Bytes::from(text)),
            other => (Head::default(), Bytes::from(other.to_string())),
        };
    Ok((typed(head), body))
}

/// The head of a streamed reply: the same fields without a body.
pub(super) fn read_head(json: &[u8]) -> Result<Head, Failure> {
    let proxy: Proxy =
        serde_json::from_slice(json).map_err(|error| malformed(error.to_string()))?;
    proxy.head()
}

impl Proxy {
    fn head(&self) -> Result<Head, Failure> {
        Ok(Head {
            status: self.status()?,
            headers: self.headers()?,
            cookies: self.cookies.clone(),
            after: Duration::ZERO,
        })
    }

    fn status(&self) -> Result<StatusCode, Failure> {
        let Some(value) = &self.status_code else {
            return Ok(StatusCode::OK);
        };
        StatusCode::from_bytes(text(value).as_bytes())
            .map_err(|_| malformed(format!("`statusCode` is `{value}`")))
    }

    /// `headers`, and of `multiValueHeaders` those that `headers` does not name.
    fn headers(&self) -> Result<HeaderMap, Failure> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            map.append(header_name(name)?, header_value(name, value)?);
        }
        let single = map.clone();
        for (name, values) in &self.multi_value_headers {
            let key = header_name(name)?;
            for value in values.iter().filter(|_| !single.contains_key(&key)) {
                map.append(&key, header_value(name, value)?);
            }
        }
        Ok(map)
    }

    fn body(self) -> Result<Bytes, Failure> {
        let body = self.body.unwrap_or_default();
        if !self.is_base64_encoded {
            return Ok(Bytes::from(body));
        }
        let bytes = STANDARD
            .decode(body)
            .map_err(|_| malformed("`body` is no base64"))?;
        Ok(Bytes::from(bytes))
    }
}

/// A number or a truth as a text is written without quotes.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn header_name(name: &str) -> Result<HeaderName, Failure> {
    HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| malformed(format!("`{name}` is no header name")))
}

fn header_value(name: &str, value: &Value) -> Result<HeaderValue, Failure> {
    if value.is_object() || value.is_array() || value.is_null() {
        return Err(malformed(format!("header `{name}` is no text")));
    }
    HeaderValue::try_from(text(value))
        .map_err(|_| malformed(format!("header `{name}` has a forbidden character")))
}

/// A buffered reply that names no type is JSON to a Function URL.
fn typed(mut head: Head) -> Head {
    let json = HeaderValue::from_static("application/json");
    head.headers.entry(header::CONTENT_TYPE).or_insert(json);
    head
}

fn malformed(message: impl Into<String>) -> Failure {
    Failure {
        kind: "Runtime.MalformedReply".to_owned(),
        message: message.into(),
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
