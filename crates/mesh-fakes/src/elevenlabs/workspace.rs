//! A workspace of ElevenLabs: settings, secrets, MCP servers, agents and webhooks, with the defaults and the refusals of the
//! real one.
//!
//! Two things differ, so that it can be used on loopback: an MCP server's or webhook's address may be `http` there, and `GET …/tools` shows
//! the server who calls (`mcp`, as the official Python SDK does) without ElevenLabs' own addresses.

mod agents;
mod approvals;
mod client;
mod error;
mod gate;
mod probe;
mod secrets;
mod servers;
mod settings;
mod state;
mod webhooks;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post};
use serde_json::{Map, Value, json};
use tokio::sync::Barrier;

use crate::serve;

pub use gate::Asked;
use gate::Cut;
use state::State;

/// The key that is accepted.
pub const KEY: &str = "sk_fake_0123456789_of_elevenlabs";

/// A server that lives as long as the runtime it was started on. Clones are the same server.
#[derive(Clone, Debug)]
pub struct FakeWorkspace {
    address: SocketAddr,
    shared: Shared,
}

#[derive(Clone, Debug)]
struct Shared(Arc<Mutex<State>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FakeWorkspace {
    /// Listens on a free port of this machine: empty, and with its terms accepted.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn start() -> Self {
        let shared = Shared(Arc::new(Mutex::new(State::new())));
        let address = serve::start(router(&shared)).await;
        Self { address, shared }
    }

    /// Its address, as that of the real one is given.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether the terms for MCP servers are accepted.
    pub fn allow_mcp_servers(&self, is_allowed: bool) {
        self.shared.lock().settings["can_use_mcp_servers"] = json!(is_allowed);
    }

    /// The key lacks this permission, such as `convai_write`; the empty text is none.
    pub fn deny(&self, permission: &str) {
        permission.clone_into(&mut self.shared.lock().denied);
    }

    /// The key belongs to an account whose data is kept elsewhere.
    pub fn be_elsewhere(&self) {
        self.shared.lock().is_elsewhere = true;
    }

    /// The next request of this method whose path ends so is answered with this in place of the usual.
    pub fn refuse_next(&self, method: &str, path_end: &str, status: u16, detail: Value) {
        let refusal = gate::Refusal {
            method: method.to_owned(),
            path_end: path_end.to_owned(),
            status,
            detail,
        };
        self.shared.lock().refusals.push(refusal);
    }

    /// The next `count` requests of this method whose path ends so are served once all of them are there.
    pub fn meet(&self, method: &str, path_end: &str, count: usize) {
        let meeting = gate::Meeting {
            method: method.to_owned(),
            path_end: path_end.to_owned(),
            left: count,
            barrier: Arc::new(Barrier::new(count)),
        };
        self.shared.lock().meetings.push(meeting);
    }

    /// Whether only the last one of those that are to [meet](Self::meet) is not there yet.
    #[must_use]
    pub fn lacks_the_last(&self) -> bool {
        let state = self.shared.lock();
        state.meetings.iter().any(|meeting| meeting.left == 1)
    }

    /// Request `count` from now on takes effect and is not answered, and none after it is served.
    pub fn cut_after(&self, count: usize) {
        self.shared.lock().cut = Some(Cut::after(count));
    }

    /// So many requests are served, and then none.
    pub fn cut_before(&self, count: usize) {
        self.shared.lock().cut = Some(Cut::before(count));
    }

    /// All are served again. Whether any had been refused.
    pub fn mend(&self) -> bool {
        let cut = self.shared.lock().cut.take();
        cut.is_some_and(|cut| cut.has_cut())
    }

    /// Servers are asked for their tools by this command, which is given address and headers as JSON, and answers a list of tools.
    pub fn list_by(&self, command: Vec<String>) {
        self.shared.lock().client = Some(command);
    }

    pub fn add_agent(&self, id: &str, mcp_server_ids: &[&str]) {
        let agent = agents::new(id, mcp_server_ids);
        self.shared.lock().agents.insert(id.to_owned(), agent);
    }

    pub fn remove_agent(&self, id: &str) {
        self.shared.lock().agents.remove(id);
    }

    /// An agent as it is.
    #[must_use]
    pub fn agent(&self, id: &str) -> Value {
        let state = self.shared.lock();
        state.agents.get(id).cloned().unwrap_or_default()
    }

    /// The servers of an agent.
    #[must_use]
    pub fn servers_of(&self, agent: &str) -> Vec<String> {
        agents::servers(&self.agent(agent))
    }

    /// A server that somebody has registered by hand; its id.
    pub fn add_server(&self, config: &Value) -> String {
        servers::add(&mut self.shared.lock(), config)
    }

    /// Changes a field of a server's configuration by hand.
    ///
    /// # Panics
    /// Where there is no such server.
    pub fn edit_server(&self, id: &str, field: &str, value: Value) {
        let mut state = self.shared.lock();
        let server = state.servers.get_mut(id).expect("it is there");
        server.insert(field.to_owned(), value);
    }

    /// The configurations of all servers by their ids.
    #[must_use]
    pub fn servers(&self) -> Vec<(String, Map<String, Value>)> {
        let state = self.shared.lock();
        let all = state.servers.iter();
        all.map(|(id, config)| (id.clone(), config.clone()))
            .collect()
    }

    /// A secret that somebody has made by hand; its id.
    pub fn add_secret(&self, name: &str, value: &str) -> String {
        secrets::add(&mut self.shared.lock(), name, value)
    }

    /// Writes another value over a secret by hand.
    pub fn edit_secret(&self, id: &str, value: &str) {
        let mut state = self.shared.lock();
        let mut secrets = state.secrets.iter_mut();
        if let Some(secret) = secrets.find(|secret| secret.id == id) {
            value.clone_into(&mut secret.value);
        }
    }

    pub fn remove_secret(&self, id: &str) {
        self.shared.lock().secrets.retain(|secret| secret.id != id);
    }

    /// The secrets: name and value.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, String)> {
        let state = self.shared.lock();
        let all = state.secrets.iter();
        all.map(|secret| (secret.name.clone(), secret.value.clone()))
            .collect()
    }

    /// The webhooks as they are listed, each with its secret.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Value> {
        self.shared.lock().webhooks.clone()
    }

    /// A webhook of another product's; its id.
    pub fn add_webhook(&self, name: &str, url: &str) -> String {
        webhooks::add(&mut self.shared.lock(), name, url)
    }

    /// Changes a field of a webhook by hand.
    ///
    /// # Panics
    /// Where there is no such webhook.
    pub fn edit_webhook(&self, id: &str, field: &str, value: Value) {
        let mut state = self.shared.lock();
        let mut webhooks = state.webhooks.iter_mut();
        let webhook = webhooks.find(|webhook| webhook["webhook_id"] == id);
        webhook.expect("it is there")[field] = value;
    }

    /// The settings as they are.
    #[must_use]
    pub fn settings(&self) -> Value {
        self.shared.lock().settings.clone()
    }

    pub fn edit_settings(&self, field: &str, value: Value) {
        self.shared.lock().settings[field] = value;
    }

    /// What was asked of it since this was last called.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.shared.lock().asked)
    }

    /// The requests among them that were to change something.
    #[must_use]
    pub fn writes(&self) -> Vec<Asked> {
        let mut asked = self.asked();
        asked.retain(|asked| asked.method != "GET");
        asked
    }
}

