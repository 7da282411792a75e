use mesh_core::Host;
use mesh_tools::View;
use mesh_tools::system::{VERSION, indexed};
use rmcp::model::{
    Implementation, PromptsCapability, ResourcesCapability, ServerCapabilities, ServerConfig,
    ToolsCapability,
};

use super::Mode;
use crate::app::App;
use crate::listing::Scope;

fn implementation(app: &App) -> Implementation {
    let title = app.config.answers.name.as_deref().unwrap_or("AOMA Mesh");
    Implementation::new(app.services.name.clone(), VERSION).with_title(title)
}

/// Whether a client may stay to hear of changes. On Lambda it would keep an execution environment from everyone else for as
/// long as one request may take, and hear nothing: whatever changes, changes in another environment.
pub(super) fn can_listen(app: &App) -> bool {
    app.config.host == Host::Process
}

/// What this server can do for a client of 2026-07-28, which may listen wherever the server has something to say.
pub(super) fn listening(app: &App, view: &View, scope: &Scope) -> ServerConfig {
    let notify = can_listen(app).then_some(true);
    config(app, view, scope, notify, notify)
}

/// What it can do for a client that initialises, which only a session lets listen.
pub(super) fn initialising(app: &App, view: &View, scope: &Scope, mode: Mode) -> ServerConfig {
    match mode {
        Mode::Session => config(app, view, scope, Some(true), Some(true)),
        Mode::Stateless => config(
            app,
            view,
            scope,
            None,
            app.catalog.uses.idle_subscriptions.then_some(true),
        ),
    }
}

fn config(
    app: &App,
    view: &View,
    scope: &Scope,
    notify: Option<bool>,
    subscribe: Option<bool>,
) -> ServerConfig {
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
        resources.subscribe = subscribe;
        capabilities.resources = Some(resources);
    }
    if !catalog.prompts.is_empty() {
        let mut prompts = PromptsCapability::default();
        prompts.list_changed = notify;
        capabilities.prompts = Some(prompts);
    }
    if completes(app, scope) {
        capabilities.completions = Some(serde_json::Map::new());
    }
    if catalog.uses.logging {
        capabilities.logging = Some(serde_json::Map::new());
    }
    ServerConfig::new(capabilities)
        .with_server_info(implementation(app))
        .with_instructions(match scope {
            Some(upstream) => format!("What the MCP server `{upstream}` offers, and nothing else."),
            None => instructions(app, view),
        })
}

pub(super) fn completes(app: &App, scope: &Scope) -> bool {
    let theirs = app.gateway.as_ref();
    theirs.is_some_and(|gateway| gateway.completes(scope.as_deref()))
        || scope.is_none() && completes_itself(app)
}

fn completes_itself(app: &App) -> bool {
    !app.catalog.templates.is_empty()
        || app.catalog.prompts.iter().any(|prompt| {
            prompt
                .arguments
                .iter()
                .any(|argument| argument.complete.is_some())
        })
}

/// Of what is indexed a client is told what it may look into.
fn instructions(app: &App, view: &View) -> String {
    if let Some(told) = &app.config.answers.instructions {
        return told.clone();
    }
    match indexed(&app.services, &view.kinds()) {
        Some(indexed) => format!("{INSTRUCTIONS} {indexed}"),
        None => INSTRUCTIONS.to_owned(),
    }
}

const INSTRUCTIONS: &str = "Company knowledge, tickets, code history, source and mail. Answers quote their sources; \
    `found: false` means it is not in the knowledge base, so say that rather than guess.";

#[cfg(test)]
mod tests {
    use mesh_tools::registry::CATALOG;

    use super::*;
    use crate::config::{Config, Variables};

    fn told(variables: &[(&str, &str)]) -> (String, String) {
        let variables = Variables::new(variables.iter().copied());
        let config = Config::read(&variables).expect("settings");
        let app = App::build(config, CATALOG).expect("builds");
        let told = listening(&app, &app.listing_for(None, None).view, &None);
        (told.server_info.name, told.instructions.expect("text"))
    }

    #[test]
    fn a_server_says_who_it_is_as_its_settings_do() {
        let (name, text) = told(&[]);
        assert_eq!(name, "aoma-mesh-mcp");
        assert_eq!(text, INSTRUCTIONS);
        let settings = [("MESH_NAME", "legal"), ("MESH_INSTRUCTIONS", "Contracts.")];
        let expected = ("legal".to_owned(), "Contracts.".to_owned());
        assert_eq!(told(&settings), expected);
    }

    #[test]
    fn nobody_is_promised_to_hear_of_changes_on_lambda() {
        let offered = |host| {
            let config = Config::read_on(host, &Variables::default()).expect("defaults");
            let app = App::build(config, CATALOG).expect("builds");
            let capabilities = listening(&app, &View::default(), &None).capabilities;
            let tools = capabilities.tools.expect("tools");
            let resources = capabilities.resources.expect("resources");
            [
                tools.list_changed,
                resources.list_changed,
                resources.subscribe,
            ]
        };
        assert_eq!(offered(Host::Process), [Some(true); 3]);
        assert_eq!(offered(Host::Lambda), [None; 3]);
    }
}
