mod webhook;

use anyhow::{Context as _, anyhow, bail, ensure};
use mesh_clients::elevenlabs::ElevenLabsError;
use mesh_clients::elevenlabs::workspace::{Agent, StoredSecret, ToolApproval, ToolPolicy};
use mesh_core::Secret;
use serde_json::{Map, Value};

use super::found::Found;
use super::list::difference;
use super::plan::Step;
use super::state::{Hold, Known, Place, State};
use super::wished::Wished;
use super::workspace::{Workspace, quoted, soon};

/// Does what was planned, and writes each id down as soon as there is one.
pub(super) struct Registrar<'r> {
    workspace: &'r Workspace,
    place: &'r Place,
    /// With the value of the header; nothing, where all is to be removed.
    wished: Option<(&'r Wished, &'r Secret)>,
    state: State,
    secret_id: Option<String>,
    server_id: Option<String>,
}

impl<'r> Registrar<'r> {
    pub(super) fn new(
        workspace: &'r Workspace,
        place: &'r Place,
        wished: Option<(&'r Wished, &'r Secret)>,
        found: &Found,
    ) -> Self {
        Self {
            workspace,
            place,
            wished,
            state: found.state.clone(),
            secret_id: found.secret.as_ref().map(|secret| secret.secret_id.clone()),
            server_id: found.server.as_ref().map(|server| server.id.clone()),
        }
    }

    pub(super) async fn all(mut self, steps: &[Step], hold: &mut Hold<'_>) -> anyhow::Result<()> {
        for step in steps {
            let done = async {
                hold.keep().await?;
                self.take(step).await
            };
            let done = done.await;
            done.with_context(|| {
                format!(
                    "could not {}; run this again, and it goes on from there",
                    step.words()
                )
            })?;
        }
        Ok(())
    }

