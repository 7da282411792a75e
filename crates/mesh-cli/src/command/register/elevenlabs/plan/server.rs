use mesh_clients::elevenlabs::workspace::McpServer;
use serde_json::Value;

use super::super::found::Found;
use super::super::wished::{FIXED, Wished};
use super::Step;

/// What is to become of the server itself.
pub(super) struct Server<'f> {
    /// The one that stays.
    pub(super) kept: Option<&'f McpServer>,
    /// The one that another takes the place of.
    pub(super) replaced: Option<&'f McpServer>,
    /// In what the one that is there differs.
    differing: Vec<String>,
}

impl<'f> Server<'f> {
    pub(super) fn compared(wished: &Wished, found: &'f Found) -> Self {
        let differing = differing(wished, found);
        let must_be_replaced = has_fixed(&differing);
        let server = found.server.as_ref();
        Self {
            kept: server.filter(|_| !must_be_replaced),
            replaced: server.filter(|_| must_be_replaced).or(found.old.as_ref()),
            differing,
        }
    }

    pub(super) const fn is_as_wished(&self) -> bool {
        self.kept.is_some() && self.differing.is_empty()
    }

    pub(super) fn step(&self) -> Option<Step> {
        let fields = self.differing.clone();
        match (self.kept, self.replaced) {
            (Some(_), _) => (!fields.is_empty()).then_some(Step::ChangeServer { fields }),
            (None, Some(old)) if !fields.is_empty() => Some(Step::ReplaceServer {
                old: old.id.clone(),
                fields,
            }),
            (None, _) => Some(Step::CreateServer),
        }
    }

    /// What is known of it is written down, unless making it does that.
    pub(super) fn remembered(&self, wished: &Wished, found: &Found) -> Option<Step> {
        let state = &found.state;
        let is_known = self.kept.is_none_or(|server| {
            state.server_id.as_ref() == Some(&server.id)
                && state.approve.as_ref() == Some(&wished.approvals.asked)
                && (wished.agents.is_empty() || state.agents == wished.agents)
        });
        let is_replaced = state.replaces.is_some() && self.replaced.is_none();
        let replaces = self.replaced.map(|old| old.id.clone());
        (!is_known || is_replaced).then_some(Step::Remember { replaces })
    }
}

/// A replacement that was cut off, and whose server is not wished any more either: the server that it made, and the old one.
pub(super) fn abandoned<'f>(
    wished: &Wished,
    found: &'f Found,
) -> Option<(&'f McpServer, &'f McpServer)> {
    let (new, old) = found.server.as_ref().zip(found.old.as_ref())?;
    has_fixed(&differing(wished, found)).then_some((new, old))
}

fn has_fixed(differing: &[String]) -> bool {
    let is_fixed = |field: &String| FIXED.contains(&field.as_str());
    differing.iter().any(is_fixed)
}

fn differing(wished: &Wished, found: &Found) -> Vec<String> {
    let Some(server) = &found.server else {
        return Vec::new();
    };
    // An id that there is not yet is like none that is there.
    let secret = found.secret.as_ref().map_or("", |secret| &secret.secret_id);
    let wished = wished.config(secret);
    let differs = |field: &&String| {
        let found = server.config.get(*field).unwrap_or(&Value::Null);
        wished[*field] != *found
    };
    wished.keys().filter(differs).cloned().collect()
}
