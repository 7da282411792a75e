use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use mesh_app::config::{Config, Variables};
use mesh_clients::elevenlabs::workspace::McpServer;
use reqwest::Url;

use super::again::command;
use super::approve::Approve;
use super::found::Found;
use super::list::Tool;
use super::plan::{self, Step};
use super::state::Place;
use super::which::Identity;
use super::wished::{Wished, WishedWebhook};
use super::workspace::{Workspace, quoted, soon};
use crate::exit::Failure;

/// Whether ElevenLabs still has what was registered: nobody's token is needed, as ElevenLabs itself calls the server.
pub(in crate::command) async fn compared(
    config: &Config,
    variables: &Variables,
    file: Option<PathBuf>,
) -> Result<String, String> {
    let compared = async {
        let place = Place::of(file, config, variables).await?;
        let workspace = Workspace::open(config, variables).await?;
        Ok(differences(&workspace, &place).await?)
    };
    match compared.await {
        Ok(same) => Ok(same),
        Err(Failure::Usage(sentences)) => Err(sentences.join("; ")),
        Err(Failure::Failed(error)) => Err(format!("{error:#}")),
        Err(Failure::Interrupted(sentence)) => Err(sentence.to_owned()),
    }
}

async fn differences(workspace: &Workspace, place: &Place) -> anyhow::Result<String> {
    let state = place.read().await?;
    if state.server_id.is_none() {
        bail!("nothing is registered: `mesh register elevenlabs --url=URL` does that");
    }
    let mut found = Found::registered(workspace, None, state).await?;
    let agents = found.state.agents.clone();
    found.look_at(workspace, &agents).await?;
    let Some(server) = &found.server else {
        let again = command(place, &found, false);
        bail!("the server that was registered is gone: `{again}` makes it anew");
    };
    let listed = workspace
        .api
        .mcp_tools(&workspace.key, &server.id, soon())
        .await?;
    let tools: Vec<_> = match &listed.tools {
        Ok(tools) => tools.iter().map(Tool::of).collect(),
        Err(why) => bail!(
            "ElevenLabs cannot list the tools: {}; where the server can be reached, `{}` has it let in again",
            quoted(why),
            command(place, &found, false)
        ),
    };
    let wished = as_registered(&found, server, tools)?;
    found.listed = Some(listed);
    verdict(place, &wished, &found)
}

/// What was wished when it was registered, over the tools that ElevenLabs sees.
fn as_registered(found: &Found, server: &McpServer, tools: Vec<Tool>) -> anyhow::Result<Wished> {
    let state = &found.state;
    let url = server.text("url").and_then(|url| Url::parse(url).ok());
    let identity = Identity {
        name: server.text("name").unwrap_or("").to_owned(),
        url: url.clone(),
    };
    let url = url.context("the address of the server is a secret there")?;
    let webhook = state.webhook.is_some();
    let webhook = webhook.then(|| WishedWebhook::new(&identity, &url, false));
    let approvals = approve(found).over(&tools, true);
    let approvals = approvals.map_err(|_| anyhow!("a tool that was approved is gone"))?;
    let sha256 = state.secret.as_ref().map(|secret| secret.sha256.clone());
    let agents = state.agents.clone();
    Ok(Wished {
        webhook,
        ..Wished::new(
            identity,
            url,
            tools,
            approvals,
            agents,
            sha256.unwrap_or_default(),
        )
    })
}

fn approve(found: &Found) -> &Approve {
    found.state.approve.as_ref().unwrap_or(&Approve::Read)
}

fn verdict(place: &Place, wished: &Wished, found: &Found) -> anyhow::Result<String> {
    let steps = plan::steps(wished, found)?;
    if let Some(why) = plan::left(wished, found) {
        bail!("differs: {why}");
    }
    if steps.is_empty() {
        let (name, url) = (&wished.identity.name, &wished.url);
        let count = wished.tools.len();
        return Ok(format!("as registered: `{name}` at {url}, {count} tools"));
    }
    let words: Vec<_> = steps
        .iter()
        .filter(|step| !step.is_look())
        .map(Step::words)
        .collect();
    let may_spend = approve(found).over(&wished.tools, false).is_err();
    bail!(
        "differs; `{}` would {}",
        command(place, found, may_spend),
        words.join(", ")
    )
}
