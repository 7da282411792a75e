use serde_json::{Value, json};

use super::fault::CallFault;

/// The id of a request: each conversation has one question open at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(u32);

impl Id {
    pub(super) const FIRST: Self = Self(1);

    /// This id, to be used now; the next one stays.
    pub(super) fn take(&mut self) -> Self {
        let taken = *self;
        self.0 += 1;
        taken
    }
}

pub(super) fn request(id: Id, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id.0, "method": method, "params": params})
}

pub(super) fn notification(method: &str) -> Value {
    json!({"jsonrpc": "2.0", "method": method})
}

pub(super) fn client_info() -> Value {
    json!({"name": "mesh", "version": env!("CARGO_PKG_VERSION")})
}

/// What a message from the server is to someone waiting for the answer to `id`.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// The answer, or an error that names no request.
    Answer(Value),
    /// A request of the server's own, and what we say to it.
    Asks { reply: Value },
    /// A notification, or an answer to something else.
    Aside,
}

pub(super) fn incoming(message: Value, id: Id) -> Incoming {
    let is_request = message.get("method").is_some();
    match message.get("id") {
        Some(theirs) if is_request => Incoming::Asks {
            reply: reply(theirs, &message["method"]),
        },
        Some(answered) if *answered == id.0 => Incoming::Answer(message),
        Some(Value::Null) | None if message.get("error").is_some() => Incoming::Answer(message),
        _ => Incoming::Aside,
    }
}

/// We declare no capabilities, so a ping is all a server may ask of us.
fn reply(id: &Value, method: &Value) -> Value {
    if method == "ping" {
        return json!({"jsonrpc": "2.0", "id": id, "result": {}});
    }
    let error = json!({"code": -32601, "message": "this client offers nothing to the server"});
    json!({"jsonrpc": "2.0", "id": id, "error": error})
}

/// An answer that came by itself, not among other messages: it must be to the request that was sent.
pub(super) fn answering(message: Value, id: Id) -> Result<Value, CallFault> {
    let is_answer = message.get("result").is_some() || message.get("error").is_some();
    match incoming(message, id) {
        Incoming::Answer(answer) => Ok(answer),
        Incoming::Aside if !is_answer => Err(no_answer()),
        Incoming::Asks { .. } | Incoming::Aside => Err(CallFault::AnotherId),
    }
}

fn no_answer() -> CallFault {
    CallFault::NotMcp("JSON that is no JSON-RPC answer".to_owned())
}

/// Takes the result out of an answer, or the server's refusal.
pub(super) fn result(mut answer: Value) -> Result<Value, CallFault> {
    if let Some(error) = answer.get("error") {
        return Err(CallFault::Refused {
            code: error["code"].as_i64().unwrap_or_default(),
            message: error["message"].as_str().unwrap_or("no reason").to_owned(),
        });
    }
    match answer.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(no_answer()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_our_question_is_the_answer() {
        let answer = json!({"jsonrpc": "2.0", "id": 1, "result": {}});
        assert_eq!(
            incoming(answer.clone(), Id::FIRST),
            Incoming::Answer(answer)
        );
        let other = json!({"jsonrpc": "2.0", "id": 9, "result": {}});
        assert_eq!(incoming(other, Id::FIRST), Incoming::Aside);
        let nameless = json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32700}});
        assert!(matches!(incoming(nameless, Id::FIRST), Incoming::Answer(_)));
    }

    #[test]
    fn a_ping_is_answered_and_anything_else_is_declined() {
        let asks = |method: &str| incoming(json!({"id": 1, "method": method}), Id::FIRST);
        let Incoming::Asks { reply } = asks("ping") else {
            panic!("a request")
        };
        assert_eq!(reply["result"], json!({}));
        let Incoming::Asks { reply } = asks("roots/list") else {
            panic!("a request")
        };
        assert_eq!(reply["error"]["code"], -32601);
    }
}
