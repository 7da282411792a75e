use clap::Args;
use mesh_app::config::Variables;
use serde_json::Value;

use super::connection::Connection;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Read a resource of any MCP server, such as one that an answer cites.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  mesh read http://127.0.0.1:3000 jira://ticket/AOMA-101

The server is spoken to as by `mesh call`. Exit status: 0 done, 1 the server could not be reached or refused.")]
pub(crate) struct Read {
    /// The server's address, such as http://127.0.0.1:3000/rpc
    url: String,
    /// The resource, as an answer's `uri` has it
    uri: String,
    #[command(flatten)]
    connection: Connection,
}

impl Read {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let place = self.connection.to(&self.url, variables)?;
        let read = async |conversation: &mut crate::client::Conversation| {
            let read = conversation.read(&self.uri).await;
            Ok(read.map_err(anyhow::Error::from)?)
        };
        let result = place.converse(read)?;
        let text = if place.is_for_program() {
            format!("{result:#}")
        } else {
            text(&result)
        };
        terminal::print(&terminal::harmless(&text))?;
        Ok(Exit::Done)
    }
}

/// The texts of a result; what is no text is named.
fn text(result: &Value) -> String {
    let contents = result["contents"].as_array().into_iter().flatten();
    let texts = contents.map(|content| match content["text"].as_str() {
        Some(text) => text.to_owned(),
        None => {
            let field = |name: &str| content[name].as_str().unwrap_or_default();
            format!("[{} {}]", field("uri"), field("mimeType"))
        }
    });
    texts.collect::<Vec<_>>().join("\n")
}
