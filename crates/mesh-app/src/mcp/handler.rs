use std::sync::{Arc, Mutex};

use bytes::Bytes;
use mesh_core::{Caller, lock};
use mesh_gateway::Hops;
use mesh_tools::ask::Level;
use rmcp::ErrorData;
use rmcp::model::{CacheScope, ProtocolVersion};
use rmcp::service::{RequestContext, RoleServer};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::talk::{self, Known, McpTalk, Way};
use crate::app::App;
use crate::dispatch;
use crate::listing::{Listing, Scope};
use crate::remote::Subscribed;
use crate::tally::Tally;

/// Whether a client can be reached again after its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Each request stands alone.
    Stateless,
    /// One client behind one handler: a session over HTTP, or standard input and output.
    Session,
}

/// What the HTTP layers found out about a request; absent on standard input.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) request: mesh_core::RequestContext,
    pub(crate) tally: Tally,
    /// The servers that it has come through.
    pub(crate) hops: Hops,
    /// The client takes nothing before the result.
    pub(crate) json_only: bool,
    pub(crate) scope: Scope,
    /// Of a call, the message that makes it, or the body.
    pub(crate) written: Option<Written>,
}

/// As a client wrote it: a number in it may have more digits than one of ours.
#[derive(Clone, Debug)]
pub(crate) struct Written(pub(crate) Bytes);

/// One client's side of the server; its MCP methods are in [`super::server`].
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    pub(super) app: App,
    pub(super) mode: Mode,
    pub(super) subscribed: Subscribed,
    log_from: Arc<Mutex<Level>>,
    /// Who calls where no request says so: over standard input, where there is only one.
    only: Option<Caller>,
    /// Cancelled when the last of this client's handlers is dropped.
    pub(super) gone: CancellationToken,
    _until_dropped: Arc<DropGuard>,
}

impl Handler {
    pub(crate) fn new(app: App, mode: Mode) -> Self {
        let gone = CancellationToken::new();
        Self {
            app,
            mode,
            subscribed: Subscribed::default(),
            log_from: Arc::new(Mutex::new(Level::Info)),
            only: None,
            _until_dropped: Arc::new(gone.clone().drop_guard()),
            gone,
        }
    }

    /// Of whoever started this process, and speaks to it over standard input.
    pub(crate) fn of_parent(app: App) -> Self {
        Self {
            only: Some(Caller::Local),
            ..Self::new(app, Mode::Session)
        }
    }

    /// Where callers differ in what they see, nobody keeps one's list for another.
    pub(super) fn scope_of_lists(&self) -> CacheScope {
        match self.app.access.is_limited() {
            true => CacheScope::Private,
            false => CacheScope::Public,
        }
    }

    /// # Errors
    /// Where nobody has told who calls.
    pub(super) fn incoming(
        &self,
        request: &RequestContext<RoleServer>,
    ) -> Result<Incoming, ErrorData> {
        let parts = request.extensions.get::<http::request::Parts>();
        let told = parts.and_then(|parts| parts.extensions.get::<Incoming>());
        let told = told.cloned().or_else(|| self.of_only());
        let mut incoming = told.ok_or_else(|| {
            tracing::error!("a request came without its caller");
            ErrorData::internal_error("the request came without its caller", None)
        })?;
        let written = request.extensions.get::<Written>().cloned();
        incoming.written = incoming.written.or(written);
        Ok(incoming)
    }

    fn of_only(&self) -> Option<Incoming> {
        Some(Incoming {
            request: mesh_core::RequestContext {
                caller: self.only.clone()?,
                id: None,
                trace: None,
                deadline: self.app.deadline(),
            },
            tally: Tally::detached(),
            hops: Hops::default(),
            json_only: false,
            scope: None,
            written: None,
        })
    }

    /// Whether what is asked of the client is sent at once, and answered within the same request.
    pub(super) fn is_in_session(&self, request: &RequestContext<RoleServer>) -> bool {
        self.mode == Mode::Session && !is_modern(request)
    }

