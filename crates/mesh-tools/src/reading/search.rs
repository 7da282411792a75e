use std::collections::HashSet;

use mesh_index::{
    CodeFilter, CodePassage, Commit, CommitFilter, Corpus, DEFAULT_THRESHOLD_CODE,
    DEFAULT_THRESHOLD_COMMITS, DEFAULT_THRESHOLD_KNOWLEDGE, DEFAULT_THRESHOLD_MAIL,
    DEFAULT_THRESHOLD_TICKETS, Found, Hit, Kind, Linked, Mail, MailFilter, Passage, Query,
    SearchError, Ticket, TicketFilter,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::code::{commit_uri, stretch_uri};
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::knowledge::Citation;
use crate::needs::Needs;
use crate::reading::Address;
use crate::reading::render::commit_title;
use crate::tool::Tool;
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
    const FAMILY: Family = Family::Reading;
    const NEEDS: Needs = Needs::ANY_CORPUS;
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
    scored.extend(rows(Kind::Knowledge, knowledge, |hit| {
        document(corpus, hit)
    }));
    scored.extend(rows(Kind::Ticket, tickets, |hit| ticket(corpus, site, hit)));
    for hit in commits.hits {
        scored.push(Scored {
            kind: Kind::Commit,
            score: hit.score,
            row: commit(corpus, &hit.item)?,
        });
    }
    scored.extend(rows(Kind::Code, code, |hit| stretch(corpus, &hit.item)));
    scored.extend(rows(Kind::Mail, mail, |hit| message(corpus, hit)));
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

impl Row {
    fn new(id: String, title: String, link: Option<String>) -> Self {
        Self {
            url: link.unwrap_or_else(|| id.clone()),
            id,
            title,
        }
    }
}

fn document(corpus: &Corpus, hit: Hit<Passage>) -> Row {
    let citation = Citation::linked(corpus, hit);
    let title = citation.place();
    Row::new(citation.uri, title, citation.url)
}

fn ticket(corpus: &Corpus, site: Option<&str>, hit: Hit<Ticket>) -> Row {
    let link = browse_url(corpus, site, &hit.item);
    let Ticket { key, summary, .. } = hit.item;
    Row::new(ticket_uri(&key), format!("{key}: {summary}"), link)
}

fn commit(corpus: &Corpus, item: &Commit) -> Result<Row, SearchError> {
    let link = corpus.link_to_commit(item)?;
    Ok(Row::new(commit_uri(&item.hash), commit_title(item), link))
}

fn stretch(corpus: &Corpus, item: &CodePassage) -> Row {
    let place = format!("{}:{}", item.path, item.line_start);
    let title = format!("{place} {}", item.symbol).trim().to_owned();
    let link = corpus.link(Linked::Stretch(item));
    Row::new(stretch_uri(item), title, link)
}

fn message(corpus: &Corpus, hit: Hit<Mail>) -> Row {
    let link = corpus.link(Linked::Mail(&hit.item));
    let id = Address::new(Kind::Mail, hit.item.id).uri();
    Row::new(id, hit.item.subject, link)
}
