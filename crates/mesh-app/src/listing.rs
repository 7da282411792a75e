use std::sync::{Arc, Mutex, PoisonError};

use mesh_core::Caller;
use mesh_tools::{Services, View};
use rmcp::model::{ListToolsResult, Tool};
use serde_json::value::RawValue;

use crate::app::App;
use crate::mcp::tool_wire;

/// A view and its list of tools, written once for all who share it.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) view: View,
    /// The descriptions say what is indexed: of which commit.
    corpus: Option<String>,
    pub(crate) tools: Vec<Tool>,
    /// The result of `tools/list` in the revisions that open with `initialize`.
    pub(crate) handshake: Box<RawValue>,
    /// The same as it stands within a string of JSON.
    pub(crate) escaped: String,
}

/// The listing that was last made.
#[derive(Debug, Default)]
pub(crate) struct Listings(Mutex<Option<Arc<Listing>>>);

impl App {
    /// What a caller is offered now. No policy tells callers apart, so all are offered the same.
    pub(crate) fn listing(&self, _caller: &Caller) -> Arc<Listing> {
        let view = self.catalog.view(&self.services);
        let corpus = self.services.corpus().map(mesh_index::Corpus::fingerprint);
        let mut last = self
            .listings
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = &*last
            && last.corpus == corpus
            && last.view.has_the_same(&view)
        {
            return Arc::clone(last);
        }
        let made = Arc::new(Listing::new(view, corpus, &self.services));
        *last = Some(Arc::clone(&made));
        made
    }
}

impl Listing {
    fn new(view: View, corpus: Option<String>, services: &Services) -> Self {
        let tools: Vec<Tool> = view
            .tools
            .iter()
            .map(|tool| tool_wire(tool, services))
            .collect();
        let mut list = ListToolsResult::with_all_items(tools.clone());
        // 2026-07-28 brought it.
        list.result_type = None;
        let handshake = serde_json::value::to_raw_value(&list);
        let handshake = handshake.expect("definitions can be written as JSON");
        Self {
            view,
            corpus,
            tools,
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
