//! What all upstreams offer at one moment, under the names by which it is asked for.

mod offered;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use mesh_core::{Effect, ToolName};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::fit;
use crate::heard::Kind;
use crate::item::{ItemKind, Items};
use crate::mirrored;
use crate::raw::Members;

pub(crate) use offered::{Offered, left_out};

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
    pub(crate) fn of(upstreams: impl Iterator<Item = Arc<Offered>>, is_strict: bool) -> Self {
        let mut catalogue = Self {
            items: Items::new(is_strict),
            ..Self::default()
        };
        for offered in upstreams {
            catalogue.notes.extend_from_slice(&offered.notes);
            for tool in &offered.tools {
                catalogue.add(tool);
            }
            catalogue.items.add(&offered);
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
            Kind::Prompt => self.items.are_the_same(ItemKind::Prompt, &other.items),
            Kind::Resource => self.items.are_the_same(ItemKind::Resource, &other.items),
            Kind::Template => self.items.are_the_same(ItemKind::Template, &other.items),
        };
        Kind::ALL
            .into_iter()
            .filter(|kind| !is_same(kind))
            .collect()
    }

    fn add(&mut self, tool: &Arc<RemoteTool>) {
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
        self.tools.push(Arc::clone(tool));
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

/// See [`RemoteTool::family`].
#[must_use]
pub fn family(upstream: &str) -> String {
    format!("upstream:{upstream}")
}
