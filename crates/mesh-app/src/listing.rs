use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use mesh_core::{Caller, lock};
use mesh_doors::policy::Rights;
use mesh_gateway::catalogue::for_handshake;
use mesh_gateway::{Gateway, Items, RemoteTool};
use mesh_tools::{OtherTool, View};
use rmcp::model::Tool;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::access::Granted;
use crate::app::App;
use crate::mcp::{Incoming, tool_wire};
use crate::remote::{sees, sees_item};
use crate::tool_search::{self, ToolSearch};

/// What a request is about: everything, or one server behind this one and nothing else.
pub(crate) type Scope = Option<Arc<str>>;

/// A view and its list of tools, written once for all who share it.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) view: View,
    pub(crate) tools: Vec<Tool>,
    /// Of the servers behind this one.
    pub(crate) remote: Vec<Arc<RemoteTool>>,
    /// Whose all these are.
    pub(crate) servers: BTreeSet<Arc<str>>,
    /// Prompts and resources of the same.
    pub(crate) items: Items,
    /// Every definition that is listed, ours first, with commas between.
    pub(crate) definitions: String,
    /// Where not all are listed.
    pub(crate) search: Option<Arc<ToolSearch>>,
    /// The result of `tools/list` in the revisions that open with `initialize`.
    pub(crate) handshake: Box<RawValue>,
    /// The same but for its last brace, as it stands within a string of JSON.
    pub(crate) escaped: String,
}

/// The listings that were last made: one for all who have the same rights.
#[derive(Debug, Default)]
pub(crate) struct Listings(Mutex<Made>);

#[derive(Debug, Default)]
struct Made {
    /// What there is, whoever asks, and of which commit of the corpus.
    whole: View,
    corpus: Option<String>,
    upstreams: Upstreams,
    by_rights: HashMap<Whose, Slot>,
}

type Whose = (Option<Rights>, Scope);

/// Which snapshot of them, and whether more may be known of them yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Upstreams {
    generation: u64,
    is_any_unheard: bool,
}

/// Made by the first who asks, and nobody with other rights waits for it.
type Slot = Arc<OnceLock<Arc<Listing>>>;

impl Listings {
    /// More would be sets of teams that nobody has any more.
    const MAX: usize = 256;

    /// Where the listing for these rights is, of what there is now.
    fn slot(
        &self,
        whose: Whose,
        whole: &View,
        corpus: Option<String>,
        upstreams: Upstreams,
    ) -> Slot {
        let mut made = lock(&self.0);
        let is_the_same =
            made.corpus == corpus && made.upstreams == upstreams && made.whole.has_the_same(whole);
        if !is_the_same || made.by_rights.len() >= Self::MAX && !made.by_rights.contains_key(&whose)
        {
            *made = Made {
                whole: whole.clone(),
                corpus,
                upstreams,
                by_rights: HashMap::new(),
            };
        }
        Arc::clone(made.by_rights.entry(whose).or_default())
    }
}

impl App {
    /// What a caller is offered now.
    pub(crate) fn listing(&self, caller: &Caller) -> Arc<Listing> {
        self.listing_for(self.access.of(caller).as_ref(), None)
    }

    /// What is offered to whoever sent a request, within its scope.
    pub(crate) fn listing_of(&self, incoming: &Incoming) -> Arc<Listing> {
        let granted = self.access.of(&incoming.request.caller);
        self.listing_for(granted.as_ref(), incoming.scope.as_ref())
    }

    /// As [`Self::listing`], where what the caller may do is at hand.
    pub(crate) fn listing_for(
        &self,
        granted: Option<&Granted>,
        scope: Option<&Arc<str>>,
    ) -> Arc<Listing> {
        let whole = self.catalog.view(&self.services);
        let corpus = self.services.corpus().map(mesh_index::Corpus::fingerprint);
        let upstreams = self
            .gateway
            .as_ref()
            .map(Gateway::catalogue)
            .unwrap_or_default();
        let rights = granted.map(|granted| granted.rights.clone());
        let whose = (rights, scope.cloned());
        let gateway = self.gateway.as_ref();
        let known = Upstreams {
            generation: upstreams.generation,
            is_any_unheard: gateway.is_some_and(Gateway::is_any_unheard),
        };
        let slot = self.listings.slot(whose, &whole, corpus, known);
        let listing = slot.get_or_init(|| {
            let view =
                granted.map_or_else(|| whole.clone(), |granted| granted.limit(whole.clone()));
            let remote = upstreams.tools.iter().filter(|tool| sees(granted, tool));
            let remote = remote.cloned().collect();
            let items = upstreams
                .items
                .seen_by(|kind, item| sees_item(granted, kind, item));
            Arc::new(match scope {
                None => {
                    let is_unheard = known.is_any_unheard && upstreams.tools.is_empty();
                    Listing::new(self, view, remote, items, is_unheard)
                }
                Some(upstream) => Listing::of_upstream(upstream, remote, &items),
            })
        });
        Arc::clone(listing)
    }
}

