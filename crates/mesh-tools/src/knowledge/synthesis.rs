//! An answer that a model writes from the passages found, and from nothing else.

mod check;
mod length;
mod links;
mod notes;
mod prompt;
mod stream;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use mesh_clients::openai::{End, ModelResponse, ResponseRequest};
use mesh_core::Parameter;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::knowledge::answer::Strategy;
use crate::vendors::{Models, Vendors};
use check::Checked;
pub(super) use prompt::Asked;
use stream::{Outcome, stream};

/// Less time than this is no time to write in.
const MIN_TIME: Duration = Duration::from_secs(1);

/// What a model made of the passages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Synthesis {
    pub(super) state: SynthesisState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_id: Option<String>,
    /// Why there is no text, or not all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// Statements of the text that name no passage.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) uncited: Vec<String>,
    /// Statements that name a passage which is not there, or which shares few words with them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) falsely_cited: Vec<String>,
    /// For how many seconds this answer has been kept: the same was asked before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) age: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum SynthesisState {
    Complete,
    /// The text ends before the answer does.
    Partial,
    /// The model says that the passages do not hold the answer.
    NotInPassages,
    /// There is none; the response is made of quotations.
    Failed,
}

impl SynthesisState {
    const fn has_text(self) -> bool {
        matches!(self, Self::Complete | Self::Partial)
    }
}

/// A text, and what is to be told of it.
pub(super) struct Written {
    pub(super) text: String,
    /// The passages that it names, from 1.
    pub(super) named: BTreeSet<usize>,
    pub(super) told: Synthesis,
}

/// The vendors, where a model is to write.
pub(super) fn writer<'a>(cx: &'a Context<'_>) -> Option<&'a Vendors> {
    let vendors = cx.vendors_with(&[Parameter::OpenAiApiKey])?;
    vendors.models.synthesis.then_some(vendors)
}

/// Nothing, where no model is to write.
pub(super) async fn write(
    cx: &Context<'_>,
    strategy: Strategy,
    asked: &Asked<'_>,
) -> Option<Written> {
    let vendors = writer(cx)?;
    let now = Instant::now();
    let deadline = cx.request.deadline.soft().at_most(now, strategy.time());
    if deadline.remaining(now) < MIN_TIME {
        return Some(failed("the search left no time to write".to_owned()));
    }
    let cx = cx.until(deadline);
    Some(match respond(&cx, &vendors.models, strategy, asked).await {
        Ok(response) => judged(response, strategy, asked),
        Err(error) => failed(error.to_string()),
    })
}

/// By the first of the models that there is.
async fn respond(
    cx: &Context<'_>,
    models: &Models,
    strategy: Strategy,
    asked: &Asked<'_>,
) -> Result<ModelResponse, ToolError> {
    let effort = models.effort.clone();
    let mut request = ResponseRequest {
        model: String::new(),
        instructions: prompt::instructions(strategy),
        input: asked.input(),
        effort: effort.or_else(|| Some(strategy.effort().to_owned())),
        verbosity: None,
        max_output_tokens: models.max_output_tokens.unwrap_or(strategy.max_tokens()),
    };
    for model in &models.answers {
        request.model.clone_from(model);
        match stream(cx, strategy, asked, &request).await? {
            Outcome::Response(response) => return Ok(response),
            Outcome::NoSuchModel => {}
            Outcome::NoSuchEffort => {
                request.effort = None;
                if let Outcome::Response(response) = stream(cx, strategy, asked, &request).await? {
                    return Ok(response);
                }
            }
        }
    }
    Err(ToolError::Unavailable(format!(
        "OpenAI has none of the models in `MESH_OPENAI_MODELS` ({}), or the key may not use them",
        models.answers.join(", ")
    )))
}

fn judged(response: ModelResponse, strategy: Strategy, asked: &Asked<'_>) -> Written {
    let (state, why) = ended(&response.end, &response.text);
    let text = links::only_of(&response.text, asked.quotes);
    let (text, state, why) = match length::at_most(&text, strategy.max_chars()) {
        Some(beginning) if state.has_text() => {
            let why = "it is longer than an answer of this `strategy` may be";
            (beginning, SynthesisState::Partial, Some(why))
        }
        _ => (text, state, why),
    };
    let checked = match state {
        SynthesisState::Complete => Checked::of(&text, asked.quotes),
        SynthesisState::Partial => Checked::of(check::finished(&text), asked.quotes),
        SynthesisState::Failed | SynthesisState::NotInPassages => Checked::default(),
    };
    Written {
        named: check::named(&text),
        text,
        told: Synthesis {
            state,
            model: Some(response.model),
            response_id: response.id,
            why: why.map(str::to_owned),
            uncited: checked.uncited,
            falsely_cited: checked.falsely_cited,
            age: None,
        },
    }
}

/// What there is, and why it is not all.
fn ended(end: &End, text: &str) -> (SynthesisState, Option<&'static str>) {
    let is_empty = text.trim().is_empty();
    let (state, why) = match end {
        End::Completed if prompt::says_not_found(text) => (SynthesisState::NotInPassages, None),
        End::Completed if is_empty => (SynthesisState::Failed, Some("the model wrote nothing")),
        End::Completed => (SynthesisState::Complete, None),
        End::Refused(_) => (SynthesisState::Failed, Some("the model refused to answer")),
        End::CutOff => (SynthesisState::Partial, Some("the time was over")),
        End::MaxOutputTokens => (
            SynthesisState::Partial,
            Some("it had as many tokens as it may (`MESH_OPENAI_MAX_OUTPUT_TOKENS`)"),
        ),
        End::ContentFilter => (
            SynthesisState::Partial,
            Some("OpenAI's content filter ended it"),
        ),
    };
    match state {
        SynthesisState::Partial if is_empty => (SynthesisState::Failed, why),
        state => (state, why),
    }
}

fn failed(why: String) -> Written {
    Written {
        text: String::new(),
        named: BTreeSet::new(),
        told: Synthesis {
            state: SynthesisState::Failed,
            model: None,
            response_id: None,
            why: Some(why),
            uncited: Vec::new(),
            falsely_cited: Vec::new(),
            age: None,
        },
    }
}

impl Strategy {
    /// What writing may take: an answer read aloud is waited for.
    const fn time(self) -> Duration {
        Duration::from_secs(match self {
            Self::Rapid => 6,
            Self::Focused => 14,
            Self::Comprehensive => 30,
        })
    }

    const fn effort(self) -> &'static str {
        match self {
            Self::Rapid => "none",
            Self::Focused | Self::Comprehensive => "low",
        }
    }

    const fn max_tokens(self) -> u32 {
        match self {
            Self::Rapid => 600,
            Self::Focused => 1_500,
            Self::Comprehensive => 3_000,
        }
    }
}
