//! What all upstreams offer at one moment, under the names by which it is asked for.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use mesh_core::{Effect, ToolName};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::entry::Entry;
use crate::fit;
use crate::heard::{Heard, Kind};
use crate::item::Items;
use crate::mirrored;
use crate::name::advertised;
use crate::raw::Members;

/// An immutable snapshot: whoever has one sees all of it, however the upstreams change.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Counted up with each that differs.
    pub generation: u64,
    /// By upstream, and by name in each.
    pub tools: Vec<Arc<RemoteTool>>,
    by_name: HashMap<Box<str>, usize>,
    /// Prompts and resources.
    pub items: Items,
    /// What is not offered, and why.
    pub notes: Vec<String>,
}

/// A tool of an upstream's.
#[derive(Clone, Debug)]
pub struct RemoteTool {
    pub name: ToolName,
    pub upstream: Arc<str>,
    /// What a policy names all tools of the upstream by: no family of our own is called so.
    pub family: Arc<str>,
    /// The upstream's name for it.
    pub own_name: String,
    /// Its name where no other upstream is in sight: the upstream's own, or what its entry says instead.
    pub plain_name: String,
    /// As it came, but for the name and what its entry says otherwise.
    pub definition: Box<RawValue>,
    /// By what it says of itself; one that does not say that it only reads may write.
    pub effect: Effect,
    /// What it asks is passed on to whoever called.
    pub relays: bool,
    /// A call can be made again: it only reads, does the same again, or its entry says so.
    pub may_be_repeated: bool,
    /// It is only run as a task.
    pub is_a_task: bool,
    /// Whose tool it is; everybody's where none is named.
    pub team: Option<Arc<str>>,
    /// It is listed where others are only searched for.
    pub is_pinned: bool,
    /// Arguments of a call that does not give them.
    pub defaults: Map<String, Value>,
}

impl RemoteTool {
    /// Whether it wants to see arguments in headers too.
    #[must_use]
    pub fn is_mirrored(&self) -> bool {
        self.definition.get().contains(mirrored::MARK)
    }
}

impl Catalogue {
    pub(crate) fn of<'a>(
        upstreams: impl Iterator<Item = (&'a Entry, Arc<Heard>)>,
        name_limit: usize,
        is_strict: bool,
    ) -> Self {
        let mut catalogue = Self {
            items: Items::new(is_strict),
            ..Self::default()
        };
        for (entry, heard) in upstreams {
            let mut tools: Vec<_> = heard
                .of(Kind::Tool)
                .iter()
                .filter_map(|definition| catalogue.make(entry, definition, name_limit))
                .collect();
            tools.sort_by(|a, b| a.own_name.cmp(&b.own_name));
            for tool in tools {
                catalogue.add(tool);
            }
            let notes = catalogue.items.add(entry, &heard, name_limit);
            catalogue.notes.extend(notes);
            let notes = heard
                .notes
                .iter()
                .map(|note| format!("{}: {note}", entry.name));
            catalogue.notes.extend(notes);
        }
        catalogue
    }

    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Arc<RemoteTool>> {
        self.tools.get(*self.by_name.get(name)?)
    }

    /// The tool that has this plain name at an upstream.
    #[must_use]
    pub fn tool_of(&self, upstream: &str, plain_name: &str) -> Option<&Arc<RemoteTool>> {
        let is_it =
            |tool: &&Arc<RemoteTool>| *tool.upstream == *upstream && tool.plain_name == plain_name;
        self.tools.iter().find(is_it)
    }

    /// What is offered here and not there, or not so, to the last word and to the last of its options.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<Kind> {
        let is_same = |kind: &Kind| match kind {
            Kind::Tool => {
                let mut pairs = self.tools.iter().zip(&other.tools);
                self.tools.len() == other.tools.len() && pairs.all(|(a, b)| a.is_the_same(b))
            }
            kind => self.items.are_the_same(*kind, &other.items),
        };
        Kind::ALL
            .into_iter()
            .filter(|kind| !is_same(kind))
            .collect()
    }

    fn add(&mut self, tool: RemoteTool) {
        let place = self.tools.len();
        if self.by_name.contains_key(tool.name.as_str()) {
            let note = format!(
                "{}: two of its tools would be `{}`; the second is left out",
                tool.upstream, tool.name
            );
            self.notes.push(note);
            return;
        }
        self.by_name.insert(tool.name.as_str().into(), place);
        self.tools.push(Arc::new(tool));
    }

    /// None where it is not offered; why, where that is not the entry's own wish, is noted.
    fn make(
        &mut self,
        entry: &Entry,
        definition: &RawValue,
        name_limit: usize,
    ) -> Option<RemoteTool> {
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
            self.notes
                .push(format!("{}: a tool without a name is left out", entry.name));
            return None;
        };
        let options = &entry.options.tools;
        if !options.offers(&own_name) {
            return None;
        }
        if let Err(why) = fit::check(Kind::Tool, members) {
            self.notes
                .push(left_out(entry, Kind::Tool, &own_name, &why));
            return None;
        }
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
        Some(RemoteTool {
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
        })
    }
}

impl RemoteTool {
    fn is_the_same(&self, other: &Self) -> bool {
        let options = |tool: &Self| {
            let Self {
                effect,
                relays,
                may_be_repeated,
                is_pinned,
                ..
            } = *tool;
            (effect, relays, may_be_repeated, is_pinned)
        };
        self.definition.get() == other.definition.get()
            && (
                &self.upstream,
                &self.own_name,
                &self.plain_name,
                &self.team,
                &self.defaults,
            ) == (
                &other.upstream,
                &other.own_name,
                &other.plain_name,
                &other.team,
                &other.defaults,
            )
            && options(self) == options(other)
    }

    /// The definition under its plain name.
    #[must_use]
    pub fn plain_definition(&self) -> Box<RawValue> {
        let Some(mut members) = Members::of(&self.definition) else {
            return self.definition.clone();
        };
        members.set("name", &self.plain_name.as_str().into());
        members.write()
    }
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

/// A definition without what clients of the revisions that open with `initialize` would refuse it for, and the list with it.
#[must_use]
pub fn for_handshake(definition: &str) -> Cow<'_, str> {
    const OUTPUT: &str = "outputSchema";
    let Ok(mut members) = serde_json::from_str::<Members<'_>>(definition) else {
        return definition.into();
    };
    let mut outputs = members.0.iter().filter(|(name, _)| name == OUTPUT);
    if outputs.all(|(_, schema)| fit::is_of_every_revision(schema)) {
        return definition.into();
    }
    members.remove(OUTPUT);
    members.write().get().to_owned().into()
}

/// What is told of an item that clients could not take.
pub(crate) fn left_out(entry: &Entry, kind: Kind, own_key: &str, why: &str) -> String {
    let shown: String = own_key.chars().take(64).collect();
    format!("{}: the {kind} {shown:?} is left out: {why}", entry.name)
}

/// See [`RemoteTool::family`].
#[must_use]
pub fn family(upstream: &str) -> String {
    format!("upstream:{upstream}")
}
