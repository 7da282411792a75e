use std::cell::Cell;
use std::time::{Duration, Instant};

use mesh_clients::openai::{OpenAi, OpenAiError};
use mesh_core::{Deadline, Secret};
use mesh_tools::vendors::embedding_label;

use super::retry::retried;
use crate::progress::Reporter;

/// A text may have 8,192 tokens, of which most have three bytes or more.
pub(super) const MAX_TEXT_BYTES: usize = 8_192 * 3;

/// A call may have 2,048 texts and 300,000 tokens. An interrupted run loses no more than one call.
pub(super) const MAX_INPUTS: usize = 512;
pub(super) const MAX_INPUT_BYTES: usize = 500_000;

/// A text that is refused at this length is not refused for its length.
const MIN_TEXT_BYTES: usize = 1_000;

const TIMEOUT: Duration = Duration::from_secs(60);

/// What makes vectors of texts.
#[derive(Debug)]
pub(super) struct Embedder<'a> {
    pub(super) openai: &'a OpenAi,
    pub(super) key: &'a Secret,
    pub(super) model: &'a str,
    pub(super) dimensions: Option<u32>,
    pub(super) progress: &'a Reporter,
    pub(super) tokens: Cell<u64>,
}

impl Embedder<'_> {
    pub(super) fn label(&self) -> String {
        embedding_label(self.model, self.dimensions)
    }

    /// One vector for each text. Where a call is refused, its texts are sent in smaller ones, and one that is refused alone is
    /// cut shorter: how many tokens a text has, nobody but the model knows.
    pub(super) async fn embed(&self, mut texts: Vec<String>) -> Result<Vec<Vec<f32>>, OpenAiError> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut left = Vec::from([(0, texts.len())]);
        while let Some((start, end)) = left.pop() {
            match self.call(&texts[start..end]).await {
                Ok(embedded) => vectors.extend(embedded),
                Err(OpenAiError::BadRequest(_)) if end - start > 1 => {
                    let middle = start.midpoint(end);
                    left.push((middle, end));
                    left.push((start, middle));
                }
                Err(OpenAiError::BadRequest(_)) if texts[start].len() > MIN_TEXT_BYTES => {
                    let text = &mut texts[start];
                    text.truncate(text.floor_char_boundary(text.len() / 2));
                    left.push((start, end));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(vectors)
    }

    async fn call(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, OpenAiError> {
        let embedded = retried(self.progress, "OpenAI", async || {
            let deadline = Deadline::after(Instant::now(), TIMEOUT);
            self.openai
                .embed(self.key, self.model, self.dimensions, texts, deadline)
                .await
        });
        let embedded = embedded.await?;
        self.tokens.set(self.tokens.get() + embedded.tokens);
        Ok(embedded.vectors)
    }
}
