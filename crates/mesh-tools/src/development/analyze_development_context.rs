use mesh_index::{CodePassage, Commit, Corpus, Linked, Ticket};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::code::{commit_uri, stretch_uri};
use crate::context::Context;
use crate::development::area::{Area, Urgency};
use crate::development::finding::Finding;
use crate::development::gather::{Evidence, gather, not_indexed};
use crate::development::lead::{self, Lead, Task, subject};
use crate::development::{names, report};
use crate::error::ToolError;
use crate::family::Family;
use crate::field::{Score, Timestamp};
use crate::knowledge::Citation;
use crate::needs::Needs;
use crate::retrieval::{NEEDS_DATABASE, NEEDS_VECTOR_STORE};
use crate::tool::Tool;
use crate::tracker::{site_url, ticket_uri};

/// # Prepare a development task
/// Gathers the documents, tickets, commits, code and tests that bear on a task, and says what to look at first and why.
///
/// Use it before starting a change or a hunt for a bug. It returns `lookFirst` (ranked, each with its reason and reference),
/// `analysis` (the same as text) and the findings by kind. It only reports what was found; `incomplete` names what could
/// not be searched in time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyzeDevelopmentContext {
    /// What is to be done, in plain words.
    current_task: Text<1000>,
    /// Code the task is about: its names of functions, types and files are looked for.
    code_context: Option<Text<5000>>,
    /// The part of the system; findings of that part come first.
    system_area: Option<Area>,
    /// How pressing it is; with `high` and `critical`, recent changes weigh more.
    #[serde(default)]
    urgency: Urgency,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    task: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_area: Option<Area>,
    urgency: Urgency,
    /// The findings as text.
    analysis: String,
    look_first: Vec<Lead>,
    knowledge: Vec<Citation>,
    tickets: Vec<TicketRow>,
    commits: Vec<CommitRow>,
    code: Vec<CodeRow>,
    /// Tests about the same things, which a change may affect.
    tests: Vec<CodeRow>,
    /// What could not be searched, and why; empty when all was.
    incomplete: Vec<String>,
    metadata: Metadata,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TicketRow {
    key: String,
    summary: String,
    status: String,
    priority: String,
    similarity: Score,
    /// As a resource of this server; absent where only the database has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CommitRow {
    hash: String,
    /// The first line.
    message: String,
    author: String,
    date: String,
    similarity: Score,
    /// As a resource of this server; absent where only the database has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CodeRow {
    path: String,
    symbol: String,
    line_start: u32,
    line_end: u32,
    similarity: Score,
    /// As a resource of this server; absent where only the database has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    timestamp: Timestamp,
    has_code_context: bool,
    /// The names taken from the code context.
    names: Vec<String>,
    /// Kinds that were not searched, as this server has nothing of them.
    not_indexed: Vec<&'static str>,
}

impl Tool for AnalyzeDevelopmentContext {
    const NAME: &'static str = "analyze_development_context";
    const FAMILY: Family = Family::Development;
    const NEEDS: Needs = Needs::Any(&[Needs::ANY_CORPUS, NEEDS_DATABASE, NEEDS_VECTOR_STORE]);
    type Output = Analysis;

    async fn call(self, cx: Context<'_>) -> Result<Analysis, ToolError> {
        let code = self.code_context.as_ref().map_or("", Text::as_str);
        let names = names::in_code(code);
        let evidence = gather(&cx, self.current_task.as_str(), &names).await?;
        Ok(self.report(&cx, names, evidence))
    }
}

impl AnalyzeDevelopmentContext {
    fn report(self, cx: &Context<'_>, names: Vec<String>, evidence: Evidence) -> Analysis {
        let task = self.current_task.as_str();
        let leads = lead::rank(
            &Task {
                text: task,
                names: &names,
                area: self.system_area,
                urgency: self.urgency,
            },
            &evidence,
        );
        let not_indexed = not_indexed(cx);
        let site = cx.services.jira_base_url.as_deref();
        let corpus = cx.services.corpus();
        Analysis {
            analysis: report::analysis(task, &leads, &evidence, &not_indexed),
            look_first: leads,
            knowledge: evidence
                .passages
                .into_iter()
                .map(|found| found.citation)
                .collect(),
            tickets: evidence
                .tickets
                .into_iter()
                .map(|hit| ticket(corpus, site, hit))
                .collect(),
            commits: evidence.commits.into_iter().map(commit).collect(),
            code: evidence.code.into_iter().map(code).collect(),
            tests: evidence.tests.into_iter().map(code).collect(),
            incomplete: evidence.incomplete,
            metadata: Metadata {
                timestamp: Timestamp::now(),
                has_code_context: self.code_context.is_some(),
                names,
                not_indexed,
            },
            system_area: self.system_area,
            urgency: self.urgency,
            task: self.current_task.into_string(),
        }
    }
}

fn ticket(corpus: Option<&Corpus>, site: Option<&str>, hit: Finding<Ticket>) -> TicketRow {
    let indexed = corpus.filter(|_| hit.is_indexed);
    let link = indexed.and_then(|corpus| corpus.link(Linked::Ticket(&hit.item)));
    TicketRow {
        url: link.or_else(|| site_url(site, &hit.item.key)),
        uri: hit.uri(|ticket| ticket_uri(&ticket.key)),
        similarity: Score::new(hit.score),
        key: hit.item.key,
        summary: hit.item.summary,
        status: hit.item.status,
        priority: hit.item.priority,
    }
}

fn commit(hit: Finding<Commit>) -> CommitRow {
    CommitRow {
        message: subject(&hit.item.message).to_owned(),
        uri: hit.uri(|commit| commit_uri(&commit.hash)),
        similarity: Score::new(hit.score),
        hash: hit.item.hash,
        author: hit.item.author,
        date: hit.item.date,
    }
}

fn code(hit: Finding<CodePassage>) -> CodeRow {
    CodeRow {
        uri: hit.uri(stretch_uri),
        similarity: Score::new(hit.score),
        path: hit.item.path,
        symbol: hit.item.symbol,
        line_start: hit.item.line_start,
        line_end: hit.item.line_end,
    }
}
