use std::time::Duration;

use serde_json::{Value, json};

use crate::openai::Behaviour;
use crate::openai::embeddings::words;

/// What the model will say, and how it will end.
pub(super) struct Script {
    id: String,
    model: String,
    input_tokens: usize,
    pub(super) text: String,
    pub(super) end: End,
    pub(super) interval: Duration,
    pub(super) break_after: Option<usize>,
}

pub(super) enum End {
    Completed,
    Incomplete(&'static str),
    Refused,
    Failed(&'static str),
}

impl Script {
    pub(super) fn of(id: String, model: &str, input: &str, behaviour: Option<Behaviour>) -> Self {
        let mut script = Self {
            id,
            model: model.to_owned(),
            input_tokens: words(input).count(),
            text: quote(input),
            end: End::Completed,
            interval: Duration::ZERO,
            break_after: None,
        };
        match behaviour {
            Some(Behaviour::Complete(text)) => script.text = text,
            Some(Behaviour::Incomplete { reason, text }) => {
                script.text = text;
                script.end = End::Incomplete(reason);
            }
            Some(Behaviour::Refuse(text)) => {
                script.text = text;
                script.end = End::Refused;
            }
            Some(Behaviour::Fail(code)) => {
                script.text.clear();
                script.end = End::Failed(code);
            }
            Some(Behaviour::Slow(interval)) => script.interval = interval,
            Some(Behaviour::BreakAfter(words)) => script.break_after = Some(words),
            _ => {}
        }
        script
    }

    /// The response before it has said anything.
    pub(super) fn begun(&self) -> Value {
        let mut object = self.ended();
        object["status"] = "in_progress".into();
        object["output"] = json!([]);
        for absent in ["error", "incomplete_details", "usage"] {
            object[absent] = Value::Null;
        }
        object
    }

    /// The response at its end.
    pub(super) fn ended(&self) -> Value {
        let (status, error, details) = match self.end {
            End::Completed | End::Refused => ("completed", Value::Null, Value::Null),
            End::Incomplete(reason) => ("incomplete", Value::Null, json!({ "reason": reason })),
            End::Failed(code) => {
                let error = json!({"code": code, "message": "It went wrong."});
                ("failed", error, Value::Null)
            }
        };
        let output_tokens = words(&self.text).count() + REASONING_TOKENS;
        json!({
            "id": self.id,
            "object": "response",
            "created_at": 1_790_000_000,
            "status": status,
            "model": self.model,
            "error": error,
            "incomplete_details": details,
            "output": self.output(status),
            "store": false,
            "usage": {
                "input_tokens": self.input_tokens,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": output_tokens,
                "output_tokens_details": {"reasoning_tokens": REASONING_TOKENS},
                "total_tokens": self.input_tokens + output_tokens,
            },
        })
    }

    /// The one part of its message.
    pub(super) fn part(&self, text: &str) -> Value {
        match self.end {
            End::Refused => json!({"type": "refusal", "refusal": text}),
            _ => json!({"type": "output_text", "text": text, "annotations": []}),
        }
    }

    pub(super) fn message(&self, status: &str, content: &[Value]) -> Value {
        json!({
            "type": "message", "id": self.message_id(), "role": "assistant", "status": status,
            "content": content,
        })
    }

    pub(super) fn message_id(&self) -> String {
        format!("msg_{}", self.id)
    }

    fn output(&self, status: &str) -> Vec<Value> {
        let reasoning =
            json!({"type": "reasoning", "id": format!("rs_{}", self.id), "summary": []});
        if self.text.is_empty() {
            return vec![reasoning];
        }
        vec![reasoning, self.message(status, &[self.part(&self.text)])]
    }
}

const REASONING_TOKENS: usize = 16;

/// The first line of the first passage, and its mark: of an input of JSON with `passages`, or of one with marks.
fn quote(input: &str) -> String {
    let json: Value = serde_json::from_str(input).unwrap_or_default();
    let passage = match json["passages"][0]["text"].as_str() {
        Some(passage) => passage,
        None => input.split_once("[1]").map_or("", |(_, passage)| passage),
    };
    let mut lines = passage
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    match lines.next() {
        Some(line) => format!("{line} [1]"),
        None => "I was given no passage.".to_owned(),
    }
}
