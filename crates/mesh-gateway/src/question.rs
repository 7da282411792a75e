//! What an upstream asks in the middle of a call: of the person, the model or the folders of whoever called.

use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};

/// A question, to be answered once.
#[derive(Debug)]
pub struct Question {
    pub method: String,
    /// As they came.
    pub params: Option<Box<RawValue>>,
    answer: oneshot::Sender<Reply>,
}

/// The result of the request that a question is, or why there is none.
pub(crate) type Reply = Result<Box<RawValue>, String>;

/// Where more wait than there is room for, the next one is refused.
pub type Questions = mpsc::Sender<Question>;

/// The requests that a client can be declared to take.
const ASKED: [&str; 3] = ["elicitation/create", "sampling/createMessage", "roots/list"];

impl Question {
    /// None where it is no question that can be passed on.
    pub(crate) fn of(
        method: &str,
        params: Option<&RawValue>,
    ) -> Option<(Self, oneshot::Receiver<Reply>)> {
        if !ASKED.contains(&method) {
            return None;
        }
        let (answer, answered) = oneshot::channel();
        let question = Self {
            method: method.to_owned(),
            params: params.map(ToOwned::to_owned),
            answer,
        };
        Some((question, answered))
    }

    /// Who asked may not wait any more.
    pub fn answer(self, result: Result<&Value, String>) {
        let result = result.and_then(|result| {
            RawValue::from_string(result.to_string()).map_err(|error| error.to_string())
        });
        let _ = self.answer.send(result);
    }
}
