use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_core::Caller;
use mesh_doors::policy::Rights;
use mesh_gateway::{Gateway, Items, RemoteTool};
use mesh_tools::{Services, View};
use rmcp::model::Tool;
use serde_json::value::RawValue;

use crate::access::Granted;
use crate::app::App;
use crate::mcp::tool_wire;
use crate::remote::{sees, sees_item};

/// A view and its list of tools, written once for all who share it.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) view: View,
    pub(crate) tools: Vec<Tool>,
    /// Of the servers behind this one.
    pub(crate) remote: Vec<Arc<RemoteTool>>,
    /// Prompts and resources of the same.
    pub(crate) items: Items,
    /// Every definition of a tool, ours first, with commas between.
    pub(crate) definitions: String,
    /// The result of `tools/list` in the revisions that open with `initialize`.
    pub(crate) handshake: Box<RawValue>,
    /// The same as it stands within a string of JSON.
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
    /// Which snapshot of the upstreams.
    generation: u64,
    by_rights: HashMap<Option<Rights>, Arc<Listing>>,
}

impl App {
    /// What a caller is offered now.
    pub(crate) fn listing(&self, caller: &Caller) -> Arc<Listing> {
        self.listing_for(self.access.of(caller).as_ref())
    }

    /// As [`Self::listing`], where what the caller may do is at hand.
    pub(crate) fn listing_for(&self, granted: Option<&Granted>) -> Arc<Listing> {
        /// More would be sets of teams that nobody has any more.
        const MAX_LISTINGS: usize = 256;
        let whole = self.catalog.view(&self.services);
        let corpus = self.services.corpus().map(mesh_index::Corpus::fingerprint);
        let upstreams = self
            .gateway
            .as_ref()
            .map(Gateway::catalogue)
            .unwrap_or_default();
        let mut made = self
            .listings
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if made.corpus != corpus
            || made.generation != upstreams.generation
            || !made.whole.has_the_same(&whole)
            || made.by_rights.len() >= MAX_LISTINGS
        {
            *made = Made {
                whole: whole.clone(),
                corpus,
                generation: upstreams.generation,
                by_rights: HashMap::new(),
            };
        }
        let rights = granted.map(|granted| granted.rights.clone());
        let listing = made.by_rights.entry(rights).or_insert_with(|| {
            let view =
                granted.map_or_else(|| whole.clone(), |granted| granted.limit(whole.clone()));
            let remote = upstreams.tools.iter().filter(|tool| sees(granted, tool));
            let items = upstreams
                .items
                .seen_by(|kind, item| sees_item(granted, kind, item));
            let remote = remote.cloned().collect();
            Arc::new(Listing::new(view, remote, items, &self.services))
        });
        Arc::clone(listing)
    }
}

impl Listing {
    fn new(view: View, remote: Vec<Arc<RemoteTool>>, items: Items, services: &Services) -> Self {
        let tools: Vec<Tool> = view
            .tools
            .iter()
            .map(|tool| tool_wire(tool, services))
            .collect();
        let own = tools
            .iter()
            .map(|tool| serde_json::to_string(tool).expect("definitions can be written as JSON"));
        let theirs = remote.iter().map(|tool| tool.definition.get().to_owned());
        let definitions: Vec<String> = own.chain(theirs).collect();
        let definitions = definitions.join(",");
        let handshake = RawValue::from_string(format!(r#"{{"tools":[{definitions}]}}"#));
        let handshake = handshake.expect("definitions of JSON make a list of JSON");
        Self {
            view,
            tools,
            remote,
            items,
            definitions,
            escaped: escaped(handshake.get()),
            handshake,
        }
    }

    /// `body`, which ends with the list and an `end` of its own, as a string of JSON.
    pub(crate) fn escape(&self, body: &str, end: &str) -> Option<String> {
        let beginning = body.strip_suffix(end)?.strip_suffix(self.handshake.get())?;
        Some(format!(
            "\"{}{}{}\"",
            escaped(beginning),
            self.escaped,
            escaped(end)
        ))
    }

    /// A tool as MCP has it.
    pub(crate) fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}

/// As it stands between the quotes of a string of JSON.
fn escaped(text: &str) -> String {
    let mut json = serde_json::to_string(text).expect("text can be written as JSON");
    json.pop();
    json.remove(0);
    json
}
