use serde::Serialize;

use super::ResponseRequest;

/// A request as it is sent.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    instructions: &'a str,
    input: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
    max_output_tokens: u32,
    store: bool,
    stream: bool,
}

#[derive(Serialize)]
struct Reasoning<'a> {
    effort: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    verbosity: &'a str,
}

impl<'a> Body<'a> {
    pub(super) fn of(request: &'a ResponseRequest) -> Self {
        let effort = request.effort.as_deref();
        let verbosity = request.verbosity.as_deref();
        Self {
            model: &request.model,
            instructions: &request.instructions,
            input: &request.input,
            reasoning: effort.map(|effort| Reasoning { effort }),
            text: verbosity.map(|verbosity| Text { verbosity }),
            max_output_tokens: request.max_output_tokens,
            store: false,
            stream: true,
        }
    }
}
