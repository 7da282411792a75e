use mesh_index::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::retrieval::{DATABASE, VECTOR_STORE};
use crate::system::{VERSION, indexed, probe};
use crate::tool::Tool;

/// # List what this server offers
/// Names the tools, resources and prompts that work on this server now, and what was indexed for them.
///
/// Use it to choose a tool. What has nothing behind it here is not listed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetServerCapabilities {
    /// Whether to return an example of arguments with each tool.
    #[serde(default)]
    include_examples: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    server: Server,
    tools: Vec<ToolRow>,
    resources: Vec<ResourceRow>,
    prompts: Vec<PromptRow>,
    supported_clients: Vec<&'static str>,
    features: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Server {
    name: String,
    version: &'static str,
    environment: String,
    /// What is searched here, and how old it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    indexed: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ToolRow {
    name: String,
    title: String,
    description: String,
    /// The server behind this one whose tool it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    /// Arguments that this tool takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Value>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ResourceRow {
    /// The URI, or the template of a family of them.
    uri: String,
    title: &'static str,
    description: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PromptRow {
    name: &'static str,
    title: &'static str,
    description: &'static str,
}

/// How one may reach the server; which of the doors are open is the host's affair.
const CLIENTS: [&str; 3] = [
    "any MCP client, revisions 2024-11-05 to 2026-07-28 (Claude, Cursor, VS Code, ElevenLabs agents, the official SDKs)",
    "JSON-RPC callers of POST /rpc",
    "plain HTTP callers of POST /tools/{name}",
];

impl Tool for GetServerCapabilities {
    const NAME: &'static str = "get_server_capabilities";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Capabilities;

    async fn call(self, cx: Context<'_>) -> Result<Capabilities, ToolError> {
        Ok(Capabilities {
            server: Server {
                name: cx.services.name.clone(),
                version: VERSION,
                environment: cx.services.environment.clone(),
                indexed: indexed(cx.services, &cx.view.kinds()),
            },
            tools: tools(&cx, self.include_examples.then_some(example)),
            resources: resources(&cx),
            prompts: prompts(&cx),
            supported_clients: CLIENTS.to_vec(),
            features: features(&cx),
        })
    }
}

fn tools(cx: &Context<'_>, example: Option<fn(&str) -> Value>) -> Vec<ToolRow> {
    let own = cx.view.tools.iter().map(|tool| ToolRow {
        name: tool.name.as_str().to_owned(),
        title: tool.definition().title.clone(),
        description: tool.definition().description.clone(),
        server: None,
        example: example.map(|example| example(tool.name.as_str())),
    });
    let others = cx.view.others.iter().map(|tool| ToolRow {
        name: tool.name.clone(),
        title: tool.title.clone().unwrap_or_else(|| tool.name.clone()),
        description: tool.description.clone().unwrap_or_default(),
        server: tool.server.clone(),
        example: None,
    });
    own.chain(others).collect()
}

fn resources(cx: &Context<'_>) -> Vec<ResourceRow> {
    let fixed = cx.view.resources.iter().map(|resource| ResourceRow {
        uri: resource.uri.to_owned(),
        title: resource.title,
        description: resource.description,
    });
    let families = cx.view.templates.iter().map(|template| ResourceRow {
        uri: template.uri_template(),
        title: template.title,
        description: template.description,
    });
    fixed.chain(families).collect()
}

fn prompts(cx: &Context<'_>) -> Vec<PromptRow> {
    cx.view
        .prompts
        .iter()
        .map(|prompt| PromptRow {
            name: prompt.name,
            title: prompt.title,
            description: prompt.description,
        })
        .collect()
}

fn features(cx: &Context<'_>) -> Vec<String> {
    let services = cx.services;
    let has_database = cx.vendors_with(DATABASE).is_some();
    let has_store = cx.vendors_with(VECTOR_STORE).is_some();
    let is_searched = |kind: &Kind| {
        services.corpus().is_some_and(|corpus| corpus.has(*kind))
            || has_database
            || has_store && *kind == Kind::Knowledge
    };
    let kinds = cx.view.kinds().into_iter().filter(is_searched);
    let corpus = match services.corpus() {
        Some(_) => None,
        None if services.corpus_handle.is_awaited() => {
            Some("the corpus is not here yet: what it holds is named once it is".to_owned())
        }
        None => probe::replaced(cx).or_else(|| {
            Some("no corpus is configured: tools that search documents are not listed".to_owned())
        }),
    };
    let features = kinds.map(|kind| feature(kind).to_owned());
    features.chain(corpus).collect()
}

const fn feature(kind: Kind) -> &'static str {
    match kind {
        Kind::Knowledge => "answers quoted from documents, with citations",
        Kind::Ticket => "ticket search and counts",
        Kind::Commit => "git history search",
        Kind::Code => "source code search",
        Kind::Mail => "search of mail files",
    }
}

fn example(tool: &str) -> Value {
    match tool {
        "query_aoma_knowledge" => json!({"query": "What is AOMA?", "strategy": "rapid"}),
        "search_jira_tickets" => {
            json!({"query": "login fails", "status": ["Open"], "maxResults": 5})
        }
        "get_jira_ticket_count" => json!({"projectKey": "AOMA"}),
        "search_git_commits" => json!({"query": "retry", "dateFrom": "2026-01-01"}),
        "search_code_files" => json!({"query": "parse configuration", "language": ["Rust"]}),
        "search_outlook_emails" => json!({"query": "release date", "hasAttachments": false}),
        "search" => json!({"query": "how is a release rolled back"}),
        "fetch" => json!({"id": "README.md", "maxChars": 2000}),
        "analyze_development_context" => {
            json!({"currentTask": "Add a retry to the upload", "urgency": "high"})
        }
        _ => json!({}),
    }
}
