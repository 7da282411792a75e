//! Prompts, resources and families of resources of upstreams.

mod kind;
mod uri;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::catalogue::{Offered, left_out};
use crate::entry::Entry;
use crate::fit;
use crate::name::advertised;
use crate::raw::Members;

pub use self::kind::ItemKind;
use self::uri::{fits, is_on_the_web, origin, qualified, qualified_template, unqualified};

/// A prompt, a resource or a family of resources, as it is offered.
#[derive(Clone, Debug)]
pub struct RemoteItem {
    /// A prompt's name, a resource's URI, a family's template.
    pub key: String,
    pub upstream: Arc<str>,
    /// What the upstream calls it.
    pub own_key: String,
    /// As it came, but for the key.
    pub definition: Box<RawValue>,
    /// What it asks is passed on to whoever asked for it.
    pub relays: bool,
    /// Whose it is; everybody's where no team is named.
    pub team: Option<Arc<str>>,
}

/// All of them, at one moment.
#[derive(Clone, Debug, Default)]
pub struct Items {
    pub prompts: Vec<Arc<RemoteItem>>,
    pub resources: Vec<Arc<RemoteItem>>,
    pub templates: Vec<Arc<RemoteItem>>,
    /// Nothing is read but what is listed, or fits a family that is.
    is_strict: bool,
    prompts_by_name: HashMap<String, usize>,
    resources_by_uri: HashMap<String, usize>,
    templates_by_key: HashMap<String, usize>,
    /// Whose each upstream is, whether it lists any or not.
    teams: BTreeMap<Arc<str>, Option<Arc<str>>>,
}

/// Where a URI is read: at an upstream, under its own name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub upstream: Arc<str>,
    pub uri: String,
    pub team: Option<Arc<str>>,
    /// By the very URI that was asked for.
    pub is_listed: bool,
}

impl Items {
    pub(crate) fn new(is_strict: bool) -> Self {
        Self {
            is_strict,
            ..Self::default()
        }
    }

    /// A resource or a family whose key is another upstream's already goes by one that leads to its own.
    pub(crate) fn add(&mut self, offered: &Offered) {
        let upstream = &offered.upstream;
        self.teams
            .insert(Arc::clone(upstream), offered.team.clone());
        for kind in ItemKind::ALL {
            let items = offered.items.iter().filter(|(of, _)| *of == kind);
            let items: Vec<_> = items
                .map(|(_, item)| match kind {
                    ItemKind::Resource if self.resources_by_uri.contains_key(&item.key) => {
                        Arc::new(item.under_key(kind, &qualified(upstream, &item.key)))
                    }
                    ItemKind::Template if self.templates_by_key.contains_key(&item.key) => {
                        Arc::new(item.under_key(kind, &qualified_template(upstream, &item.key)))
                    }
                    _ => Arc::clone(item),
                })
                .collect();
            for item in items {
                self.put(kind, item);
            }
        }
    }

    /// Those that one caller sees.
    #[must_use]
    pub fn seen_by(&self, sees: impl Fn(ItemKind, &RemoteItem) -> bool) -> Self {
        let mut seen = Self::new(self.is_strict);
        seen.teams.clone_from(&self.teams);
        for (kind, items) in self.by_kind() {
            items
                .iter()
                .filter(|item| sees(kind, item))
                .for_each(|item| seen.put(kind, Arc::clone(item)));
        }
        seen
    }

