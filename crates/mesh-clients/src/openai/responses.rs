mod body;
mod object;

use http::Response;
use mesh_core::{Deadline, Secret};
use mesh_http::{Bounds, HttpError, Streamed, media_type};
use serde::Deserialize;

use super::client::{expect_type, read};
use super::events::Events;
use super::{OpenAi, OpenAiError};
use body::Body;
use object::ResponseObject;

/// For a token: an event of some 400 bytes, and its text repeated in the last four.
const MAX_BYTES_EACH: u64 = 1024;

/// For the rest: the instructions are repeated in three events.
const MAX_BYTES: u64 = 256 * 1024;

/// What a model is asked. It is never stored.
#[derive(Clone, Debug)]
pub struct ResponseRequest {
    pub model: String,
    pub instructions: String,
    pub input: String,
    /// How long it may reason; nothing is the model's own.
    pub effort: Option<String>,
    /// How long its answer is; nothing is the model's own.
    pub verbosity: Option<String>,
    /// Those of its reasoning included.
    pub max_output_tokens: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelResponse {
    pub id: Option<String>,
    pub model: String,
    pub text: String,
    pub end: End,
    /// Nothing, where the stream was cut off.
    pub usage: Option<Usage>,
}

/// How a response ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Completed,
    MaxOutputTokens,
    ContentFilter,
    /// With what the model says of it.
    Refused(String),
    /// The deadline or the connection ended the stream after text had come.
    CutOff,
}

/// In tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub input: u64,
    /// Its reasoning included.
    pub output: u64,
    pub reasoning: u64,
}

/// What is read of a stream.
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Event {
    #[serde(rename = "response.created")]
    Created { response: Begun },
    #[serde(rename = "response.output_text.delta")]
    Text { delta: String },
    #[serde(
        rename = "response.completed",
        alias = "response.incomplete",
        alias = "response.failed"
    )]
    Ended { response: ResponseObject },
    #[serde(rename = "error")]
    Error { code: Option<String> },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Begun {
    id: String,
    model: String,
}

impl OpenAi {
    /// `POST /responses`, sent once. Text is given to `on_text` as it comes.
    ///
    /// # Errors
    /// `NoSuchModel`, and what any operation may meet.
    pub async fn respond(
        &self,
        key: &Secret,
        request: &ResponseRequest,
        deadline: Deadline,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<ModelResponse, OpenAiError> {
        let bounds = Bounds {
            deadline,
            max_bytes: MAX_BYTES + MAX_BYTES_EACH * u64::from(request.max_output_tokens),
        };
        let posted = self.post(key, "/responses", &Body::of(request))?;
        let answer = self.http.send(posted, bounds).await?;
        if media_type(answer.headers()) == "application/json" {
            let response = read::<ResponseObject>(answer).await?.end()?;
            on_text(&response.text);
            return Ok(response);
        }
        follow(answer, &request.model, on_text).await
    }
}

async fn follow(
    answer: Response<Streamed>,
    model: &str,
    on_text: &mut (dyn FnMut(&str) + Send),
) -> Result<ModelResponse, OpenAiError> {
    expect_type(answer.headers(), "text/event-stream")?;
    let mut events = Events::of(answer.into_body());
    let mut so_far = ModelResponse {
        id: None,
        model: model.to_owned(),
        text: String::new(),
        end: End::CutOff,
        usage: None,
    };
    loop {
        let event = match events.next().await {
            Ok(Some(data)) => event(&data)?,
            Err(error @ HttpError::TooLarge { .. }) => return Err(error.into()),
            Ok(None) | Err(_) if !so_far.text.is_empty() => return Ok(so_far),
            Ok(None) => return Err(ended_early()),
            Err(error) => return Err(error.into()),
        };
        match event {
            Event::Created { response } => {
                so_far.id = Some(response.id);
                so_far.model = response.model;
            }
            Event::Text { delta } => {
                on_text(&delta);
                so_far.text.push_str(&delta);
            }
            Event::Ended { response } => return response.end(),
            Event::Error { code } => return Err(OpenAiError::failed(code.as_deref())),
            Event::Other => {}
        }
    }
}

fn event(data: &[u8]) -> Result<Event, OpenAiError> {
    serde_json::from_slice(data).map_err(|error| OpenAiError::unreadable(&error))
}

fn ended_early() -> OpenAiError {
    OpenAiError::UnexpectedAnswer("the stream ended before any text".to_owned())
}
