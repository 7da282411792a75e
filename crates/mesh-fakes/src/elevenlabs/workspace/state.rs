use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::gate::{Asked, Cut, Meeting, Refusal};

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Value,
    pub(super) secrets: Vec<Held>,
    /// Configurations by id.
    pub(super) servers: BTreeMap<String, Map<String, Value>>,
    pub(super) agents: BTreeMap<String, Value>,
    pub(super) webhooks: Vec<Value>,
    pub(super) denied: String,
    pub(super) is_elsewhere: bool,
    pub(super) refusals: Vec<Refusal>,
    pub(super) meetings: Vec<Meeting>,
    pub(super) cut: Option<Cut>,
    /// The command that lists the tools of a server, where another client than ours does.
    pub(super) client: Option<Vec<String>>,
    pub(super) asked: Vec<Asked>,
    ids: u32,
}

#[derive(Debug)]
pub(super) struct Held {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) value: String,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            settings: json!({
                "can_use_mcp_servers": true,
                "webhooks": {
                    "post_call_webhook_id": null, "events": ["transcript"], "transcript_format": "json",
                    "exclude_transcript": false, "send_audio": false,
                },
                "conversation_initiation_client_data_webhook": null,
                "rag_retention_period_days": 10,
                "default_livekit_stack": "standard",
            }),
            secrets: Vec::new(),
            servers: BTreeMap::new(),
            agents: BTreeMap::new(),
            webhooks: Vec::new(),
            denied: String::new(),
            is_elsewhere: false,
            refusals: Vec::new(),
            meetings: Vec::new(),
            cut: None,
            client: None,
            asked: Vec::new(),
            ids: 0,
        }
    }

    pub(super) fn new_id(&mut self, kind: &str) -> String {
        self.ids += 1;
        format!("{kind}_{:04}", self.ids)
    }
}
