use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use rmcp::model::{ClientJsonRpcMessage, GetExtensions as _};
use serde_json::Value;

use super::super::json;
use super::batch;
use super::envelope::{self, Kind, Message};
use crate::rescue::Refusal;

/// How the messages of one client are read, over the transports over which the SDK sends its answers itself. Cloning shares
/// what was agreed on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Messages {
    has_batches: Arc<AtomicBool>,
}

impl Messages {
    /// One message as the SDK takes it, or those of a batch where the revision agreed on has them: each is answered by itself.
    pub(crate) fn read(&self, body: &Bytes) -> Vec<Result<ClientJsonRpcMessage, Refusal>> {
        match self.split(body) {
            Ok(messages) => messages
                .into_iter()
                .map(|message| of_sdk(&message?))
                .collect(),
            Err(refusal) => vec![Err(refusal)],
        }
    }

    fn split(&self, body: &Bytes) -> Result<Vec<Result<Message, Refusal>>, Refusal> {
        match json::parse(body)? {
            (Value::Array(messages), text) => {
                if !self.has_batches.load(Ordering::Relaxed) {
                    return Err(Refusal::bad_request(
                        "batches are of protocol version 2025-03-26 alone; send one message at a time",
                    ));
                }
                let messages = batch::split(messages, &text)?.into_iter();
                let parts = messages.map(|(message, text)| batch::part(message, text, true));
                Ok(parts.collect())
            }
            (value, text) => {
                let message = envelope::read(value, Some(text), true)?;
                self.note(&message);
                Ok(vec![Ok(message)])
            }
        }
    }

    /// What a client asks for of the revisions that are served is agreed on.
    fn note(&self, message: &Message) {
        if message.kind == Kind::Initialize {
            let version = message.frame.get("params");
            let version = version.and_then(|params| params["protocolVersion"].as_str());
            let has_batches = version == Some(batch::VERSION);
            self.has_batches.store(has_batches, Ordering::Relaxed);
        }
    }
}

/// An answer of the SDK's own carries the id that it knows.
fn of_sdk(message: &Message) -> Result<ClientJsonRpcMessage, Refusal> {
    let refuse = |why: &'static str| Refusal::bad_request(why).to(message.answer_id());
    if !message.keeps_its_id() {
        return Err(refuse(
            "here a request needs an `id`, a string or a whole number",
        ));
    }
    let mut sent: ClientJsonRpcMessage = serde_json::from_slice(&message.body())
        .map_err(|_| refuse("not a JSON-RPC message of this protocol"))?;
    if let ClientJsonRpcMessage::Request(request) = &mut sent
        && let Some(written) = message.written_call()
    {
        request.request.extensions_mut().insert(written);
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use rmcp::model::JsonRpcMessage;
    use serde_json::json;

    use super::*;

    fn read(messages: &Messages, sent: &Value) -> Vec<Result<Value, Value>> {
        let id = |message| match message {
            JsonRpcMessage::Request(request) => json!(request.id),
            _ => Value::Null,
        };
        let read = messages.read(&sent.to_string().into()).into_iter();
        let read = read.map(|one| one.map(id).map_err(|refusal| refusal.body()["id"].clone()));
        read.collect()
    }

    fn initialize(version: &str) -> Value {
        let client = json!({"name": "t", "version": "1"});
        let params = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client});
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
    }

    #[test]
    fn a_batch_is_split_in_the_one_revision_that_has_them() {
        let ping = |id: u8| json!({"jsonrpc": "2.0", "id": id, "method": "ping"});
        let batch = json!([ping(1), {"id": 2}, initialize("2025-03-26"), ping(3)]);
        let messages = Messages::default();
        assert_eq!(
            read(&messages, &batch),
            [Err(Value::Null)],
            "nothing is agreed on"
        );
        assert_eq!(read(&messages, &initialize("2025-03-26")), [Ok(json!(0))]);
        let split = [Ok(json!(1)), Err(json!(2)), Err(json!(0)), Ok(json!(3))];
        assert_eq!(read(&messages.clone(), &batch), split);
        assert_eq!(read(&messages, &json!([])), [Err(Value::Null)]);
        assert_eq!(
            read(&messages, &json!(vec![ping(1); 51])),
            [Err(Value::Null)]
        );
        for version in ["2024-11-05", "2025-06-18"] {
            assert_eq!(read(&messages, &initialize(version)), [Ok(json!(0))]);
            assert_eq!(read(&messages, &batch), [Err(Value::Null)], "{version}");
        }
    }
}
