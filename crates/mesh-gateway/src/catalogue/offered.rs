//! What one upstream offers, before it stands beside the others.

use std::sync::Arc;

use mesh_core::Effect;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{RemoteTool, family};
use crate::entry::Entry;
use crate::fit;
use crate::heard::{Heard, Kind};
use crate::item::{ItemKind, RemoteItem, item};
use crate::name::advertised;
use crate::raw::Members;

/// What clients can take of what was heard. To see that is much work, and done once, however often other upstreams are heard
/// anew.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) upstream: Arc<str>,
    /// Whose it is; everybody's where no team is named.
    pub(crate) team: Option<Arc<str>>,
    /// By their own names.
    pub(super) tools: Vec<Arc<RemoteTool>>,
    /// Each under its own key, but for prompts.
    pub(crate) items: Vec<(ItemKind, Arc<RemoteItem>)>,
    /// What is not offered, and why.
    pub(super) notes: Vec<String>,
    heard: Arc<Heard>,
}

impl Offered {
    pub(crate) fn of(entry: &Entry, heard: Arc<Heard>, name_limit: usize) -> Self {
        let mut offered = Self {
            upstream: entry.name.as_str().into(),
            team: entry.options.team.as_deref().map(Arc::from),
            tools: Vec::new(),
            items: Vec::new(),
            notes: Vec::new(),
            heard,
        };
        let heard = Arc::clone(&offered.heard);
        for definition in heard.of(Kind::Tool) {
            match tool(entry, definition, name_limit) {
                Ok(tool) => offered.tools.extend(tool.map(Arc::new)),
                Err(note) => offered.notes.push(note),
            }
        }
        offered.tools.sort_by(|a, b| a.own_name.cmp(&b.own_name));
        for kind in ItemKind::ALL {
            for definition in heard.of(kind.kind()) {
                match item(entry, kind, definition, name_limit) {
                    Ok(item) => offered.items.push((kind, Arc::new(item))),
                    Err(note) => offered.notes.push(note),
                }
            }
        }
        let notes = heard.notes.iter();
        let notes = notes.map(|note| format!("{}: {note}", entry.name));
        offered.notes.extend(notes);
        offered
    }

    /// Whether it is what was made of this very hearing.
    pub(crate) fn is_of(&self, heard: &Arc<Heard>) -> bool {
        Arc::ptr_eq(&self.heard, heard)
    }
}

/// None where the entry says that it is not offered.
///
/// # Errors
/// What is told of one that cannot be.
fn tool(
    entry: &Entry,
    definition: &RawValue,
    name_limit: usize,
) -> Result<Option<RemoteTool>, String> {
    #[derive(Deserialize)]
    struct Annotations {
        #[serde(rename = "readOnlyHint", default)]
        is_read_only: bool,
        #[serde(rename = "idempotentHint", default)]
        is_idempotent: bool,
    }
    let mut members = Members::of(definition);
    let own_name = members.as_ref().and_then(|members| members.text("name"));
    let (Some(members), Some(own_name)) = (&mut members, own_name) else {
        return Err(format!("{}: a tool without a name is left out", entry.name));
    };
    let options = &entry.options.tools;
    if !options.offers(&own_name) {
        return Ok(None);
    }
    fit::check(Kind::Tool, members).map_err(|why| left_out(entry, Kind::Tool, &own_name, &why))?;
    let plain_name = options.rename.get(&own_name).unwrap_or(&own_name).clone();
    let name = advertised(&entry.name, &plain_name, name_limit);
    members.set("name", &name.as_str().into());
    if let Some(description) = options.describe.get(&own_name) {
        members.set("description", &description.as_str().into());
    }
    let annotations = members
        .get("annotations")
        .and_then(|text| serde_json::from_str::<Annotations>(text).ok());
    let may_be_repeated = annotations
        .as_ref()
        .is_some_and(|annotations| annotations.is_read_only || annotations.is_idempotent);
    let effect = match annotations.is_some_and(|annotations| annotations.is_read_only) {
        true => Effect::Read,
        false => Effect::Write,
    };
    Ok(Some(RemoteTool {
        name,
        upstream: entry.name.as_str().into(),
        family: family(&entry.name).into(),
        definition: members.write(),
        effect,
        relays: entry.options.relay,
        may_be_repeated: may_be_repeated || entry.options.replay,
        team: entry.options.team.as_deref().map(Arc::from),
        is_a_task: is_a_task(members),
        is_pinned: options.pinned.contains(&own_name),
        defaults: options.defaults.get(&own_name).cloned().unwrap_or_default(),
        own_name,
        plain_name,
    }))
}

/// MCP 2025-11-25, server/tools: what a tool says of how it is called.
fn is_a_task(definition: &Members<'_>) -> bool {
    #[derive(Deserialize)]
    struct Execution {
        #[serde(rename = "taskSupport")]
        task_support: Option<String>,
    }
    let execution = definition
        .get("execution")
        .and_then(|text| serde_json::from_str::<Execution>(text).ok());
    let support = execution.and_then(|execution| execution.task_support);
    support.as_deref() == Some("required")
}

/// What is told of an item that clients could not take.
pub(crate) fn left_out(entry: &Entry, kind: Kind, own_key: &str, why: &str) -> String {
    let shown: String = own_key.chars().take(64).collect();
    format!("{}: the {kind} {shown:?} is left out: {why}", entry.name)
}