fn router(shared: &Shared) -> Router {
    Router::new()
        .route(
            "/v1/convai/settings",
            get(settings::show).patch(settings::change),
        )
        .route(
            "/v1/convai/secrets",
            get(secrets::list).post(secrets::create),
        )
        .route(
            "/v1/convai/secrets/{id}",
            patch(secrets::change).delete(secrets::delete),
        )
        .route(
            "/v1/convai/mcp-servers",
            get(servers::list).post(servers::create),
        )
        .route(
            "/v1/convai/mcp-servers/{id}",
            get(servers::show)
                .patch(servers::change)
                .delete(servers::delete),
        )
        .route("/v1/convai/mcp-servers/{id}/tools", get(approvals::tools))
        .route(
            "/v1/convai/mcp-servers/{id}/tool-approvals",
            post(approvals::create),
        )
        .route(
            "/v1/convai/mcp-servers/{id}/tool-approvals/{tool}",
            delete(approvals::delete),
        )
        .route(
            "/v1/convai/agents/{id}",
            get(agents::show).patch(agents::change),
        )
        .route(
            "/v1/workspace/webhooks",
            get(webhooks::list).post(webhooks::create),
        )
        .route(
            "/v1/workspace/webhooks/{id}",
            patch(webhooks::change).delete(webhooks::delete),
        )
        .fallback(error::no_route)
        .layer(from_fn_with_state(shared.clone(), gate::pass))
        .with_state(shared.clone())
}
