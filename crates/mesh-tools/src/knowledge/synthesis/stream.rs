use std::pin::pin;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{self, Either};
use mesh_clients::openai::{ModelResponse, OpenAiError, ResponseRequest};
use mesh_core::Secret;

use super::{Asked, links, prompt};
use crate::context::Context;
use crate::error::ToolError;
use crate::knowledge::answer::Strategy;

/// What came of asking one model.
pub(super) enum Outcome {
    Response(ModelResponse),
    NoSuchModel,
    /// It does not reason as it was asked to.
    NoSuchEffort,
}

/// The text is told to the client as it comes, for as long as it takes to come.
pub(super) async fn stream(
    cx: &Context<'_>,
    strategy: Strategy,
    asked: &Asked<'_>,
    request: &ResponseRequest,
) -> Result<Outcome, ToolError> {
    let (sender, mut deltas) = mpsc::unbounded::<String>();
    let deadline = cx.request.deadline;
    let responding = cx.openai(move |openai, key: Secret| {
        let sender = sender.clone();
        async move {
            let mut tell = |delta: &str| {
                // Nobody listens where the call has ended.
                let _ = sender.unbounded_send(delta.to_owned());
            };
            match openai.respond(&key, request, deadline, &mut tell).await {
                Err(OpenAiError::NoSuchModel) => Ok(Outcome::NoSuchModel),
                Err(OpenAiError::BadRequest(why))
                    if request.effort.is_some() && why.contains("reasoning") =>
                {
                    Ok(Outcome::NoSuchEffort)
                }
                responded => responded.map(Outcome::Response),
            }
        }
    });
    let telling = async {
        let mut progress = Progress {
            max_chars: strategy.max_chars(),
            ..Progress::default()
        };
        while let Some(delta) = deltas.next().await {
            progress.tell(cx, asked, &delta).await;
        }
    };
    // A client that does not read what it is told holds up nothing but that.
    match future::select(pin!(responding), pin!(telling)).await {
        Either::Left((response, _)) => response,
        Either::Right(((), responding)) => responding.await,
    }
}

/// How often the text so far is told.
const EVERY: Duration = Duration::from_millis(250);

#[derive(Default)]
struct Progress {
    /// The most characters of the text: the answer has no more.
    max_chars: usize,
    text: String,
    /// How many bytes of it have been told.
    told: usize,
    told_at: Option<Instant>,
}

impl Progress {
    /// Whole words, as the answer will have them.
    async fn tell(&mut self, cx: &Context<'_>, asked: &Asked<'_>, delta: &str) {
        self.text.push_str(delta);
        let is_due = self.told_at.is_none_or(|at| at.elapsed() >= EVERY);
        let mut end = self.text.rfind(char::is_whitespace).unwrap_or_default();
        if self.text.chars().nth(self.max_chars).is_some() {
            end = self.told;
        }
        if !is_due || end <= self.told || prompt::says_not_found(&self.text) {
            return;
        }
        let words = links::only_of(&self.text[self.told..end], asked.quotes);
        self.told = end;
        self.told_at = Some(Instant::now());
        // It is not known how long the text will be.
        cx.progress(end as f64, 0.0, &words).await;
    }
}
