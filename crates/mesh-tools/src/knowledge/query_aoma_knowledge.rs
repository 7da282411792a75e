use std::collections::{HashMap, HashSet};
use std::mem;

use mesh_index::{
    Corpus, DEFAULT_THRESHOLD_KNOWLEDGE, Found, Hit, Kind, Passage, Query, SearchError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Limit, Score, Timestamp};
use crate::knowledge::Citation;
use crate::knowledge::answer::{Miss, Strategy, compose, not_found};
use crate::needs::Needs;
use crate::system::VERSION;
use crate::tool::Tool;
use crate::words::clip;

/// # Ask the knowledge base
/// Answers a question from the indexed documents by quoting the passages that answer it best, each with its source.
///
/// Use it for how things work, procedures, terms and decisions. It returns `response` (readable text with numbered
/// citations), `found`, a `score` from 0 to 1, and `citations` with path, heading and address. It quotes and never
/// invents: when nothing matches well enough, `found` is false and `response` says so.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueryAomaKnowledge {
    /// The question, in plain words.
    query: Text<2000>,
    /// How much to quote: `rapid` one or two passages (best for voice), `focused` up to four,
    /// `comprehensive` up to eight.
    #[serde(default)]
    strategy: Strategy,
    /// The most citations to return.
    #[serde(default)]
    max_results: Limit<10, 20>,
    /// The score a passage must reach to count as an answer.
    #[serde(default = "threshold")]
    threshold: Score,
    /// What the question is about or where it comes from. It helps to choose among passages that answer the question; it
    /// is not searched for itself.
    context: Option<Text<1000>>,
}

