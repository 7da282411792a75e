mod not_found;

use std::collections::HashSet;
use std::mem;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Score, Timestamp};
use crate::knowledge::Citation;
use crate::knowledge::answer::{Strategy, compose, places};
use crate::knowledge::miss::not_found;
use crate::knowledge::retrieve::Retrieved;
use crate::knowledge::synthesis::{self, Asked, Synthesis, SynthesisState, Written};
use crate::retrieval::SearchedSource;
use crate::system::VERSION;
use crate::words::clip;

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KnowledgeAnswer {
    query: String,
    strategy: Strategy,
    /// The answer, from the documents, with numbers of `citations`; or that there is none.
    response: String,
    /// Whether any passage reached the threshold and, where a model has read them, it says that they hold the answer.
    found: bool,
    /// Whether the answer breaks off, or not every source was searched.
    #[serde(skip_serializing_if = "is_false")]
    partial: bool,
    /// The best passage's score, even where it is below the threshold.
    score: Score,
    citations: Vec<Citation>,
    /// What was searched, and what became of it.
    sources: Vec<SearchedSource>,
    /// Where nothing was found, the documents that come closest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<Nearest>,
    /// What a model has made of the passages; absent where none was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    synthesis: Option<Synthesis>,
    metadata: Metadata,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Nearest {
    title: String,
    /// The document, as a resource of this server.
    #[serde(skip_serializing_if = "String::is_empty")]
    uri: String,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    /// Whether `context` was given.
    has_context: bool,
    /// Always null: no conversation is kept.
    thread_id: (),
    timestamp: Timestamp,
    /// The server's version.
    version: String,
    threshold: Score,
    /// How many passages reached the threshold.
    total_results: usize,
    max_results: u32,
}

/// What was asked, and how it is to be answered.
pub(super) struct Setting<'a> {
    pub(super) query: &'a str,
    pub(super) context: Option<&'a str>,
    pub(super) strategy: Strategy,
    pub(super) threshold: Score,
    pub(super) max_results: u32,
}

/// Who asked knows the question; its beginning is enough to tell answers apart.
const MAX_ECHO: usize = 300;

/// More of a passage is seldom read, and always paid for.
const MAX_PASSAGE: usize = 2_000;

/// Beside a text in other words, so much of a passage shows where it is from.
const MAX_QUOTE: usize = 300;

impl KnowledgeAnswer {
    pub(super) async fn write(
        cx: &Context<'_>,
        setting: &Setting<'_>,
        retrieved: Retrieved,
    ) -> Result<Self, ToolError> {
        let Retrieved { found, sources } = retrieved;
        let (mut citations, nearest) = (found.citations, found.nearest);
        citations.truncate(setting.strategy.max_citations());
        let quotes = citations
            .iter_mut()
            .map(|one| clip(&mem::take(&mut one.quote), MAX_PASSAGE).into_owned());
        let quotes: Vec<_> = quotes.collect();
        let mut answer = Self {
            query: clip(setting.query, MAX_ECHO).into_owned(),
            strategy: setting.strategy,
            response: String::new(),
            found: !citations.is_empty(),
            partial: sources.iter().any(|source| source.error.is_some()),
            score: Score::new(found.best),
            citations,
            sources,
            nearest: documents(&nearest),
            synthesis: None,
            metadata: Metadata {
                has_context: setting.context.is_some(),
                thread_id: (),
                timestamp: Timestamp::now(),
                version: VERSION.to_owned(),
                threshold: setting.threshold,
                total_results: found.total,
                max_results: setting.max_results,
            },
        };
        if !answer.found {
            answer.response = not_found(&answer.miss(cx, &nearest));
            return Ok(answer);
        }
        let asked = Asked {
            question: setting.query,
            context: setting.context,
            citations: &answer.citations,
            quotes: &quotes,
        };
        match synthesis::write(cx, setting.strategy, &asked).await {
            Some(written) => answer.take(written, &quotes)?,
            None => answer.response = answer.quoted(&quotes)?,
        }
        Ok(answer)
    }

    pub(super) const fn is_found(&self) -> bool {
        self.found
    }

    /// Whether who asks the same at this moment is answered the same: a model has said what it has to say.
    pub(super) fn may_be_shared(&self) -> bool {
        let state = self.synthesis.as_ref().map(|made| made.state);
        matches!(
            state,
            Some(SynthesisState::Complete | SynthesisState::NotInPassages)
        )
    }

    /// Whether a model was asked.
    pub(super) const fn is_written(&self) -> bool {
        self.synthesis.is_some()
    }

    /// Whether the same question is answered the same for a while.
    pub(super) fn may_be_kept(&self) -> bool {
        let is_sound = self
            .synthesis
            .as_ref()
            .is_some_and(|made| made.uncited.is_empty() && made.falsely_cited.is_empty());
        self.may_be_shared() && self.found && is_sound && !self.partial
    }

    pub(super) fn aged(mut self, age: Duration) -> Self {
        if let Some(synthesis) = &mut self.synthesis {
            synthesis.age = Some(age.as_secs());
        }
        self
    }

    /// The passages themselves, in what the rest leaves of the answer's length.
    fn quoted(&self, quotes: &[String]) -> Result<String, ToolError> {
        let text = serde_json::to_string(self).map_err(ToolError::internal)?;
        let max = self.strategy.max_chars();
        let budget = max.saturating_sub(text.chars().count());
        Ok(compose(self.strategy, &self.citations, quotes, budget))
    }

    fn take(&mut self, written: Written, quotes: &[String]) -> Result<(), ToolError> {
        let Written { text, named, told } = written;
        let (state, notes) = (told.state, told.notes());
        self.synthesis = Some(told);
        match state {
            SynthesisState::Complete => {
                let numbered = (1..).zip(&mut self.citations).zip(quotes);
                for ((_, citation), quote) in
                    numbered.filter(|((number, _), _)| named.contains(number))
                {
                    citation.quote = clip(quote, MAX_QUOTE).into_owned();
                }
                let places = places(&self.citations, &named);
                self.response = format!("{}{notes}\n\n{places}", text.trim());
            }
            SynthesisState::Partial => {
                self.partial = true;
                self.response = format!("{}{notes}\n\nThe passages it is from:\n\n", text.trim());
                // In what the text has left.
                let passages = self.quoted(quotes)?;
                self.response.push_str(&passages);
            }
            SynthesisState::NotInPassages => {
                self.found = false;
                self.nearest = documents(&self.citations);
                for (citation, quote) in self.citations.iter_mut().zip(quotes) {
                    citation.quote = clip(quote, MAX_QUOTE).into_owned();
                }
                self.response = self.unanswered();
            }
            SynthesisState::Failed => self.response = self.quoted(quotes)?,
        }
        Ok(())
    }
}

/// Each document once.
fn documents(citations: &[Citation]) -> Vec<Nearest> {
    let mut seen = HashSet::new();
    citations
        .iter()
        .filter(|citation| match citation.document_uri() {
            "" => seen.insert(citation.path.as_str()),
            uri => seen.insert(uri),
        })
        .map(|citation| Nearest {
            title: citation.title.clone(),
            uri: citation.document_uri().to_owned(),
        })
        .collect()
}
