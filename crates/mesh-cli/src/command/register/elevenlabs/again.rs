//! The command that makes a registration as it was said the last time: somebody copies it into a shell.

use reqwest::Url;

use super::found::Found;
use super::state::Place;
use super::wished;
use crate::terminal;

/// Where nobody knows the address any more.
const UNKNOWN: &str = "https://DOOR/mcp";

/// With `may_spend` it approves tools that spend, as it did.
pub(super) fn command(place: &Place, found: &Found, may_spend: bool) -> String {
    let state = &found.state;
    let text = |field: &str| found.server.as_ref().and_then(|server| server.text(field));
    let url = text("url").and_then(|url| Url::parse(url).ok());
    let secret = found.secret.as_ref();
    let named = secret.and_then(|secret| secret.name.strip_suffix("-bearer"));
    let name = text("name").or(named);
    let mut words: Vec<String> = ["mesh", "register", "elevenlabs"].map(str::to_owned).into();
    let mut say = |flag: &str, value: &str| {
        words.push(format!("--{flag}={}", terminal::quoted(value)));
    };
    say("url", url.as_ref().map_or(UNKNOWN, Url::as_str));
    if let Some(name) = name.filter(|name| wished::name(name).is_ok()) {
        say("name", name);
    }
    if let Some(approve) = &state.approve {
        say("approve", &approve.to_string());
    }
    // One that is gone would stop it.
    let is_there = |id: &&String| found.agents.iter().any(|agent| agent.id == **id);
    for agent in state.agents.iter().filter(is_there) {
        say("agent", agent);
    }
    if let Place::File(path) = place {
        say("state", &path.to_string_lossy());
    }
    if state.webhook.is_some() {
        words.push("--post-call-webhook".to_owned());
    }
    if may_spend {
        words.push("--yes".to_owned());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use mesh_clients::elevenlabs::workspace::{Agent, McpServer, StoredSecret};
    use serde_json::{Value, json};

    use super::super::state::{KnownWebhook, State};
    use super::*;

    fn found(server: Option<Value>) -> Found {
        let agent = |id: &str| Agent {
            id: id.to_owned(),
            name: String::new(),
            mcp_server_ids: Vec::new(),
            native_mcp_server_ids: Vec::new(),
        };
        let server = server.map(|config| McpServer {
            id: "server_1".to_owned(),
            config: config.as_object().cloned().expect("an object"),
            agents: Vec::new(),
            unseen_agents: 0,
        });
        Found {
            state: State {
                approve: Some("search,read_code".parse().expect("names")),
                agents: vec!["agent_1".to_owned(), "gone".to_owned()],
                webhook: Some(KnownWebhook {
                    webhook_id: "webhook_1".to_owned(),
                    retries: true,
                    secret: None,
                }),
                ..State::default()
            },
            secret: Some(StoredSecret {
                secret_id: "secret_1".to_owned(),
                name: "mesh-of-ann-bearer".to_owned(),
            }),
            server,
            agents: vec![agent("agent_1")],
            ..Found::default()
        }
    }

    fn parsed(command: &str) {
        let words = shlex::split(command).expect("words");
        let cli = crate::Cli::try_parse_from(words);
        cli.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    #[test]
    fn it_says_all_that_was_said_and_is_a_command() {
        let place = Place::File("state.json".into());
        let config = json!({"url": "https://door.example.com/mcp?a=1&b=2", "name": "mesh"});
        let said = command(&place, &found(Some(config)), true);
        assert_eq!(
            said,
            "mesh register elevenlabs --url='https://door.example.com/mcp?a=1&b=2' --name=mesh --approve='read_code,search' \
             --agent=agent_1 --state=state.json --post-call-webhook --yes"
        );
        parsed(&said);
    }

    #[test]
    fn of_a_server_that_is_gone_the_address_alone_is_to_be_said() {
        let place = Place::File("state.json".into());
        let said = command(&place, &found(None), false);
        assert!(
            said.starts_with("mesh register elevenlabs --url=https://DOOR/mcp --name=mesh-of-ann "),
            "{said}"
        );
        parsed(&said);
        let hostile = json!({"url": "https://door.example.com/mcp", "name": "$(reboot)"});
        let said = command(&place, &found(Some(hostile)), false);
        assert!(!said.contains("reboot"), "{said}");
    }
}