    async fn take(&mut self, step: &Step) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        match step {
            Step::CreateSecret | Step::SetSecret => self.write_secret().await,
            Step::CreateServer => self.create_server().await,
            Step::ReplaceServer { old, .. } => {
                // Before it is made: a run that ends here leaves two, and the next must know them for what they are.
                self.state.server_id = Some(old.clone());
                self.state.replaces = Some(old.clone());
                self.place.write(&self.state).await?;
                self.create_server().await
            }
            Step::ChangeServer { fields } => {
                let wished = self.config()?;
                let fields = fields
                    .iter()
                    .map(|field| (field.clone(), wished[field].clone()));
                let fields: Map<String, Value> = fields.collect();
                api.change_mcp_server(key, self.server()?, &fields, soon())
                    .await?;
                Ok(())
            }
            Step::Remember { replaces } => {
                self.state.server_id.clone_from(&self.server_id);
                self.state.replaces.clone_from(replaces);
                self.note_wished()?;
                self.place.write(&self.state).await
            }
            Step::CheckTools => self.check_tools().await,
            Step::Approve { tool, policy } => self.approve(tool, *policy).await,
            Step::Withdraw { tool } => Ok(api
                .withdraw_mcp_tool(key, self.server()?, tool, soon())
                .await?),
            Step::Attach { agent, instead_of } => {
                self.change_agent(agent, Some(self.server()?), instead_of.as_deref())
                    .await
            }
            Step::Detach { agent, server } => self.change_agent(agent, None, Some(server)).await,
            Step::DeleteServer { server } => self.delete_server(server).await,
            Step::DeleteSecret { secret } => gone(api.delete_secret(key, secret, soon()).await),
            Step::CreateWebhook => self.create_webhook().await,
            Step::EnableWebhook => self.enable_webhook().await,
            Step::UseWebhook => self.use_webhook().await,
            Step::ReleaseWebhook => self.release_webhook().await,
            Step::DeleteWebhook { webhook } => gone(api.delete_webhook(key, webhook, soon()).await),
            Step::Forget => {
                self.state = State::default();
                self.place.write(&self.state).await
            }
        }
    }

    async fn write_secret(&mut self) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let (wished, header) = self.wished.context("nothing is wished")?;
        let name = wished.identity.secret_name();
        let secret_id = match self.secret_id.take() {
            None => api.create_secret(key, &name, header, soon()).await?,
            Some(secret_id) => {
                let secret = StoredSecret { secret_id, name };
                api.set_secret(key, &secret, header, soon()).await?;
                secret.secret_id
            }
        };
        self.secret_id = Some(secret_id.clone());
        let sha256 = wished.sha256.clone();
        self.state.secret = Some(Known { secret_id, sha256 });
        self.place.write(&self.state).await
    }

    async fn create_server(&mut self) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let server = api.create_mcp_server(key, &self.config()?, soon()).await?;
        self.server_id = Some(server.id.clone());
        self.state.server_id = Some(server.id);
        self.note_wished()?;
        self.place.write(&self.state).await
    }

    /// What is compared with later, when nobody says it.
    fn note_wished(&mut self) -> anyhow::Result<()> {
        let wished = self.wished()?;
        self.state.approve = Some(wished.approvals.asked.clone());
        if !wished.agents.is_empty() {
            self.state.agents.clone_from(&wished.agents);
        }
        Ok(())
    }

    /// What ElevenLabs sees must be what we have seen.
    async fn check_tools(&self) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let listed = api.mcp_tools(key, self.server()?, soon()).await?;
        let theirs = listed.tools.map_err(|why| {
            anyhow!(
                "the server is registered, and ElevenLabs cannot reach it: {}",
                quoted(&why)
            )
        })?;
        match difference(&self.wished()?.tools, &theirs) {
            None => Ok(()),
            Some(difference) => bail!("it is given another list than this machine: {difference}"),
        }
    }

    async fn approve(&self, name: &str, policy: ToolPolicy) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let tool = self.wished()?.tools.iter().find(|tool| tool.name == name);
        let tool = tool.context("it is not listed")?;
        let approval = ToolApproval {
            tool_name: tool.name.clone(),
            tool_description: tool.description.clone(),
            input_schema: tool.input_schema.clone(),
            approval_policy: policy,
        };
        Ok(api
            .approve_mcp_tool(key, self.server()?, &approval, soon())
            .await?)
    }

    /// A list takes the place of the one before it: the others in it are read just before.
    async fn change_agent(
        &self,
        id: &str,
        add: Option<&str>,
        take: Option<&str>,
    ) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        let before = match api.agent_servers(key, id, soon()).await {
            Err(ElevenLabsError::NotFound) if add.is_none() => return Ok(()),
            agent => agent?,
        };
        let kept = before
            .mcp_server_ids
            .iter()
            .filter(|held| take != Some(held.as_str()) && add != Some(held.as_str()));
        let servers: Vec<_> = kept.cloned().chain(add.map(str::to_owned)).collect();
        api.set_agent_servers(key, id, &servers, soon()).await?;
        let after = api.agent_servers(key, id, soon()).await?;
        let wished = Agent {
            mcp_server_ids: servers,
            ..before
        };
        ensure!(
            after == wished,
            "ElevenLabs took the request, and the agent has other servers than were sent"
        );
        Ok(())
    }

    /// Only once nobody uses it.
    async fn delete_server(&mut self, id: &str) -> anyhow::Result<()> {
        let Workspace { api, key } = self.workspace;
        match api.mcp_server(key, id, soon()).await {
            Err(ElevenLabsError::NotFound) => {}
            server => {
                let server = server?;
                let users = server.agents.len() + server.unseen_agents;
                ensure!(users == 0, "{users} agents use it still");
                gone(api.delete_mcp_server(key, id, soon()).await)?;
            }
        }
        if self.wished.is_some() {
            self.state.replaces = None;
            self.place.write(&self.state).await?;
        }
        Ok(())
    }

    fn config(&self) -> anyhow::Result<Map<String, Value>> {
        let secret = self
            .secret_id
            .as_deref()
            .context("there is no secret yet")?;
        Ok(self.wished()?.config(secret))
    }

    fn wished(&self) -> anyhow::Result<&'r Wished> {
        let wished = self.wished.map(|(wished, _)| wished);
        wished.context("nothing is wished")
    }

    fn server(&self) -> anyhow::Result<&str> {
        self.server_id.as_deref().context("there is no server yet")
    }
}

fn gone(deleted: Result<(), ElevenLabsError>) -> anyhow::Result<()> {
    match deleted {
        Err(ElevenLabsError::NotFound) => Ok(()),
        deleted => Ok(deleted?),
    }
}