impl Listing {
    fn new(
        app: &App,
        mut view: View,
        remote: Vec<Arc<RemoteTool>>,
        items: Items,
        is_unheard: bool,
    ) -> Self {
        let tools = view.tools.iter();
        let tools: Vec<Tool> = tools.map(|tool| tool_wire(tool, &app.services)).collect();
        let own = tools
            .iter()
            .map(|tool| serde_json::to_string(tool).expect("definitions can be written as JSON"));
        let listing = app.config.gateway.tools;
        let listed = tool_search::listed(listing, own.collect(), &remote, is_unheard);
        view.others = others(&remote, listed.1.as_deref());
        Self::of(view, tools, remote, items, listed)
    }

    /// Of one server behind this one, under its own names.
    fn of_upstream(upstream: &str, mut remote: Vec<Arc<RemoteTool>>, items: &Items) -> Self {
        remote.retain(|tool| *tool.upstream == *upstream);
        let definitions = remote
            .iter()
            .map(|tool| tool.plain_definition().get().to_owned());
        let definitions: Vec<String> = definitions.collect();
        let (view, items) = (View::default(), items.of_upstream(upstream));
        Self::of(view, Vec::new(), remote, items, (definitions, None))
    }

    fn of(
        view: View,
        tools: Vec<Tool>,
        remote: Vec<Arc<RemoteTool>>,
        items: Items,
        (definitions, search): (Vec<String>, Option<Arc<ToolSearch>>),
    ) -> Self {
        let handshake: Vec<_> = definitions.iter().map(|one| for_handshake(one)).collect();
        let handshake = format!(r#"{{"tools":[{}]}}"#, handshake.join(","));
        let handshake = RawValue::from_string(handshake);
        let handshake = handshake.expect("definitions of JSON make a list of JSON");
        let servers = remote.iter().map(|tool| &tool.upstream);
        let servers = servers.chain(items.all().map(|item| &item.upstream));
        Self {
            view,
            tools,
            servers: servers.cloned().collect(),
            remote,
            items,
            definitions: definitions.join(","),
            search,
            escaped: escaped(handshake.get().trim_end_matches('}')),
            handshake,
        }
    }

    /// `body`, which ends with the list but for its last brace and an `end` of its own, as a string of JSON.
    pub(crate) fn escape(&self, body: &str, end: &str) -> Option<String> {
        let list = self.handshake.get().strip_suffix('}')?;
        let beginning = body.strip_suffix(end)?.strip_suffix(list)?;
        let (beginning, end) = (escaped(beginning), escaped(end));
        Some(["\"", &beginning, &self.escaped, &end, "\""].concat())
    }

    /// The member of the result of `tools/list` that has them.
    pub(crate) fn member(&self, is_modern: bool) -> String {
        match is_modern {
            true => format!(r#""tools":[{}]"#, self.definitions),
            false => {
                let list = self.handshake.get();
                list[1..list.len() - 1].to_owned()
            }
        }
    }

    /// A tool as MCP has it.
    pub(crate) fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}

/// What is listed beside our own tools.
fn others(remote: &[Arc<RemoteTool>], search: Option<&ToolSearch>) -> Vec<OtherTool> {
    let of_servers = remote
        .iter()
        .filter(|tool| search.is_none() || tool.is_pinned)
        .filter_map(|tool| other(tool.definition.get(), Some(&tool.upstream)));
    let two = search.into_iter().flat_map(ToolSearch::own);
    of_servers
        .chain(two.filter_map(|definition| other(definition, None)))
        .collect()
}

fn other(definition: &str, server: Option<&str>) -> Option<OtherTool> {
    #[derive(Deserialize)]
    struct Definition {
        name: String,
        title: Option<String>,
        description: Option<String>,
    }
    let definition: Definition = serde_json::from_str(definition).ok()?;
    Some(OtherTool {
        name: definition.name,
        title: definition.title,
        description: definition.description,
        server: server.map(str::to_owned),
    })
}

/// As it stands between the quotes of a string of JSON.
fn escaped(text: &str) -> String {
    let mut json = serde_json::to_string(text).expect("text can be written as JSON");
    json.pop();
    json.remove(0);
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_are_kept_for_who_has_one_however_many_there_are() {
        let (listings, whole) = (Listings::default(), View::default());
        let slot = |nth: usize| {
            let scope = Some(Arc::from(format!("server-{nth}")));
            listings.slot((None, scope), &whole, None, Upstreams::default())
        };
        let first = slot(0);
        (1..Listings::MAX).for_each(|nth| drop(slot(nth)));
        assert!(Arc::ptr_eq(&first, &slot(0)));
        slot(Listings::MAX);
        assert!(!Arc::ptr_eq(&first, &slot(0)));
    }

    #[test]
    fn while_one_is_made_others_are_had() {
        let (listings, whole) = (Listings::default(), View::default());
        let slot = |generation| {
            let upstreams = Upstreams {
                generation,
                is_any_unheard: false,
            };
            listings.slot((None, None), &whole, None, upstreams)
        };
        let made = || Arc::new(Listing::of_upstream("a", Vec::new(), &Items::default()));
        let first = slot(1);
        let listing = first.get_or_init(|| {
            assert!(Arc::ptr_eq(&first, &slot(1)));
            slot(2).get_or_init(made);
            made()
        });
        assert_eq!(listing.definitions, "");
    }
}
