use rmcp::model::{
    Implementation, PromptsCapability, ResourcesCapability, ServerCapabilities, ServerConfig,
    ToolsCapability,
};

use mesh_tools::system::{NAME, VERSION};

use super::Mode;
use crate::app::App;

pub(crate) fn implementation() -> Implementation {
    Implementation::new(NAME, VERSION).with_title("AOMA Mesh")
}

/// What this server can do for a client that may listen to it, as every client of 2026-07-28 may.
pub(super) fn listening(app: &App) -> ServerConfig {
    config(app, Some(true))
}

/// What it can do for a client that initialises, which only a session lets listen.
pub(super) fn initialising(app: &App, mode: Mode) -> ServerConfig {
    match mode {
        Mode::Session => config(app, Some(true)),
        Mode::Stateless => config(app, None),
    }
}

fn config(app: &App, notify: Option<bool>) -> ServerConfig {
    let catalog = &app.catalog;
    let mut capabilities = ServerCapabilities::default();
    if !catalog.tools.is_empty() {
        let mut tools = ToolsCapability::default();
        tools.list_changed = notify;
        capabilities.tools = Some(tools);
    }
    if !catalog.resources.is_empty() || !catalog.templates.is_empty() {
        let mut resources = ResourcesCapability::default();
        resources.list_changed = notify;
        resources.subscribe = notify.or(catalog.uses.idle_subscriptions.then_some(true));
        capabilities.resources = Some(resources);
    }
    if !catalog.prompts.is_empty() {
        let mut prompts = PromptsCapability::default();
        prompts.list_changed = notify;
        capabilities.prompts = Some(prompts);
    }
    if completes(app) {
        capabilities.completions = Some(serde_json::Map::new());
    }
    if catalog.uses.logging {
        capabilities.logging = Some(serde_json::Map::new());
    }
    ServerConfig::new(capabilities)
        .with_server_info(implementation())
        .with_instructions(INSTRUCTIONS)
}

pub(super) fn completes(app: &App) -> bool {
    !app.catalog.templates.is_empty()
        || app.catalog.prompts.iter().any(|prompt| {
            prompt
                .arguments
                .iter()
                .any(|argument| argument.complete.is_some())
        })
}

const INSTRUCTIONS: &str = "Company knowledge, tickets, code history, source and mail. Answers quote their sources; \
    `found: false` means it is not in the knowledge base, so say that rather than guess.";
