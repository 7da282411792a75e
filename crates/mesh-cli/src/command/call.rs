//! `mesh call`: one question to any MCP server, whichever revision it speaks.
//!
//! The tool itself is called once, after the conversation is open: no attempt can run it twice.

mod arguments;
mod listing;
mod outline;
mod print;
mod schema;

use clap::{ArgAction, Args, CommandFactory as _};
use mesh_app::config::Variables;
use serde_json::{Map, Value};

use self::arguments::Given;
use self::schema::Schema;
use super::connection::Connection;
use crate::Cli;
use crate::client::Conversation;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Call a tool of any MCP server, or list its tools.
#[derive(Debug, Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  mesh call http://127.0.0.1:3000
  mesh call http://127.0.0.1:3000 search_jira_tickets --help
  mesh call http://127.0.0.1:3000 search_jira_tickets query='upload stalls' projectKey=AOMA
  mesh call http://127.0.0.1:3000 query_aoma_knowledge '{\"query\": \"who approves a master?\"}' --json

The token for a server that wants one is taken from the variable MESH_BEARER. Without one, requests \
to a Lambda Function URL are signed with the credentials of the AWS command line (AWS_PROFILE, …).

Exit status: 0 done, 1 the server could not be reached or refused, 2 the tool reported an error, 64 wrong usage."
)]
pub(crate) struct Call {
    /// The server's address, such as http://127.0.0.1:3000/rpc
    #[arg(required_unless_present = "help")]
    url: Option<String>,
    /// The tool to call; without one, the tools are listed
    tool: Option<String>,
    /// The tool's arguments: NAME=VALUE each, once for each item of a list, or one JSON object, `@FILE`, or `-` for stdin
    arguments: Vec<String>,
    #[command(flatten)]
    connection: Connection,
    /// Print help; after a tool, what the tool is for and takes
    #[arg(short, long, action = ArgAction::SetTrue)]
    help: bool,
}

/// What the server said.
enum Answer {
    /// The result of `tools/call`.
    Result { tool: String, result: Value },
    /// All pages of `tools/list` in one.
    Tools(Vec<Value>),
    /// One tool of the list.
    Tool(Value),
}

impl Call {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let Some(url) = self.url.filter(|_| !self.help || self.tool.is_some()) else {
            return help();
        };
        let given = arguments::read(&self.arguments)?;
        let place = self.connection.to(&url, variables)?;
        let answer = place.converse(async |conversation| match self.tool {
            None => Ok(Answer::Tools(tools(conversation).await?)),
            Some(tool) if self.help => Ok(Answer::Tool(listed(conversation, &tool).await?)),
            Some(tool) => {
                let arguments = understood(conversation, &tool, given).await?;
                let result = conversation.call(&tool, &arguments).await;
                let result = result.map_err(anyhow::Error::from)?;
                Ok(Answer::Result { tool, result })
            }
        })?;
        print::answer(&answer, place.is_for_program())
    }
}

/// Arguments as the tool takes them; of those that are text, its schema says what they are.
async fn understood(
    conversation: &mut Conversation,
    tool: &str,
    given: Given,
) -> Result<Map<String, Value>, Failure> {
    match given {
        Given::Object(object) => Ok(object),
        Given::Pairs(pairs) => {
            let tool = listed(conversation, tool).await?;
            schema::typed(&Schema::of(&tool), &pairs).map_err(Failure::Usage)
        }
    }
}

async fn tools(conversation: &mut Conversation) -> Result<Vec<Value>, Failure> {
    Ok(conversation.tools().await.map_err(anyhow::Error::from)?)
}

async fn listed(conversation: &mut Conversation, name: &str) -> Result<Value, Failure> {
    let mut tools = tools(conversation).await?;
    match tools.iter().position(|tool| tool["name"] == name) {
        Some(position) => Ok(tools.swap_remove(position)),
        None => {
            let names: Vec<_> = tools
                .iter()
                .filter_map(|tool| tool["name"].as_str())
                .collect();
            let names = names.join(", ");
            Err(anyhow::anyhow!("the server has no tool `{name}`; it has {names}").into())
        }
    }
}

fn help() -> Result<Exit, Failure> {
    let mut mesh = Cli::command();
    mesh.build();
    if let Some(call) = mesh.find_subcommand_mut("call") {
        terminal::unless_gone(call.print_help())?;
    }
    terminal::print("")?;
    Ok(Exit::Done)
}
