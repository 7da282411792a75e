//! Which of the things in a workspace are ours.

use anyhow::bail;
use mesh_clients::elevenlabs::workspace::{McpServer, StoredSecret};
use reqwest::Url;

use super::state::State;

/// By what a server is known that no run remembers.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) url: Option<Url>,
}

/// The server that is ours, and one that it takes the place of.
#[derive(Clone, Debug, Default)]
pub(super) struct Ours {
    pub(super) server: Option<McpServer>,
    pub(super) old: Option<McpServer>,
}

impl Identity {
    /// Two secrets of one name are told apart by nobody.
    pub(super) fn secret_name(&self) -> String {
        format!("{}-bearer", self.name)
    }

    fn has_url_of(&self, server: &McpServer) -> bool {
        let theirs = server.text("url").and_then(|url| Url::parse(url).ok());
        theirs.is_some() && theirs == self.url
    }

    fn has_name_of(&self, server: &McpServer) -> bool {
        server.text("name") == Some(&self.name)
    }
}

/// The secret with our name; of several, the one recorded in the state. Else the recorded one, whatever its name.
pub(super) fn secret(
    identity: Option<&Identity>,
    secrets: Vec<StoredSecret>,
    state: &State,
) -> anyhow::Result<Option<StoredSecret>> {
    let name = identity.map(Identity::secret_name);
    let is_known = |secret: &StoredSecret| {
        let known = state.secret.as_ref();
        known.is_some_and(|known| known.secret_id == secret.secret_id)
    };
    let (mut named, others): (Vec<_>, Vec<_>) = secrets
        .into_iter()
        .partition(|secret| Some(&secret.name) == name.as_ref());
    if let Some(at) = named.iter().position(is_known) {
        return Ok(Some(named.swap_remove(at)));
    }
    if let [first, _, ..] = named.as_slice() {
        let ids: Vec<_> = named
            .iter()
            .map(|secret| format!("`{}`", secret.secret_id))
            .collect();
        bail!(
            "ElevenLabs has several secrets named `{}`: {}; none was touched: delete all but one of them, or give another `--name`",
            first.name,
            ids.join(", ")
        );
    }
    Ok(named.pop().or_else(|| others.into_iter().find(is_known)))
}

/// By the id that was kept, or else by address, or else by name.
pub(super) fn servers(
    identity: Option<&Identity>,
    servers: &[McpServer],
    state: &State,
) -> anyhow::Result<Ours> {
    let by_id = |id: &Option<String>| {
        let id = id.as_deref()?;
        servers.iter().find(|server| server.id == id).cloned()
    };
    let server = by_id(&state.server_id);
    let old = by_id(&state.replaces);
    if state.replaces.is_some() && state.replaces != state.server_id {
        return Ok(Ours { server, old });
    }
    if let (Some(old), Some(_)) = (old, &server) {
        // The run that was to replace it ended before it could write down by what: by one that sends our secret.
        let others = servers.iter().filter(|other| other.id != old.id);
        let new = others.filter(|other| sends_ours(other, state));
        return Ok(match only(new, "are what `mesh register` was to make")? {
            Some(new) => Ours {
                server: Some(new),
                old: Some(old),
            },
            None => Ours {
                server: Some(old),
                old: None,
            },
        });
    }
    let Some(identity) = identity.filter(|_| server.is_none()) else {
        return Ok(Ours { server, old: None });
    };
    let by_url = servers.iter().filter(|server| identity.has_url_of(server));
    let by_url = only(by_url, "have this address")?;
    let server = match by_url {
        Some(server) => Some(server),
        None => {
            let by_name = servers.iter().filter(|server| identity.has_name_of(server));
            only(by_name, "have this name")?
        }
    };
    Ok(Ours { server, old: None })
}

fn sends_ours(server: &McpServer, state: &State) -> bool {
    let headers = server.config.get("request_headers");
    let sent = headers.and_then(|headers| headers["Authorization"]["secret_id"].as_str());
    sent.is_some_and(|sent| {
        state
            .secret
            .as_ref()
            .is_some_and(|ours| ours.secret_id == sent)
    })
}

fn only<'s>(
    found: impl Iterator<Item = &'s McpServer>,
    what: &str,
) -> anyhow::Result<Option<McpServer>> {
    match found.collect::<Vec<_>>().as_slice() {
        [] => Ok(None),
        [only] => Ok(Some((*only).clone())),
        several => {
            let text = |server: &McpServer, field: &str| {
                server
                    .text(field)
                    .unwrap_or("a secret")
                    .escape_debug()
                    .to_string()
            };
            let told = several.iter().map(|server| {
                format!(
                    "`{}` (`{}`, {})",
                    server.id,
                    text(server, "name"),
                    text(server, "url")
                )
            });
            bail!(
                "several servers at ElevenLabs {what}: {}; none was touched: delete all but one of them in the dashboard, and run this \
                 again",
                told.collect::<Vec<_>>().join(", ")
            )
        }
    }
}
