use anyhow::{Context as _, bail};
use mesh_clients::elevenlabs::ElevenLabsError;
use mesh_clients::elevenlabs::workspace::{Agent, ListedTools, McpServer, StoredSecret, Webhook};
use serde_json::{Map, Value};

use super::state::State;
use super::which::{self, Identity, Ours};
use super::wished::Wished;
use super::workspace::{Workspace, soon};

/// How the workspace is, as far as it is our business.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) state: State,
    pub(super) secret: Option<StoredSecret>,
    pub(super) server: Option<McpServer>,
    /// One that `server` takes the place of.
    pub(super) old: Option<McpServer>,
    /// What ElevenLabs sees of `server`.
    pub(super) listed: Option<ListedTools>,
    /// Those that are named, and those that use one of the servers.
    pub(super) agents: Vec<Agent>,
    /// All webhooks, and what the settings say of them; where one is known, wished or may be left.
    pub(super) webhooks: Option<FoundWebhooks>,
    /// Why one that may be left was not looked for.
    pub(super) unseen_webhooks: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct FoundWebhooks {
    pub(super) all: Vec<Webhook>,
    pub(super) settings: Map<String, Value>,
}

impl Found {
    pub(super) async fn look(
        workspace: &Workspace,
        wished: &Wished,
        state: State,
    ) -> anyhow::Result<Self> {
        let mut found = Self::registered(workspace, Some(&wished.identity), state).await?;
        if let Some(server) = &found.server {
            let listed = workspace
                .api
                .mcp_tools(&workspace.key, &server.id, soon())
                .await;
            found.listed = Some(listed.context("ElevenLabs does not say which tools it sees")?);
        }
        if wished.webhook.is_some() && found.webhooks.is_none() {
            found.webhooks = Some(webhooks(workspace).await?);
        }
        if let Some(gone) = found.look_at(workspace, &wished.agents).await? {
            bail!(
                "ElevenLabs has no agent `{}`: leave `--agent` out for it; nothing was written",
                gone.escape_debug()
            );
        }
        Ok(found)
    }

    /// Has these agents, too; answers one that there is not.
    pub(super) async fn look_at<'a>(
        &mut self,
        workspace: &Workspace,
        agents: &'a [String],
    ) -> anyhow::Result<Option<&'a str>> {
        let mut gone = None;
        for id in agents {
            if self.agents.iter().any(|agent| agent.id == *id) {
                continue;
            }
            match agent(workspace, id).await? {
                Some(agent) => self.agents.push(agent),
                None => gone = Some(id.as_str()),
            }
        }
        Ok(gone)
    }

    /// What there is of an earlier registration, its webhook too where no run remembers one.
    pub(super) async fn left(
        workspace: &Workspace,
        identity: &Identity,
        state: State,
    ) -> anyhow::Result<Self> {
        let mut found = Self::registered(workspace, Some(identity), state).await?;
        if found.webhooks.is_none() {
            match webhooks(workspace).await {
                Err(error) if lacks_permission(&error) => {
                    found.unseen_webhooks = Some(format!("{error:#}"));
                }
                webhooks => found.webhooks = Some(webhooks?),
            }
        }
        Ok(found)
    }

    /// What there is of an earlier registration; without an identity, of the one that is known.
    pub(super) async fn registered(
        workspace: &Workspace,
        identity: Option<&Identity>,
        state: State,
    ) -> anyhow::Result<Self> {
        let Workspace { api, key } = workspace;
        let secrets = api.secrets(key, "", soon()).await;
        let secrets = secrets.context("ElevenLabs does not list its secrets")?;
        let servers = api.mcp_servers(key, soon()).await;
        let servers = servers.context("ElevenLabs does not list its MCP servers")?;
        let Ours { server, old } = which::servers(identity, &servers, &state)?;
        let mut agents = Vec::new();
        for id in [&server, &old]
            .into_iter()
            .flatten()
            .flat_map(|server| &server.agents)
        {
            let is_new = agents.iter().all(|agent: &Agent| agent.id != *id);
            // One that is listed and not there was deleted since.
            if is_new && let Some(agent) = agent(workspace, id).await? {
                agents.push(agent);
            }
        }
        let webhooks = match &state.webhook {
            Some(_) => Some(webhooks(workspace).await?),
            None => None,
        };
        Ok(Self {
            secret: which::secret(identity, secrets, &state)?,
            state,
            server,
            old,
            listed: None,
            webhooks,
            unseen_webhooks: None,
            agents,
        })
    }
}

async fn webhooks(workspace: &Workspace) -> anyhow::Result<FoundWebhooks> {
    let Workspace { api, key } = workspace;
    let all = api.webhooks(key, soon()).await;
    let settings = api.convai_settings(key, soon()).await;
    Ok(FoundWebhooks {
        all: all.context("ElevenLabs does not list the workspace's webhooks")?,
        settings: settings
            .context("ElevenLabs does not show its settings")?
            .webhooks,
    })
}

fn lacks_permission(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref();
    matches!(error, Some(ElevenLabsError::MissingPermission(_)))
}

async fn agent(workspace: &Workspace, id: &str) -> anyhow::Result<Option<Agent>> {
    match workspace
        .api
        .agent_servers(&workspace.key, id, soon())
        .await
    {
        Ok(agent) => Ok(Some(agent)),
        Err(ElevenLabsError::NotFound) => Ok(None),
        Err(error) => Err(error)
            .with_context(|| format!("ElevenLabs does not show the agent `{}`", id.escape_debug())),
    }
}
