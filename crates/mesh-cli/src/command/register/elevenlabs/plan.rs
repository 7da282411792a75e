//! From how the workspace is to how it should be. Nobody is asked here.

mod approvals;
mod server;
mod step;
mod webhook;

use anyhow::{anyhow, bail, ensure};
use mesh_clients::elevenlabs::workspace::{Agent, ListedTools, McpServer};
use serde_json::Value;

use super::found::Found;
use super::list::difference;
use super::state::State;
use super::which::Identity;
use super::wished::{Wished, WishedWebhook};
use super::workspace::quoted;
use server::{Server, abandoned};

pub(super) use step::Step;
pub(super) use webhook::{settings_with, settings_without};

/// ElevenLabs' own bound.
const MAX_SERVERS: usize = 10;

/// Everything that is to be done, in an order that can stop anywhere; nothing, where all is as it should be.
///
/// # Errors
/// What stands in the way of all of it.
pub(super) fn steps(wished: &Wished, found: &Found) -> anyhow::Result<Vec<Step>> {
    let Some((new, old)) = abandoned(wished, found) else {
        return converging(wished, found);
    };
    let (mut steps, found) = ended(found, new, old)?;
    steps.extend(converging(wished, &found)?);
    Ok(steps)
}

/// A replacement is ended before the next begins; and what is there then.
fn ended(found: &Found, new: &McpServer, old: &McpServer) -> anyhow::Result<(Vec<Step>, Found)> {
    seen_by_us(old)?;
    let mut then = found.clone();
    let replaces = Some(old.id.clone());
    let mut steps = vec![Step::Remember { replaces }];
    for agent in &mut then.agents {
        let ids = &mut agent.mcp_server_ids;
        if ids.contains(&old.id) {
            ids.retain(|id| *id != old.id && *id != new.id);
            ids.push(new.id.clone());
            steps.push(Step::Attach {
                agent: agent.id.clone(),
                instead_of: Some(old.id.clone()),
            });
        }
    }
    steps.push(Step::DeleteServer {
        server: old.id.clone(),
    });
    then.old = None;
    then.state.server_id = Some(new.id.clone());
    then.state.replaces = None;
    Ok((steps, then))
}

fn converging(wished: &Wished, found: &Found) -> anyhow::Result<Vec<Step>> {
    let server = Server::compared(wished, found);
    let mut steps = Vec::from_iter(secret(wished, found, &server));
    steps.extend(server.step());
    steps.extend(server.remembered(wished, found));
    let is_seen = steps.iter().any(Step::is_seen);
    if is_seen {
        steps.push(Step::CheckTools);
    }
    let on_record = match server.kept {
        Some(_) if is_seen => as_listed(wished, found).ok(),
        Some(_) => Some(as_listed(wished, found)?),
        None => None,
    };
    let hashes = server
        .kept
        .and_then(|server| server.config.get("tool_approval_hashes"));
    steps.extend(approvals::steps(
        wished,
        on_record,
        hashes.unwrap_or(&Value::Null),
    ));
    steps.extend(agents(wished, &found.agents, &server)?);
    if let Some(old) = server.replaced {
        seen_by_us(old)?;
        steps.push(Step::DeleteServer {
            server: old.id.clone(),
        });
    }
    if let (Some(wished), Some(webhooks)) = (&wished.webhook, &found.webhooks) {
        let known = found.state.webhook.as_ref();
        steps.extend(webhook::steps(wished, webhooks, known));
    }
    Ok(steps)
}

/// What is wished and not done, in words: there are no steps for it.
pub(super) fn left(wished: &Wished, found: &Found) -> Option<String> {
    let webhooks = found.webhooks.as_ref()?;
    let known = found.state.webhook.as_ref();
    webhook::anothers(wished.webhook.as_ref()?, webhooks, known)
}

