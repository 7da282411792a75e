//! What must be so before anything is written.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail, ensure};
use mesh_core::Secret;
use reqwest::Url;
use tokio::time;

use super::list::{Tool, names};
use super::workspace::{Workspace, soon};
use crate::client::{Authentication, CallFault, Conversation, Endpoint, Legacy};

/// As the official Python SDK opens a conversation, by which ElevenLabs calls.
const REVISION: &str = "2025-11-25";

/// The server's own list of tools, seen as ElevenLabs will see it.
pub(super) async fn door(
    url: &Url,
    token: &Secret,
    timeout: Duration,
) -> anyhow::Result<Vec<Tool>> {
    let endpoint = Endpoint::new(url.clone(), Authentication::Bearer(token.clone()))?;
    let looked = async {
        closed_to_strangers(&endpoint).await?;
        tools(&endpoint).await
    };
    let tools = time::timeout(timeout, looked).await;
    let tools = tools.map_err(|_| CallFault::TimedOut(timeout))??;
    ensure!(
        !tools.is_empty(),
        "`{url}` lists no tools: there is nothing to register"
    );
    let wrong = names(tools.iter().filter(|tool| !tool.has_good_name()));
    ensure!(
        wrong.is_empty(),
        "ElevenLabs takes names of 1 to 64 letters, digits, `_` and `-`, and not {wrong}"
    );
    Ok(tools)
}

/// What is open to everybody would be called by everybody.
async fn closed_to_strangers(endpoint: &Endpoint) -> anyhow::Result<()> {
    match Legacy::initialize(endpoint.anonymous(), REVISION).await {
        Err(CallFault::TokenWanted(_)) => Ok(()),
        Err(CallFault::Forbidden { url, .. }) => bail!(
            "`{url}` answers 403 to whoever shows no token: something in front of the server refuses, and ElevenLabs would meet \
             the same; give the address of a door that asks for a token (401)"
        ),
        Err(fault) => Err(fault.into()),
        Ok(opened) => {
            opened.close().await;
            bail!(
                "the server lets in whoever shows no token: have it ask for one first (`mesh keys create`, or `door` in the tfvars)"
            )
        }
    }
}

async fn tools(endpoint: &Endpoint) -> anyhow::Result<Vec<Tool>> {
    let opened = Legacy::initialize(endpoint.clone(), REVISION).await;
    let opened = opened.map_err(|fault| match fault {
        CallFault::TokenRefused(url) => anyhow!(
            "`{url}` does not accept the token: give the one that it was set up with, or one of `mesh keys create`"
        ),
        fault => fault.into(),
    })?;
    let mut conversation = Conversation::Legacy(opened);
    let listed = conversation.tools().await;
    conversation.close().await;
    Ok(listed?.iter().map(Tool::of).collect())
}

/// Whether the key is good, and servers may be registered at all.
pub(super) async fn account(workspace: &Workspace) -> anyhow::Result<()> {
    let settings = workspace.api.convai_settings(&workspace.key, soon()).await;
    let settings = settings.context("ElevenLabs does not take the key as it is")?;
    ensure!(
        settings.can_use_mcp_servers,
        "the workspace may not use MCP servers yet: a person has to accept the terms, in ElevenLabs' dashboard under Agents, \
         Integrations, where a custom MCP server is added; then run this again"
    );
    Ok(())
}
