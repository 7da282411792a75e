use serde::Deserialize;

use super::{End, ModelResponse, Usage};
use crate::openai::OpenAiError;
use crate::shown::name;

/// A response that has ended.
#[derive(Deserialize)]
pub(super) struct ResponseObject {
    id: Option<String>,
    model: String,
    status: String,
    error: Option<Fault>,
    incomplete_details: Option<IncompleteDetails>,
    output: Vec<Item>,
    usage: Option<TokenCounts>,
}

#[derive(Deserialize)]
struct Fault {
    code: Option<String>,
}

#[derive(Deserialize)]
struct IncompleteDetails {
    reason: String,
}

/// Reasoning and the calls of tools stand between the messages.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Item {
    Message {
        content: Vec<Part>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    OutputText { text: String },
    Refusal { refusal: String },
}

#[derive(Deserialize)]
struct TokenCounts {
    input_tokens: u64,
    output_tokens: u64,
    output_tokens_details: OutputTokens,
}

#[derive(Deserialize)]
struct OutputTokens {
    reasoning_tokens: u64,
}

impl ResponseObject {
    pub(super) fn end(self) -> Result<ModelResponse, OpenAiError> {
        let mut text = String::new();
        let mut refusal = None;
        for part in self.output.into_iter().flat_map(Item::parts) {
            match part {
                Part::OutputText { text: more } => text.push_str(&more),
                Part::Refusal { refusal: words } => refusal = Some(words),
            }
        }
        let reason = self.incomplete_details.map(|details| details.reason);
        let end = match (self.status.as_str(), reason.as_deref()) {
            ("completed", _) => refusal.map_or(End::Completed, End::Refused),
            ("incomplete", Some("max_output_tokens")) => End::MaxOutputTokens,
            ("incomplete", Some("content_filter")) => End::ContentFilter,
            ("failed", _) => {
                let code = self.error.and_then(|error| error.code);
                return Err(OpenAiError::failed(code.as_deref()));
            }
            (status, reason) => return Err(unknown(status, reason)),
        };
        Ok(ModelResponse {
            id: self.id,
            model: self.model,
            text,
            end,
            usage: self.usage.map(Usage::from),
        })
    }
}

impl Item {
    fn parts(self) -> Vec<Part> {
        match self {
            Self::Message { content } => content,
            Self::Other => Vec::new(),
        }
    }
}

impl From<TokenCounts> for Usage {
    fn from(counts: TokenCounts) -> Self {
        Self {
            input: counts.input_tokens,
            output: counts.output_tokens,
            reasoning: counts.output_tokens_details.reasoning_tokens,
        }
    }
}

fn unknown(status: &str, reason: Option<&str>) -> OpenAiError {
    let (status, reason) = (name(Some(status)), name(reason));
    OpenAiError::UnexpectedAnswer(format!("status {status}, reason {reason}"))
}