/// What is to be done so that nothing of a registration is left. The webhook goes first: by the server it is known whose it is.
///
/// # Errors
/// What stands in the way of all of it.
pub(super) fn removal(identity: &Identity, found: &Found) -> anyhow::Result<Vec<Step>> {
    let servers = [&found.server, &found.old];
    let servers: Vec<_> = servers.into_iter().flatten().collect();
    let mut steps = Vec::new();
    if let Some(webhooks) = &found.webhooks {
        let known = found.state.webhook.as_ref();
        let wished = WishedWebhook::possible(identity, &servers);
        steps.extend(webhook::removal(webhooks, known, &wished));
    }
    for agent in &found.agents {
        let uses = |server: &&&McpServer| agent.mcp_server_ids.contains(&server.id);
        let used = servers.iter().filter(uses);
        steps.extend(used.map(|server| Step::Detach {
            agent: agent.id.clone(),
            server: server.id.clone(),
        }));
    }
    for server in servers {
        seen_by_us(server)?;
        steps.push(Step::DeleteServer {
            server: server.id.clone(),
        });
    }
    if let Some(secret) = &found.secret {
        steps.push(Step::DeleteSecret {
            secret: secret.secret_id.clone(),
        });
    }
    if found.state != State::default() {
        steps.push(Step::Forget);
    }
    Ok(steps)
}

fn secret(wished: &Wished, found: &Found, server: &Server<'_>) -> Option<Step> {
    let Some(secret) = &found.secret else {
        return Some(Step::CreateSecret);
    };
    let known = found.state.secret.as_ref();
    let is_as_wished = secret.name == wished.identity.secret_name()
        && known.is_some_and(|known| {
            known.secret_id == secret.secret_id && known.sha256 == wished.sha256
        });
    // Somebody may have written another value over ours: then ElevenLabs is not let in, and we are.
    let is_kept_out = server.is_as_wished()
        && found
            .listed
            .as_ref()
            .is_some_and(|listed| listed.tools.is_err());
    (!is_as_wished || is_kept_out).then_some(Step::SetSecret)
}

/// What ElevenLabs sees, where that is our own list.
fn as_listed<'f>(wished: &Wished, found: &'f Found) -> anyhow::Result<&'f ListedTools> {
    let listed = found
        .listed
        .as_ref()
        .ok_or_else(|| anyhow!("no tools were listed"))?;
    let theirs = listed.tools.as_ref();
    let theirs =
        theirs.map_err(|why| anyhow!("ElevenLabs cannot list the tools: {}", quoted(why)))?;
    match difference(&wished.tools, theirs) {
        None => Ok(listed),
        Some(difference) => bail!(
            "ElevenLabs is given another list of tools than this machine: {difference}; is another version of the server answering?"
        ),
    }
}

/// Each agent that is to be changed.
fn agents(wished: &Wished, agents: &[Agent], server: &Server<'_>) -> anyhow::Result<Vec<Step>> {
    let mut steps = Vec::new();
    for agent in agents {
        let ids = &agent.mcp_server_ids;
        let has = |id: &str| ids.iter().any(|held| held == id);
        let old = server.replaced.filter(|old| has(&old.id));
        let instead_of = old.map(|old| old.id.clone());
        let is_wanted = wished.agents.contains(&agent.id) || instead_of.is_some();
        let has_ours = server.kept.is_some_and(|server| has(&server.id));
        if instead_of.is_none() && (!is_wanted || has_ours) {
            continue;
        }
        let count = ids.len() + usize::from(!has_ours) - usize::from(instead_of.is_some());
        ensure!(
            count <= MAX_SERVERS,
            "the agent `{}` has {MAX_SERVERS} MCP servers, and ElevenLabs takes no more: take one from it; nothing was written",
            agent.id
        );
        let agent = agent.id.clone();
        steps.push(Step::Attach { agent, instead_of });
    }
    Ok(steps)
}

/// What others use is not taken from them unseen.
fn seen_by_us(server: &McpServer) -> anyhow::Result<()> {
    ensure!(
        server.unseen_agents == 0,
        "{} agents that this key may not see use the server `{}`, which would be deleted: use the key of somebody who may see \
         them; nothing was written",
        server.unseen_agents,
        server.id
    );
    Ok(())
}
