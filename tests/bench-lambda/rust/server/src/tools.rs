use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{ServerCapabilities, ServerConfig};
use rmcp::{Json, ServerHandler, tool, tool_handler, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Knowledge {
    /// The question, in plain words.
    query: String,
    /// How much to quote: `rapid` one or two passages (best for voice), `focused` about three, `comprehensive` about six.
    strategy: Option<Strategy>,
    /// The most citations to return.
    max_results: Option<u32>,
    /// The score a passage must reach to count as an answer.
    threshold: Option<f64>,
    /// What the question is about or where it comes from. It helps to choose among passages that answer the question.
    context: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Strategy {
    Comprehensive,
    Focused,
    Rapid,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tickets {
    /// Words or a question, or a ticket's key.
    query: String,
    /// Only this project, e.g. `AOMA`.
    project_key: Option<String>,
    /// Only these statuses, e.g. `Open`.
    #[serde(default)]
    status: Vec<String>,
    /// Only these priorities, e.g. `High`.
    #[serde(default)]
    priority: Vec<String>,
    /// The most tickets to return.
    max_results: Option<u32>,
    /// The similarity a ticket must reach.
    threshold: Option<f64>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketCount {
    /// Only this project, e.g. `AOMA`.
    project_key: Option<String>,
    /// Only these statuses, e.g. `Open`.
    #[serde(default)]
    status: Vec<String>,
    /// Only these priorities, e.g. `High`.
    #[serde(default)]
    priority: Vec<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Commits {
    /// Words, a question, a file's name or a commit's hash.
    query: String,
    /// Only these repositories.
    #[serde(default)]
    repository: Vec<String>,
    /// Only these authors: a part of the name or the address.
    #[serde(default)]
    author: Vec<String>,
    /// Only from this day or moment on: `2026-01-31` or RFC 3339.
    date_from: Option<String>,
    /// Only up to this day (included) or moment: `2026-01-31` or RFC 3339.
    date_to: Option<String>,
    /// Only commits that changed a file like this: a glob as `src/**/*.rs`, or a part of the path.
    file_pattern: Option<String>,
    /// The most commits to return.
    max_results: Option<u32>,
    /// The similarity a commit must reach.
    threshold: Option<f64>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Code {
    /// Names, words or a question.
    query: String,
    /// Only these repositories.
    #[serde(default)]
    repository: Vec<String>,
    /// Only these languages, e.g. `Rust`.
    #[serde(default)]
    language: Vec<String>,
    /// Only these file extensions, e.g. `rs`.
    #[serde(default)]
    file_extension: Vec<String>,
    /// The most results to return.
    max_results: Option<u32>,
    /// The similarity a result must reach.
    threshold: Option<f64>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// Words or a question.
    query: String,
    /// Only from this day or moment on: `2026-01-31` or RFC 3339.
    date_from: Option<String>,
    /// Only up to this day (included) or moment: `2026-01-31` or RFC 3339.
    date_to: Option<String>,
    /// Only from these senders: a part of the name or the address.
    #[serde(default)]
    from_email: Vec<String>,
    /// Only to these recipients, copies included: a part of the name or the address.
    #[serde(default)]
    to_email: Vec<String>,
    /// Only with this in the subject.
    subject: Option<String>,
    /// Only with (true) or without (false) attachments.
    has_attachments: Option<bool>,
    /// Only these: `high`, `normal`, `low`.
    #[serde(default)]
    priority: Vec<String>,
    /// The most messages to return.
    max_results: Option<u32>,
    /// The similarity a message must reach.
    threshold: Option<f64>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// What is to be done, in plain words.
    current_task: String,
    /// Code the task is about: its names of functions, types and files are looked for.
    code_context: Option<String>,
    /// The part of the system; findings of that part come first.
    system_area: Option<Area>,
    /// How pressing it is; with `high` and `critical`, recent changes weigh more.
    urgency: Option<Urgency>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Area {
    Frontend,
    Backend,
    Database,
    Infrastructure,
    Integration,
    Testing,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Urgency {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthOptions {
    /// Whether to return the counters of requests.
    include_metrics: Option<bool>,
    /// Whether to return settings and the state of the index too.
    include_diagnostics: Option<bool>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CapabilityOptions {
    /// Whether to return an example of arguments with each tool.
    include_examples: Option<bool>,
}

/// The state of the server.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Healthy, degraded or unhealthy.
    status: &'static str,
    /// The version of the server.
    version: &'static str,
    /// Whether counters were asked for.
    metrics: bool,
    /// Whether settings were asked for.
    diagnostics: bool,
}

#[derive(Clone)]
pub struct Tools {
    tool_router: ToolRouter<Self>,
}

#[tool_router]
impl Tools {
    pub fn new() -> Self {
        Self {
            tool_router: Self::tool_router(),
        }
    }

    /// Answers a question from the indexed documents by quoting the passages that answer it best, each with its source.
    ///
    /// Use it for how things work, procedures, terms and decisions. It returns `response` (readable text with numbered
    /// citations), `found`, a `score` from 0 to 1, and `citations` with path, heading and quotation. It quotes and never
    /// invents: when nothing matches well enough, `found` is false and `response` says so.
    #[tool(annotations(title = "Ask the knowledge base", read_only_hint = true))]
    async fn query_aoma_knowledge(&self, Parameters(asked): Parameters<Knowledge>) -> String {
        nothing(&asked)
    }

    /// Finds tickets of the indexed issue-tracker exports by meaning-bearing words of summary, description and comments,
    /// or by key, best match first.
    ///
    /// Use it for bugs, incidents, requests and past decisions. Filters are exact, whatever the case. An empty `query`
    /// with a filter lists the newest. Nothing found is an empty `results`.
    #[tool(annotations(title = "Search tickets", read_only_hint = true))]
    async fn search_jira_tickets(&self, Parameters(asked): Parameters<Tickets>) -> String {
        nothing(&asked)
    }

    /// Counts the tickets of the indexed exports, all or those that match the filters, and by project where none is named.
    ///
    /// Use it for how many, not for which: `search_jira_tickets` returns the tickets. The count is exact.
    #[tool(annotations(title = "Count tickets", read_only_hint = true))]
    async fn get_jira_ticket_count(&self, Parameters(asked): Parameters<TicketCount>) -> String {
        nothing(&asked)
    }

    /// Finds commits of the indexed repositories by the words of their message and the files they changed, best match
    /// first.
    ///
    /// Use it for when and why something changed, and who knows about it. Diffs are not searched. An empty `query` with a
    /// filter lists the newest. Nothing found is an empty `results`.
    #[tool(annotations(title = "Search git history", read_only_hint = true))]
    async fn search_git_commits(&self, Parameters(asked): Parameters<Commits>) -> String {
        nothing(&asked)
    }

    /// Finds functions, types and stretches of the indexed source files by names and words, best match first.
    ///
    /// Use it for where something is done and how. Names match whole and in parts: `HttpServer`, `http server`,
    /// `std::env`. It returns path, lines, the item's name and a preview. Nothing found is an empty `results`.
    #[tool(annotations(title = "Search source code", read_only_hint = true))]
    async fn search_code_files(&self, Parameters(asked): Parameters<Code>) -> String {
        nothing(&asked)
    }

    /// Finds messages in the mail files that were indexed (.eml and mbox, such as exports from Outlook), best match first.
    /// It does not reach a live mailbox.
    ///
    /// Use it for what was agreed, announced or asked by mail. An empty `query` with a filter lists the newest. Nothing
    /// found is an empty `results`.
    #[tool(annotations(title = "Search mail", read_only_hint = true))]
    async fn search_outlook_emails(&self, Parameters(asked): Parameters<Mail>) -> String {
        nothing(&asked)
    }

    /// Gathers the documents, tickets, commits, code and tests that bear on a task, and says what to look at first and
    /// why.
    ///
    /// Use it before starting a change or a hunt for a bug. It returns `lookFirst` (ranked, each with its reason and
    /// reference), `analysis` (the same as text) and the findings by kind. It only reports what was found; `incomplete`
    /// names what could not be searched in time.
    #[tool(annotations(title = "Prepare a development task", read_only_hint = true))]
    async fn analyze_development_context(&self, Parameters(asked): Parameters<Task>) -> String {
        nothing(&asked)
    }

    /// Tells whether this server and what it searches are in order, by trying each now.
    ///
    /// Use it when answers are missing or strange. It returns `status` (healthy, degraded or unhealthy), one row per
    /// service with its latency and what is wrong, and the counters of this process.
    #[tool(annotations(title = "Check the server", read_only_hint = true))]
    async fn get_system_health(
        &self,
        Parameters(options): Parameters<HealthOptions>,
    ) -> Json<Health> {
        Json(Health {
            status: "healthy",
            version: env!("CARGO_PKG_VERSION"),
            metrics: options.include_metrics.unwrap_or(true),
            diagnostics: options.include_diagnostics.unwrap_or(false),
        })
    }

    /// Names the tools, resources and prompts that work on this server now, and what was indexed for them.
    ///
    /// Use it to choose a tool. What has nothing behind it here is not listed.
    #[tool(annotations(title = "List what this server offers", read_only_hint = true))]
    async fn get_server_capabilities(
        &self,
        Parameters(options): Parameters<CapabilityOptions>,
    ) -> String {
        nothing(&options)
    }
}

/// The bench calls none of these: what they would answer from isn't here.
fn nothing(asked: &impl Serialize) -> String {
    let asked = serde_json::to_string(asked).unwrap_or_default();
    format!("nothing was found for {asked}")
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}
