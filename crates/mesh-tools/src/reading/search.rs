use std::collections::HashSet;

use mesh_index::{
    CodeFilter, CodePassage, Commit, CommitFilter, Corpus, DEFAULT_THRESHOLD_CODE,
    DEFAULT_THRESHOLD_COMMITS, DEFAULT_THRESHOLD_KNOWLEDGE, DEFAULT_THRESHOLD_MAIL,
    DEFAULT_THRESHOLD_TICKETS, Found, Hit, Kind, Mail, MailFilter, Passage, Query, SearchError,
    Ticket, TicketFilter,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::code::{commit_uri, stretch_uri};
use crate::context::Context;
use crate::error::ToolError;
use crate::knowledge::Citation;
use crate::reading::Address;
use crate::reading::render::commit_title;
use crate::tool::{Needs, Tool};
use crate::tracker::{browse_url, ticket_uri};

/// # Search everything
/// Finds documents, tickets, commits, source code and mail by words, best match first, and names where each is read.
///
/// Use it to look for something whose kind is not known. Give a result's `id` to `fetch` to read it. Nothing found is an
/// empty `results`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Search {
    /// Words or a question.
    query: Text<2000>,
}

/// In the shape that connectors of ChatGPT and its deep research read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Results {
    results: Vec<Row>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// What `fetch` takes.
    id: String,
    title: String,
    /// Where people open it; the resource's own address where no link to it is known.
    url: String,
}

const MAX_RESULTS: usize = 10;

/// Whoever searches chooses among the results, so that less is asked of each than of an answer: this share of its threshold.
const SHARE_OF_THRESHOLD: f32 = 0.5;

impl Tool for Search {
    const NAME: &'static str = "search";
    const NEEDS: Needs = Needs::AnyCorpus;
    type Output = Results;

    async fn call(self, cx: Context<'_>) -> Result<Results, ToolError> {
        let site = cx.services.jira_base_url.clone();
        cx.search(move |corpus| {
            let scored = each_kind(corpus, self.query.as_str(), site.as_deref())?;
            Ok(Results {
                results: best(scored),
            })
        })
        .await
    }
}

struct Scored {
    kind: Kind,
    score: f32,
    row: Row,
}

fn each_kind(corpus: &Corpus, text: &str, site: Option<&str>) -> Result<Vec<Scored>, SearchError> {
    let query = |threshold: f32| Query {
        text,
        limit: MAX_RESULTS,
        threshold: threshold * SHARE_OF_THRESHOLD,
    };
    let knowledge = corpus.search_knowledge(&query(DEFAULT_THRESHOLD_KNOWLEDGE))?;
    let tickets =
        corpus.search_tickets(&query(DEFAULT_THRESHOLD_TICKETS), &TicketFilter::default())?;
    let commits =
        corpus.search_commits(&query(DEFAULT_THRESHOLD_COMMITS), &CommitFilter::default())?;
    let code = corpus.search_code(&query(DEFAULT_THRESHOLD_CODE), &CodeFilter::default())?;
    let mail = corpus.search_mail(&query(DEFAULT_THRESHOLD_MAIL), &MailFilter::default())?;
    let mut scored = Vec::new();
    scored.extend(rows(Kind::Knowledge, knowledge, document));
    scored.extend(rows(Kind::Ticket, tickets, |hit| ticket(hit, site)));
    scored.extend(rows(Kind::Commit, commits, |hit| commit(&hit.item)));
    scored.extend(rows(Kind::Code, code, |hit| stretch(&hit.item)));
    scored.extend(rows(Kind::Mail, mail, message));
    Ok(scored)
}

fn rows<T>(
    kind: Kind,
    found: Found<T>,
    row: impl Fn(Hit<T>) -> Row,
) -> impl Iterator<Item = Scored> {
    found.hits.into_iter().map(move |hit| Scored {
        kind,
        score: hit.score,
        row: row(hit),
    })
}

/// The best of all, among them the best of each kind: many good commits must not hide the one document.
fn best(mut scored: Vec<Scored>) -> Vec<Row> {
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut seen = HashSet::new();
    scored.retain(|scored| seen.insert(scored.row.id.clone()));
    let mut kinds = HashSet::new();
    let (first, others): (Vec<_>, Vec<_>) = scored
        .into_iter()
        .partition(|scored| kinds.insert(scored.kind));
    let room = MAX_RESULTS - first.len();
    let mut chosen: Vec<_> = first
        .into_iter()
        .chain(others.into_iter().take(room))
        .collect();
    chosen.sort_by(|a, b| b.score.total_cmp(&a.score));
    chosen.into_iter().map(|scored| scored.row).collect()
}

fn document(hit: Hit<Passage>) -> Row {
    let citation = Citation::of(hit);
    Row {
        title: citation.place(),
        url: citation.uri.clone(),
        id: citation.uri,
    }
}

fn ticket(hit: Hit<Ticket>, site: Option<&str>) -> Row {
    let Ticket { key, summary, .. } = hit.item;
    let id = ticket_uri(&key);
    Row {
        url: browse_url(site, &key).unwrap_or_else(|| id.clone()),
        title: format!("{key}: {summary}"),
        id,
    }
}

fn commit(item: &Commit) -> Row {
    let id = commit_uri(&item.hash);
    Row {
        title: commit_title(item),
        url: id.clone(),
        id,
    }
}

fn stretch(item: &CodePassage) -> Row {
    let id = stretch_uri(item);
    let place = format!("{}:{}", item.path, item.line_start);
    Row {
        title: format!("{place} {}", item.symbol).trim().to_owned(),
        url: id.clone(),
        id,
    }
}

fn message(hit: Hit<Mail>) -> Row {
    let id = Address::new(Kind::Mail, hit.item.id).uri();
    Row {
        title: hit.item.subject,
        url: id.clone(),
        id,
    }
}