    pub(super) fn talk(
        &self,
        request: &RequestContext<RoleServer>,
        incoming: &Incoming,
        known: Known,
    ) -> McpTalk {
        let progress = request.meta.get_progress_token();
        let in_session = self.is_in_session(request);
        McpTalk {
            peer: request.peer.clone(),
            progress: progress.filter(|_| !incoming.json_only),
            log_from: self.log_from(request).filter(|_| !incoming.json_only),
            // A question over a session comes before the result.
            offers: request
                .client_capabilities()
                .filter(|_| !(in_session && incoming.json_only))
                .unwrap_or_default(),
            way: if in_session {
                Way::Session
            } else {
                Way::Rounds(Mutex::new(known))
            },
        }
    }

    /// 2026-07-28: no message unless the request asked. Earlier: as set for the session, or from `info`.
    fn log_from(&self, request: &RequestContext<RoleServer>) -> Option<Level> {
        if is_modern(request) {
            return request.meta.log_level().map(talk::from_wire);
        }
        Some(*lock(&self.log_from))
    }

    pub(super) fn set_log_from(&self, level: Level) {
        *lock(&self.log_from) = level;
    }

    /// What the caller is offered now; where what is looked for is not there, once what can be had is.
    pub(super) async fn at_hand(
        &self,
        incoming: &Incoming,
        is_there: impl Fn(&Listing) -> bool,
    ) -> Arc<Listing> {
        dispatch::prepare_own(&self.app, incoming.request.deadline).await;
        let listing = self.app.listing_of(incoming);
        match is_there(&listing) {
            true => listing,
            false => self.prepared(incoming).await,
        }
    }

    /// What the caller is offered, once what can be had is there.
    pub(super) async fn prepared(&self, incoming: &Incoming) -> Arc<Listing> {
        let scope = incoming.scope.as_deref();
        dispatch::prepare(&self.app, scope, incoming).await;
        self.app.listing_of(incoming)
    }
}

/// The request is of 2026-07-28 or later.
pub(super) fn is_modern(request: &RequestContext<RoleServer>) -> bool {
    request
        .protocol_version()
        .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use mesh_tools::registry::CATALOG;
    use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
    use rmcp::service::serve_server;
    use serde_json::{Value, json};
    use tokio::sync::mpsc;
    use tokio_stream::wrappers::ReceiverStream;
    use tokio_util::sync::PollSender;

    use super::*;
    use crate::config::{Config, Variables};

    fn app() -> App {
        let config = Config::read(&Variables::default()).expect("defaults");
        App::build(config, CATALOG).expect("builds")
    }

    /// The first answer to a client whose requests say nothing of who sends them.
    async fn first_answer(handler: Handler) -> Value {
        let (inbox, messages) = mpsc::channel::<ClientJsonRpcMessage>(1);
        let (answers, outbox) = mpsc::channel::<ServerJsonRpcMessage>(1);
        let opening = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"},
        }});
        let opening = serde_json::from_value(opening).expect("a message");
        inbox.send(opening).await.expect("is sent");
        let transport = (PollSender::new(answers), ReceiverStream::new(messages));
        let serving = tokio::spawn(async move { serve_server(handler, transport).await.is_ok() });
        let answer = ReceiverStream::new(outbox).next().await.expect("an answer");
        serving.abort();
        serde_json::to_value(answer).expect("JSON")
    }

    #[tokio::test]
    async fn nobody_is_local_but_who_started_the_process() {
        let own = first_answer(Handler::of_parent(app())).await;
        assert_eq!(own["result"]["protocolVersion"], "2025-11-25", "{own}");
        let strange = first_answer(Handler::new(app(), Mode::Session)).await;
        let told = &strange["error"]["message"];
        assert_eq!(told, "the request came without its caller", "{strange}");
    }
}
