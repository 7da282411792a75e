//! Asking the client something in the middle of a call.
//!
//! A tool asks in a straight line: `cx.ask(..).await?` returns the answers. Over a session the question travels at once.
//! Where each request stands alone, the first round ends with [`ToolError::InputRequired`]; the client calls again with
//! its answers, the tool runs from its start, and the same line now returns them. So a tool must not act before it has
//! asked all it needs.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use serde_json::{Map, Value};

pub use crate::question::{Capability, Question};

use crate::error::ToolError;

/// A client's answer, as it came; the methods read it as what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer(pub Value);

impl Answer {
    /// The fields of a form; `None` when the person declined or closed it.
    ///
    /// # Errors
    /// When it is not an answer to a form.
    pub fn form(&self) -> Result<Option<&Map<String, Value>>, ToolError> {
        match (self.0["action"].as_str(), &self.0["content"]) {
            (Some("accept"), Value::Object(fields)) => Ok(Some(fields)),
            (Some("decline" | "cancel"), _) => Ok(None),
            _ => Err(wrong("a form", "an object with `action` and `content`")),
        }
    }

    /// Whether the person said yes to a form, whatever is in it.
    ///
    /// # Errors
    /// When it is not an answer to a form.
    pub fn is_accepted(&self) -> Result<bool, ToolError> {
        match self.0["action"].as_str() {
            Some("accept") => Ok(true),
            Some("decline" | "cancel") => Ok(false),
            _ => Err(wrong("a form", "an object with `action`")),
        }
    }

    /// The text a model answered with.
    ///
    /// # Errors
    /// When it is not an answer to a prompt.
    pub fn text(&self) -> Result<&str, ToolError> {
        self.0["content"]["text"]
            .as_str()
            .ok_or_else(|| wrong("a prompt", "an object with `content.text`"))
    }

    /// The client's folders, as URIs.
    ///
    /// # Errors
    /// When it is not a list of roots.
    pub fn roots(&self) -> Result<Vec<&str>, ToolError> {
        self.0["roots"]
            .as_array()
            .ok_or_else(|| wrong("roots", "an object with `roots`"))
            .map(|roots| {
                roots
                    .iter()
                    .filter_map(|root| root["uri"].as_str())
                    .collect()
            })
    }
}

fn wrong(question: &str, expected: &str) -> ToolError {
    ToolError::InvalidAnswer(format!("the answer to {question} must be {expected}"))
}

pub type Answers = BTreeMap<String, Answer>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

/// The way back to the client during a call.
pub trait Talk: Send + Sync {
    /// `done` must rise from call to call; a `total` of 0 is one that is not known. Dropped where the client gave no progress token.
    fn progress<'a>(&'a self, done: f64, total: f64, message: &'a str) -> BoxFuture<'a, ()>;
    /// Whether anybody hears of progress.
    fn takes_progress(&self) -> bool {
        false
    }
    /// Dropped where the client did not ask for messages of this level.
    fn log<'a>(&'a self, level: Level, message: &'a str) -> BoxFuture<'a, ()>;
    fn offers(&self, capability: Capability) -> bool;
    /// Keeps something until the client answers what is asked next, where that takes another round.
    fn keep(&self, _memo: Value) {}
    /// What was kept in the round before, and the answers that came to what was asked then; both are good for one use.
    fn resume(&self) -> Option<(Value, Answers)> {
        None
    }
    /// Returns only when every question has its answer.
    fn ask(&self, questions: Vec<(String, Question)>) -> BoxFuture<'_, Result<Answers, ToolError>>;
}

/// For callers that can be told nothing before the result, as over the plain routes.
#[derive(Debug)]
pub struct Silent;

impl Talk for Silent {
    fn progress<'a>(&'a self, _: f64, _: f64, _: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }

    fn log<'a>(&'a self, _: Level, _: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }

    fn offers(&self, _: Capability) -> bool {
        false
    }

    fn ask(&self, questions: Vec<(String, Question)>) -> BoxFuture<'_, Result<Answers, ToolError>> {
        let missing = questions.first().map(|(_, question)| question.capability());
        Box::pin(async move {
            missing.map_or(Ok(Answers::new()), |missing| {
                Err(ToolError::MissingCapability(missing))
            })
        })
    }
}
