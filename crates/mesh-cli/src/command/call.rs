//! `mesh call`: one question to any MCP server, whichever revision it speaks.
//!
//! The tool itself is called once, after the conversation is open: no attempt can run it twice.

mod arguments;
mod print;

use anyhow::Context as _;
use clap::Args;
use mesh_app::config::{Client, Config, Era, Variables};
use mesh_aws::{Aws, Signer};
use reqwest::Url;
use serde_json::{Map, Value};
use tokio::time;

use crate::client::{Authentication, CallFault, Conversation, Endpoint, address};
use crate::exit::{Exit, Failure};

/// Call a tool of any MCP server, or list its tools.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh call http://127.0.0.1:3000
  mesh call http://127.0.0.1:3000 query_aoma_knowledge '{\"query\": \"who approves a master?\"}'
  mesh call http://127.0.0.1:3000 search_code_files @arguments.json --json

The token for a server that wants one is taken from the variable MESH_BEARER. Without one, requests
to a Lambda Function URL are signed with the credentials of the AWS command line (AWS_PROFILE, …).

Exit status: 0 done, 1 the server could not be reached or refused, 2 the tool reported an error, 64 wrong usage.")]
pub(crate) struct Call {
    /// The server's address, such as http://127.0.0.1:3000/rpc
    url: String,
    /// The tool to call; without one, the tools are listed
    tool: Option<String>,
    /// The tool's arguments: a JSON object, `@FILE`, or `-` for stdin
    arguments: Option<String>,
    /// Print the result object as it came [MESH_JSON]
    #[arg(long)]
    json: bool,
    /// How to open the conversation [MESH_ERA] [default: auto]
    #[arg(long, value_parser = ["auto", "legacy", "modern"])]
    era: Option<String>,
    /// How long to wait for the whole exchange [MESH_TIMEOUT] [default: 60]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<String>,
    /// Sign requests for a function in this region, whatever its address [MESH_SIGN]
    #[arg(long, value_name = "REGION")]
    sign: Option<String>,
}

impl Call {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let variables = variables
            .with_flag("--json", self.json.then_some("on"))
            .with_flag("--era", self.era)
            .with_flag("--timeout", self.timeout)
            .with_flag("--sign", self.sign);
        let config = Config::read(&variables)?;
        let url = address::parse(&self.url).map_err(Failure::usage)?;
        let arguments = arguments::read(self.arguments.as_deref())?;
        let question = Question {
            tool: self.tool,
            arguments,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let answer = runtime.block_on(async {
            let authentication = authentication(&config.client, &url, &variables).await?;
            let endpoint = Endpoint::new(url, authentication)?;
            anyhow::Ok(question.ask_within(&config.client, endpoint).await)
        })?;
        print::answer(&answer.map_err(anyhow::Error::from)?, config.client.json)
    }
}

/// A token goes before a signature: both stand in the same header.
async fn authentication(
    client: &Client,
    url: &Url,
    variables: &Variables,
) -> anyhow::Result<Authentication> {
    if let Some(token) = &client.bearer {
        return Ok(Authentication::Bearer(token.clone()));
    }
    let Some(region) = client.sign.as_deref().or(address::region(url)) else {
        return Ok(Authentication::Nobody);
    };
    let aws = Aws::from_chain_in(&|name| variables.foreign(name), None, Some(region)).await;
    let aws = aws.context("cannot sign requests")?;
    Ok(Authentication::Signed(Signer::in_region(&aws, region)))
}

/// What the person wants to know.
struct Question {
    tool: Option<String>,
    arguments: Map<String, Value>,
}

/// What the server said.
enum Answer {
    /// The result of `tools/call`.
    Result { tool: String, result: Value },
    /// All pages of `tools/list` in one.
    Tools(Vec<Value>),
}

impl Question {
    async fn ask_within(self, client: &Client, endpoint: Endpoint) -> Result<Answer, CallFault> {
        time::timeout(client.timeout, self.ask(endpoint, client.era))
            .await
            .unwrap_or(Err(CallFault::TimedOut(client.timeout)))
    }

    async fn ask(self, endpoint: Endpoint, era: Era) -> Result<Answer, CallFault> {
        let mut conversation = Conversation::open(endpoint, era).await?;
        let answer = match self.tool {
            None => conversation.tools().await.map(Answer::Tools),
            Some(tool) => {
                let result = conversation.call(&tool, &self.arguments).await;
                result.map(|result| Answer::Result { tool, result })
            }
        };
        conversation.close().await;
        answer
    }
}
