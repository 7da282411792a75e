use std::collections::HashSet;
use std::fmt::Write as _;
use std::mem;
use std::time::Duration;

use mesh_index::Kind;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Score, Timestamp};
use crate::knowledge::Citation;
use crate::knowledge::answer::{Miss, Strategy, compose, not_found, places};
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
        let (state, notes) = (told.state, notes(&told));
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

    fn miss<'a>(&self, cx: &'a Context<'_>, nearest: &[Citation]) -> Miss<'a> {
        let (unsearched, searched) = self.by_outcome();
        let is_index = |name: &&str| *name == "index";
        Miss {
            best: self.score,
            threshold: self.metadata.threshold,
            documents: match searched.iter().any(is_index) {
                true => indexed(cx),
                false => 0,
            },
            others: searched
                .into_iter()
                .filter(|name| !is_index(name))
                .map(spoken)
                .collect(),
            nearest: nearest.iter().map(Citation::place).collect(),
            elsewhere: elsewhere(cx),
            unsearched: unsearched.into_iter().map(spoken).collect(),
        }
    }

    /// The sources that failed, and those that answered.
    fn by_outcome(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        let (failed, answered): (Vec<_>, Vec<_>) = self
            .sources
            .iter()
            .partition(|source| source.error.is_some());
        let names =
            |sources: Vec<&SearchedSource>| sources.into_iter().map(|one| one.name).collect();
        (names(failed), names(answered))
    }

    /// What is said where the model found no answer in what it read.
    fn unanswered(&self) -> String {
        let read = self.citations.len();
        let mut text = format!(
            "not found in the knowledge base: the {read} closest passages (in `citations`) do not answer the question, as far as \
             the model that read them can tell."
        );
        if self.metadata.total_results > read && self.strategy != Strategy::Comprehensive {
            text.push_str(" Ask with `strategy` `comprehensive` to have more of them read.");
        }
        let (failed, _) = self.by_outcome();
        if !failed.is_empty() {
            let failed: Vec<_> = failed.into_iter().map(spoken).collect();
            text.push_str(&format!(
                " It may be in what could not be searched: {} (`sources` says why).",
                failed.join(", ")
            ));
        }
        text
    }
}

fn spoken(source: &'static str) -> &'static str {
    match source {
        "vectorStore" => "vector store",
        other => other,
    }
}

/// What a reader has to know of the text.
fn notes(told: &Synthesis) -> String {
    let mut notes = String::new();
    let mut note = |text: std::fmt::Arguments<'_>| {
        write!(notes, "\n\n({text})").expect("writing to a string cannot fail");
    };
    if let (SynthesisState::Partial, Some(why)) = (told.state, &told.why) {
        note(format_args!("The answer breaks off here: {why}."));
    }
    if !told.uncited.is_empty() {
        note(format_args!("Without a source: {}", first(&told.uncited)));
    }
    if !told.falsely_cited.is_empty() {
        note(format_args!(
            "Shares few words with the passage it names: {}",
            first(&told.falsely_cited)
        ));
    }
    notes
}

/// The rest is in `synthesis`.
const MAX_NOTED: usize = 5;

fn first(statements: &[String]) -> String {
    let noted = statements.iter().take(MAX_NOTED);
    let noted: Vec<_> = noted.map(|one| format!("\"{one}\"")).collect();
    let mut first = noted.join("; ");
    if statements.len() > MAX_NOTED {
        let more = statements.len() - MAX_NOTED;
        write!(first, "; and {more} more").expect("writing to a string cannot fail");
    }
    first
}

/// How many documents the index has.
fn indexed(cx: &Context<'_>) -> u64 {
    let kinds = cx.services.corpus().map(|corpus| corpus.stats().kinds);
    let count = kinds.and_then(|kinds| kinds.get(&Kind::Knowledge).copied());
    count.unwrap_or_default().documents
}

/// The tools listed here that search the other kinds.
fn elsewhere(cx: &Context<'_>) -> Vec<&'static str> {
    let tools = [
        "search_jira_tickets",
        "search_git_commits",
        "search_code_files",
        "search_outlook_emails",
    ];
    let is_listed = |tool: &&str| cx.view.tool(tool).is_some();
    tools.into_iter().filter(is_listed).collect()
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