    /// Whether any is of this upstream.
    #[must_use]
    pub fn are_of(&self, upstream: &str) -> bool {
        self.all().any(|item| *item.upstream == *upstream)
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<RemoteItem>> {
        self.by_kind().into_iter().flat_map(|(_, items)| items)
    }

    /// Those of one upstream, under its own names.
    #[must_use]
    pub fn of_upstream(&self, upstream: &str) -> Self {
        let mut its = Self::new(self.is_strict);
        let teams = self.teams.iter();
        let team = teams.filter(|(name, _)| ***name == *upstream);
        its.teams = team
            .map(|(name, team)| (name.clone(), team.clone()))
            .collect();
        for (kind, items) in self.by_kind() {
            items
                .iter()
                .filter(|item| *item.upstream == *upstream)
                .for_each(|item| its.put(kind, Arc::new(item.under_key(kind, &item.own_key))));
        }
        its
    }

    const fn by_kind(&self) -> [(ItemKind, &Vec<Arc<RemoteItem>>); 3] {
        [
            (ItemKind::Prompt, &self.prompts),
            (ItemKind::Resource, &self.resources),
            (ItemKind::Template, &self.templates),
        ]
    }

    /// Adds one, where nothing of its key is there.
    fn put(&mut self, kind: ItemKind, item: Arc<RemoteItem>) {
        let (items, by_key) = match kind {
            ItemKind::Prompt => (&mut self.prompts, &mut self.prompts_by_name),
            ItemKind::Resource => (&mut self.resources, &mut self.resources_by_uri),
            ItemKind::Template => (&mut self.templates, &mut self.templates_by_key),
        };
        if !by_key.contains_key(&item.key) {
            by_key.insert(item.key.clone(), items.len());
            items.push(item);
        }
    }

    #[must_use]
    pub fn prompt(&self, name: &str) -> Option<&Arc<RemoteItem>> {
        self.prompts.get(*self.prompts_by_name.get(name)?)
    }

    #[must_use]
    pub fn template(&self, template: &str) -> Option<&Arc<RemoteItem>> {
        self.templates.get(*self.templates_by_key.get(template)?)
    }

    /// The upstream that lists the URI; else the one that its own part of the URI names; else the first with a template that it
    /// fits; else the first by name with resources of its scheme and authority.
    #[must_use]
    pub fn resource(&self, uri: &str) -> Option<Found> {
        let listed = self
            .resources_by_uri
            .get(uri)
            .map(|place| &self.resources[*place]);
        if let Some(item) = listed {
            return Some(Found {
                is_listed: true,
                ..found(item, &item.own_key)
            });
        }
        if let Some((upstream, own)) = unqualified(uri)
            && let Some((upstream, team)) = self.teams.get_key_value(&*upstream)
        {
            let is_its = |item: &&Arc<RemoteItem>| item.upstream == *upstream;
            let mut resources = self.resources.iter().filter(is_its);
            let mut templates = self.templates.iter().filter(is_its);
            let is_listed = resources.any(|item| item.own_key == own)
                || templates.any(|item| item.own_key == own || fits(&item.own_key, &own));
            return (!self.is_strict || is_listed).then(|| Found {
                upstream: Arc::clone(upstream),
                uri: own.clone(),
                team: team.clone(),
                is_listed: false,
            });
        }
        if let Some(item) = self.templates.iter().find(|item| fits(&item.own_key, uri)) {
            return Some(found(item, uri));
        }
        if self.is_strict {
            return None;
        }
        let alike = self
            .with_uris()
            .filter(|item| origin(&item.own_key) == origin(uri));
        let first = alike.min_by(|a, b| a.upstream.cmp(&b.upstream));
        first.map(|item| found(item, uri))
    }

    /// A URI that leads to this upstream, whatever the others have.
    #[must_use]
    pub fn qualified(upstream: &str, uri: &str) -> String {
        qualified(upstream, uri)
    }

    /// The same, where the URI as it is would lead to another of them, or nowhere.
    #[must_use]
    pub fn if_elsewhere(&self, upstream: &str, uri: &str) -> Option<String> {
        if is_on_the_web(uri) {
            return None;
        }
        match self.resource(uri) {
            Some(found) => (*found.upstream != *upstream).then(|| qualified(upstream, uri)),
            // What clients show is known to them by its scheme, and comes with the result.
            None if uri.starts_with("ui://") => None,
            None => {
                let qualified = qualified(upstream, uri);
                self.resource(&qualified).is_some().then_some(qualified)
            }
        }
    }

    fn with_uris(&self) -> impl Iterator<Item = &Arc<RemoteItem>> {
        self.resources.iter().chain(&self.templates)
    }

    pub(crate) fn are_the_same(&self, kind: ItemKind, other: &Self) -> bool {
        let (ours, theirs) = (self.of(kind), other.of(kind));
        let mut pairs = ours.iter().zip(theirs);
        self.is_strict == other.is_strict
            && ours.len() == theirs.len()
            && pairs.all(|(a, b)| a.is_the_same(b))
    }

    const fn of(&self, kind: ItemKind) -> &Vec<Arc<RemoteItem>> {
        match kind {
            ItemKind::Prompt => &self.prompts,
            ItemKind::Resource => &self.resources,
            ItemKind::Template => &self.templates,
        }
    }
}

impl RemoteItem {
    fn is_the_same(&self, other: &Self) -> bool {
        self.definition.get() == other.definition.get()
            && (
                &self.key,
                &self.upstream,
                &self.own_key,
                self.relays,
                &self.team,
            ) == (
                &other.key,
                &other.upstream,
                &other.own_key,
                other.relays,
                &other.team,
            )
    }

    #[must_use]
    pub fn is_a_template(&self) -> bool {
        Members::of(&self.definition)
            .is_some_and(|members| members.get(ItemKind::Template.key()).is_some())
    }

    fn under_key(&self, kind: ItemKind, key: &str) -> Self {
        let mut item = self.clone();
        if item.key != key
            && let Some(mut members) = Members::of(&self.definition)
        {
            key.clone_into(&mut item.key);
            members.set(kind.key(), &key.into());
            item.definition = members.write();
        }
        item
    }
}

fn found(item: &RemoteItem, uri: &str) -> Found {
    Found {
        upstream: Arc::clone(&item.upstream),
        uri: uri.to_owned(),
        team: item.team.clone(),
        is_listed: false,
    }
}

/// # Errors
/// What is told of one that is not offered.
pub(crate) fn item(
    entry: &Entry,
    kind: ItemKind,
    definition: &RawValue,
    name_limit: usize,
) -> Result<RemoteItem, String> {
    let member = kind.key();
    let members = Members::of(definition);
    let own_key = members.as_ref().and_then(|members| members.text(member));
    let (Some(mut members), Some(own_key)) = (members, own_key) else {
        return Err(format!(
            "{}: a {} without a `{member}` is left out",
            entry.name,
            kind.kind()
        ));
    };
    fit::check(kind.kind(), &members)
        .map_err(|why| left_out(entry, kind.kind(), &own_key, &why))?;
    let key = match kind {
        ItemKind::Prompt => advertised(&entry.name, &own_key, name_limit)
            .as_str()
            .to_owned(),
        _ => own_key.clone(),
    };
    if key != own_key {
        members.set(member, &key.as_str().into());
    }
    Ok(RemoteItem {
        key,
        upstream: entry.name.as_str().into(),
        own_key,
        definition: members.write(),
        relays: entry.options.relay,
        team: entry.options.team.as_deref().map(Arc::from),
    })
}
