use mesh_clients::elevenlabs::workspace::{McpServer, Webhook};
use reqwest::Url;
use serde_json::{Map, Value, json};

use super::approve::Approvals;
use super::list::Tool;
use super::which::Identity;

/// What agents' authors read of it in the dashboard.
const DESCRIPTION: &str = "A company's documents, tickets, code and mail, by AOMA Mesh";

/// Ours answer within 25 seconds, where nobody has said otherwise; who is on the telephone does not wait longer for those that do.
const RESPONSE_TIMEOUT_SECS: u16 = 30;

/// What cannot be changed of a server that is there: another has to take its place.
pub(super) const FIXED: [&str; 4] = ["url", "name", "description", "transport"];

/// How the workspace should be.
#[derive(Debug)]
pub(super) struct Wished {
    pub(super) identity: Identity,
    pub(super) url: Url,
    pub(super) tools: Vec<Tool>,
    pub(super) approvals: Approvals,
    pub(super) agents: Vec<String>,
    /// Of the header's value, by which it is told from another: what ElevenLabs has cannot be read back.
    pub(super) sha256: String,
    /// Whether what was said in a call is to be sent to us when it is over.
    pub(super) webhook: Option<WishedWebhook>,
}

#[derive(Debug)]
pub(super) struct WishedWebhook {
    pub(super) name: String,
    pub(super) url: Url,
    /// Whether it may take the place of another product's.
    pub(super) may_replace: bool,
}

/// Where what ElevenLabs sends is taken, at the server's address.
const WEBHOOK_PATH: &str = "/webhooks/elevenlabs";

impl WishedWebhook {
    pub(super) fn new(identity: &Identity, server: &Url, may_replace: bool) -> Self {
        let mut url = server.clone();
        url.set_path(WEBHOOK_PATH);
        Self {
            name: format!("{}-post-call", identity.name),
            url,
            may_replace,
        }
    }

    /// All that runs may have made for these servers, and for the address that is named.
    pub(super) fn possible(identity: &Identity, servers: &[&McpServer]) -> Vec<Self> {
        let named = identity
            .url
            .iter()
            .map(|url| Self::new(identity, url, false));
        let of_servers = servers.iter().filter_map(|server| {
            let url = Url::parse(server.text("url")?).ok()?;
            let identity = Identity {
                name: server.text("name")?.to_owned(),
                url: None,
            };
            Some(Self::new(&identity, &url, false))
        });
        named.chain(of_servers).collect()
    }

    pub(super) fn leads_here(&self, webhook: &Webhook) -> bool {
        Url::parse(&webhook.webhook_url).is_ok_and(|theirs| theirs == self.url)
    }

    /// Whether it is one that a run has made, known to none.
    pub(super) fn is_same(&self, webhook: &Webhook) -> bool {
        webhook.name == self.name && self.leads_here(webhook)
    }
}

impl Wished {
    pub(super) fn new(
        identity: Identity,
        url: Url,
        tools: Vec<Tool>,
        approvals: Approvals,
        mut agents: Vec<String>,
        sha256: String,
    ) -> Self {
        agents.sort_unstable();
        agents.dedup();
        Self {
            identity,
            url,
            tools,
            approvals,
            agents,
            sha256,
            webhook: None,
        }
    }

    /// Every field, as the defaults of some hurt: those of `transport` and `approval_policy` fit no function, and no call.
    pub(super) fn config(&self, secret_id: &str) -> Map<String, Value> {
        let fields = [
            ("url", json!(self.url.as_str())),
            ("name", json!(self.identity.name)),
            ("description", json!(DESCRIPTION)),
            ("transport", json!("STREAMABLE_HTTP")),
            ("approval_policy", json!(self.approvals.policy)),
            (
                "request_headers",
                json!({"Authorization": {"secret_id": secret_id}}),
            ),
            ("request_meta", json!({})),
            ("secret_token", json!(null)),
            ("auth_connection", json!(null)),
            ("pre_tool_speech", json!("auto")),
            ("interruption_mode", json!("allow")),
            ("tool_call_sound", json!(null)),
            ("tool_call_sound_behavior", json!("auto")),
            ("execution_mode", json!("immediate")),
            ("response_timeout_secs", json!(RESPONSE_TIMEOUT_SECS)),
            ("disable_compression", json!(false)),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        fields.into_iter().collect()
    }
}

/// A name that can stand in the names of other things.
pub(super) fn name(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    match (1..=64).contains(&text.len()) && text.bytes().all(is_plain) {
        true => Ok(text.to_owned()),
        false => Err("`--name` must be 1 to 64 letters, digits, `_`, `.` and `-`".to_owned()),
    }
}