fn threshold() -> Score {
    Score::new(DEFAULT_THRESHOLD_KNOWLEDGE)
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct KnowledgeAnswer {
    query: String,
    strategy: Strategy,
    /// The answer, quoted from the documents, with numbers of `citations`; or that there is none.
    response: String,
    /// Whether any passage reached the threshold.
    found: bool,
    /// The best passage's score, even where it is below the threshold.
    score: Score,
    citations: Vec<Citation>,
    /// The documents cited, each once.
    sources: Vec<Source>,
    /// Where nothing was found, the documents that come closest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<Source>,
    metadata: Metadata,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Source {
    title: String,
    /// The document, as a resource of this server.
    uri: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    /// Whether `context` was given.
    has_context: bool,
    /// Always null: nothing is kept between questions.
    thread_id: (),
    timestamp: Timestamp,
    /// The server's version.
    version: String,
    threshold: Score,
    /// How many passages reached the threshold.
    total_results: usize,
    max_results: u32,
}

impl Tool for QueryAomaKnowledge {
    const NAME: &'static str = "query_aoma_knowledge";
    const NEEDS: Needs = Needs::Corpus(Kind::Knowledge);
    type Output = KnowledgeAnswer;

    async fn call(self, cx: Context<'_>) -> Result<KnowledgeAnswer, ToolError> {
        let query = self.query.as_str().to_owned();
        let context = self.context.as_ref().map(|text| text.as_str().to_owned());
        let (limit, threshold) = (self.max_results.as_usize(), self.threshold.get());
        let found = cx
            .search(move |corpus| {
                let found = match &context {
                    None => plain(corpus, &query, limit, threshold),
                    Some(context) => within(corpus, &query, context, limit, threshold),
                }?;
                let nearest = match found.hits.is_empty() {
                    true => nearest(corpus, &query)?,
                    false => Vec::new(),
                };
                let linked = |hit| Citation::linked(corpus, hit);
                Ok(Cited {
                    total: found.total,
                    best: found.best,
                    citations: found.hits.into_iter().map(linked).collect(),
                    nearest,
                })
            })
            .await?;
        self.answer(&cx, found)
    }
}

/// What was found, and where nothing was, what comes closest.
struct Cited {
    total: usize,
    best: f32,
    citations: Vec<Citation>,
    nearest: Vec<Citation>,
}

impl QueryAomaKnowledge {
    fn answer(self, cx: &Context<'_>, found: Cited) -> Result<KnowledgeAnswer, ToolError> {
        let Cited {
            total,
            best,
            mut citations,
            nearest,
        } = found;
        let score = Score::new(best);
        citations.truncate(self.strategy.max_citations());
        let quotes = citations
            .iter_mut()
            .map(|citation| mem::take(&mut citation.quote));
        let quotes: Vec<_> = quotes.collect();
        let mut answer = KnowledgeAnswer {
            strategy: self.strategy,
            response: String::new(),
            found: !citations.is_empty(),
            score,
            sources: sources(&citations),
            nearest: sources(&nearest),
            citations,
            metadata: Metadata {
                has_context: self.context.is_some(),
                thread_id: (),
                timestamp: Timestamp::now(),
                version: VERSION.to_owned(),
                threshold: self.threshold,
                total_results: total,
                max_results: self.max_results.get(),
            },
            query: clip(self.query.as_str(), MAX_ECHO).into_owned(),
        };
        cx.services.metrics.question(answer.found);
        answer.response = if answer.found {
            let budget = self.strategy.max_chars().saturating_sub(length(&answer)?);
            compose(self.strategy, &answer.citations, &quotes, budget)
        } else {
            not_found(&Miss {
                best: score,
                threshold: self.threshold,
                documents: documents(cx),
                nearest: nearest.iter().map(Citation::place).collect(),
                elsewhere: elsewhere(cx),
            })
        };
        Ok(answer)
    }
}

/// Who asked knows the question; its beginning is enough to tell answers apart.
const MAX_ECHO: usize = 300;

/// The characters of an answer as it is sent.
fn length(answer: &KnowledgeAnswer) -> Result<usize, ToolError> {
    let text = serde_json::to_string(answer).map_err(ToolError::internal)?;
    Ok(text.chars().count())
}

/// How many documents a miss names.
const NEAREST: usize = 3;

/// What comes closest, however far off it is, each in another document.
fn nearest(corpus: &Corpus, text: &str) -> Result<Vec<Citation>, SearchError> {
    let hits = plain(corpus, text, NEAREST * CHOICE, 0.0)?.hits;
    let mut citations: Vec<_> = hits.into_iter().map(Citation::of).collect();
    let mut seen = HashSet::new();
    citations.retain(|citation| seen.insert(citation.document_uri().to_owned()));
    citations.truncate(NEAREST);
    Ok(citations)
}

fn documents(cx: &Context<'_>) -> u64 {
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

fn plain(
    corpus: &Corpus,
    text: &str,
    limit: usize,
    threshold: f32,
) -> Result<Found<Passage>, SearchError> {
    corpus.search_knowledge(&Query {
        text,
        limit,
        threshold,
    })
}

/// How many passages the context may choose among, for each one wanted.
const CHOICE: usize = 3;
/// What a passage that the context finds perfectly gains in order; too little to carry it past a clearly better answer.
const CONTEXT_WEIGHT: f32 = 0.15;

/// What answers `text`, those first that `context` finds too. Scores stay those of the question.
fn within(
    corpus: &Corpus,
    text: &str,
    context: &str,
    limit: usize,
    threshold: f32,
) -> Result<Found<Passage>, SearchError> {
    let mut found = plain(corpus, text, limit * CHOICE, threshold)?;
    let near: HashMap<String, f32> = plain(corpus, context, limit * CHOICE, 0.0)?
        .hits
        .into_iter()
        .map(|hit| (hit.item.id, hit.score))
        .collect();
    let rank = |hit: &Hit<Passage>| {
        hit.score + CONTEXT_WEIGHT * near.get(&hit.item.id).copied().unwrap_or(0.0)
    };
    found.hits.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
    found.hits.truncate(limit);
    Ok(found)
}

fn sources(citations: &[Citation]) -> Vec<Source> {
    let mut seen = HashSet::new();
    citations
        .iter()
        .map(|citation| (citation, citation.document_uri()))
        .filter(|(_, uri)| seen.insert(*uri))
        .map(|(citation, uri)| Source {
            title: citation.title.clone(),
            uri: uri.to_owned(),
        })
        .collect()
}
