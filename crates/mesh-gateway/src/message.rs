//! JSON-RPC on the wire: an envelope is read, what is in it stays as it came.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// JSON-RPC 2.0, section 5.1.
pub(crate) const METHOD_NOT_FOUND: i64 = -32601;

/// One message, whichever kind it is.
#[derive(Debug, Deserialize)]
pub(crate) struct Message<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) params: Option<&'a RawValue>,
    /// None where it is `null`, as some write it beside an error.
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

/// An error of an upstream's, as it came.
#[derive(Clone, Debug)]
pub struct RpcError(pub Box<RawValue>);

pub(crate) type Answer = Result<Box<RawValue>, RpcError>;

impl<'a> Message<'a> {
    pub(crate) fn read(text: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// The number of the request of ours that this answers, and its answer.
    pub(crate) fn answer(&self) -> Option<(u64, Answer)> {
        if self.method.is_some() {
            return None;
        }
        let id = self.id?.get().parse().ok()?;
        let answer = match (self.result, self.error) {
            (Some(result), _) => Ok(result.to_owned()),
            (None, Some(error)) => Err(RpcError(error.to_owned())),
            // Whoever waits for it hears at once that it is of no use.
            (None, None) => Ok(RawValue::NULL.to_owned()),
        };
        Some((id, answer))
    }

    /// The error of an answer, whatever it answers.
    pub(crate) fn error(&self) -> Option<RpcError> {
        self.error.map(|error| RpcError(error.to_owned()))
    }

    /// What is said to a request of the upstream's. It was told that we can do nothing for it.
    pub(crate) fn reply(&self) -> Option<String> {
        let (id, method) = (self.id?, self.method.as_deref()?);
        Some(match method {
            "ping" => reply_to(id, Ok(nothing())),
            _ => reply_to(id, Err("this client does not do that".to_owned())),
        })
    }
}

fn nothing() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).expect("an object")
}

/// The answer to a request of an upstream's.
pub(crate) fn reply_to(id: &RawValue, outcome: Result<Box<RawValue>, String>) -> String {
    match outcome {
        Ok(result) => format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#),
        Err(message) => {
            let error = json!({"code": METHOD_NOT_FOUND, "message": message});
            format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#)
        }
    }
}

impl RpcError {
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.value().get("code")?.as_i64()
    }

    #[must_use]
    pub fn message(&self) -> String {
        let value = self.value();
        let message = value.get("message").and_then(Value::as_str);
        message.unwrap_or("no message").to_owned()
    }

    #[must_use]
    pub fn data(&self) -> Option<Value> {
        self.value().get("data").cloned()
    }

    fn value(&self) -> Value {
        serde_json::from_str(self.0.get()).unwrap_or_default()
    }
}

/// A request of ours; `params` is a JSON object.
pub(crate) fn request(id: u64, method: &str, params: &str) -> String {
    let method = Value::from(method);
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":{method},"params":{params}}}"#)
}

pub(crate) fn notification(method: &str, params: Option<&Value>) -> String {
    match params {
        Some(params) => json!({"jsonrpc": "2.0", "method": method, "params": params}),
        None => json!({"jsonrpc": "2.0", "method": method}),
    }
    .to_string()
}

pub(crate) fn cancelled(id: u64) -> String {
    let params = json!({"requestId": id, "reason": "nobody waits for the answer any more"});
    notification("notifications/cancelled", Some(&params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Message<'_> {
        Message::read(text.as_bytes()).expect("a message")
    }

    #[test]
    fn a_result_stays_as_it_came() {
        let text = r#"{"jsonrpc":"2.0","id":7,"result":{"b": 1.50, "a":[1e400],"x-new":{}}}"#;
        let (id, answer) = read(text).answer().expect("an answer");
        assert_eq!(id, 7);
        let result = answer.expect("a result");
        assert_eq!(result.get(), r#"{"b": 1.50, "a":[1e400],"x-new":{}}"#);
    }

    #[test]
    fn an_error_keeps_its_code_and_its_data() {
        let text = r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32002,"message":"gone","data":{"uri":"a:b"}}}"#;
        let (_, answer) = read(text).answer().expect("an answer");
        let error = answer.expect_err("an error");
        assert_eq!(
            (error.code(), error.message().as_str()),
            (Some(-32002), "gone")
        );
        assert!(error.0.get().contains(r#""data":{"uri":"a:b"}"#));
    }

    #[test]
    fn an_answer_that_says_nothing_is_one() {
        for text in [
            r#"{"jsonrpc":"2.0","id":7}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":null}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":null,"error":null}"#,
        ] {
            let (id, answer) = read(text).answer().expect("an answer");
            assert_eq!((id, answer.expect("a result").get()), (7, "null"), "{text}");
        }
        let refused = r#"{"id":7,"result":null,"error":{"code":1,"message":"no"}}"#;
        let (_, answer) = read(refused).answer().expect("an answer");
        assert_eq!(answer.expect_err("an error").code(), Some(1));
    }

    #[test]
    fn an_upstream_s_questions_are_answered() {
        let pinged = read(r#"{"jsonrpc":"2.0","id":"x","method":"ping"}"#).reply();
        assert_eq!(
            pinged.as_deref(),
            Some(r#"{"jsonrpc":"2.0","id":"x","result":{}}"#)
        );
        let asked = read(r#"{"jsonrpc":"2.0","id":0,"method":"roots/list"}"#).reply();
        let asked: Value = serde_json::from_str(&asked.expect("a reply")).expect("JSON");
        assert_eq!(asked["error"]["code"], -32601);
        assert!(
            read(r#"{"jsonrpc":"2.0","method":"notifications/message"}"#)
                .reply()
                .is_none()
        );
    }

    #[test]
    fn what_answers_nothing_of_ours_is_no_answer() {
        for text in [
            r#"{"jsonrpc":"2.0","id":"7","result":{}}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":"ping","result":{}}"#,
        ] {
            assert!(read(text).answer().is_none(), "{text}");
        }
        assert!(Message::read(b"Listening on port 3000").is_none());
    }
}
