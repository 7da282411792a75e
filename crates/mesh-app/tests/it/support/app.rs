use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, SystemTime};

use http::Method;
use mesh_app::config::{Config, Variables};
use mesh_app::{App, serve};
use mesh_tools::Catalog;
use mesh_tools::changes::Change;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{CATALOG, Events, Raw, Request, within};

pub(crate) const TOKEN: &str = "s3cret-t0ken-of-the-tests";
pub(crate) const NEWEST: &str = "2026-07-28";
const BOTH: &str = "application/json, text/event-stream";

/// A server of the test's own.
#[derive(Debug)]
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    app: App,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<anyhow::Result<()>>,
}

/// What the settings make of a catalogue, without a listener.
pub(crate) fn build(settings: &[(&str, &str)], catalog: Catalog) -> App {
    let config = Config::read(&Variables::new(settings.iter().copied())).expect("sound settings");
    App::build(config, catalog).expect("builds")
}

/// As `MESH_BEARER_SHA256` has it.
pub(crate) fn digest(token: &str) -> String {
    Sha256::digest(token)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Seconds, as tokens tell time.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::serving(settings, CATALOG).await
    }

    /// Demands [`TOKEN`].
    pub(crate) async fn guarded() -> Self {
        Self::with(&[("MESH_BEARER_SHA256", &digest(TOKEN))]).await
    }

    #[expect(
        clippy::unused_async,
        reason = "it spawns, and so belongs inside a runtime"
    )]
    pub(crate) async fn serving(settings: &[(&str, &str)], catalog: Catalog) -> Self {
        Self::of(build(settings, catalog))
    }

    /// Has to be called inside a runtime.
    pub(crate) fn of(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            // Dropping the sender stops the server as well.
            let _ = stopped.await;
        };
        let serving = tokio::spawn(serve::http(app.clone(), listener, stopped));
        Self {
            address,
            app,
            stop: Some(stop),
            serving,
        }
    }

    pub(crate) fn announce(&self, change: Change) {
        self.app.services.changes.announce(change);
    }

    /// Announces `change` until a message of `method` comes: who listens may not yet do so.
    pub(crate) async fn announce_until(
        &self,
        change: Change,
        stream: &mut Events,
        method: &str,
    ) -> Value {
        const TIMEOUT: Duration = Duration::from_millis(100);
        within(async {
            loop {
                self.announce(change);
                while let Ok(event) = tokio::time::timeout(TIMEOUT, stream.next()).await {
                    let message = event.expect("another event").json();
                    if message["method"] == method {
                        return message;
                    }
                }
            }
        })
        .await
    }

    /// Waits until no task is left but the server's own two: one accepts, one watches the corpus.
    pub(crate) async fn until_idle(&self) {
        let tasks = tokio::runtime::Handle::current().metrics();
        within(async {
            while tasks.num_alive_tasks() > 2 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Asks the server to stop, as a signal would.
    pub(crate) fn stop(&mut self) {
        self.stop.take();
    }

    pub(crate) async fn stopped(self) {
        within(self.serving)
            .await
            .expect("no panic")
            .expect("a clean end");
    }

    pub(crate) async fn raw(&self) -> Raw {
        Raw::open(self.address).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self.address, method, path)
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<bytes::Bytes>) -> Request {
        self.request(Method::POST, path).body(body)
    }

    /// Someone with a shell: curl's own headers, and a body that is all they thought of.
    pub(crate) fn curl(&self, body: &Value) -> Request {
        self.post("/rpc", body.to_string())
            .header("accept", "*/*")
            .header("content-type", "application/x-www-form-urlencoded")
    }

    /// A client of the revisions that open with `initialize`.
    pub(crate) fn legacy(&self, method: &str, params: Value) -> Request {
        let mut body = json!({"jsonrpc": "2.0", "id": 7, "method": method});
        body["params"] = params;
        self.post("/rpc", body.to_string())
            .header("accept", BOTH)
            .header("content-type", "application/json")
            .header("mcp-protocol-version", "2025-11-25")
    }

    /// A client of 2026-07-28, with everything that revision wants said.
    pub(crate) fn modern(&self, method: &str, mut params: Value) -> Request {
        let name = params["name"].as_str().or(params["uri"].as_str());
        let name = name.map(str::to_owned);
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": NEWEST,
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
            "progressToken": "p",
        });
        let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        let request = self
            .post("/rpc", body.to_string())
            .header("accept", BOTH)
            .header("content-type", "application/json")
            .header("mcp-protocol-version", NEWEST)
            .header("mcp-method", method);
        match name {
            Some(name) => request.header("mcp-name", &name),
            None => request,
        }
    }

    /// A tool's call by [`Self::legacy`].
    pub(crate) fn call(&self, tool: &str, arguments: Value) -> Request {
        let mut params = json!({"name": tool});
        params["arguments"] = arguments;
        self.legacy("tools/call", params)
    }
}
