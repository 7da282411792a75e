use std::sync::{Arc, Mutex, PoisonError};

use mesh_core::Caller;
use mesh_tools::ask::{Answers, Level};
use rmcp::model::{CacheScope, ProtocolVersion};
use rmcp::service::{RequestContext, RoleServer};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::change::Subscribed;
use super::talk::{self, McpTalk, Way};
use crate::app::App;
use crate::dispatch;
use crate::listing::Listing;
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
    /// The client takes nothing before the result.
    pub(crate) json_only: bool,
}

/// One client's side of the server; its MCP methods are in [`super::server`].
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    pub(super) app: App,
    pub(super) mode: Mode,
    pub(super) subscribed: Subscribed,
    log_from: Arc<Mutex<Level>>,
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
            _until_dropped: Arc::new(gone.clone().drop_guard()),
            gone,
        }
    }

    /// Where callers differ in what they see, nobody keeps one's list for another.
    pub(super) fn scope_of_lists(&self) -> CacheScope {
        match self.app.access.is_limited() {
            true => CacheScope::Private,
            false => CacheScope::Public,
        }
    }

    pub(super) fn incoming(&self, request: &RequestContext<RoleServer>) -> Incoming {
        request
            .extensions
            .get::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Incoming>())
            .cloned()
            .unwrap_or_else(|| Incoming {
                request: mesh_core::RequestContext {
                    caller: Caller::Local,
                    id: None,
                    trace: None,
                    deadline: self.app.deadline(),
                },
                tally: Tally::detached(),
                json_only: false,
            })
    }

    pub(super) fn talk(
        &self,
        request: &RequestContext<RoleServer>,
        incoming: &Incoming,
        answers: Answers,
    ) -> McpTalk {
        let progress = request.meta.get_progress_token();
        let in_session = self.mode == Mode::Session && !is_modern(request);
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
                Way::Rounds(answers)
            },
        }
    }

    /// 2026-07-28: no message unless the request asked. Earlier: as set for the session, or from `info`.
    fn log_from(&self, request: &RequestContext<RoleServer>) -> Option<Level> {
        if is_modern(request) {
            return request.meta.log_level().map(talk::from_wire);
        }
        Some(*self.log_from.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_log_from(&self, level: Level) {
        *self.log_from.lock().unwrap_or_else(PoisonError::into_inner) = level;
    }

    /// What the caller is offered, once what can be had is there.
    pub(super) async fn prepared(&self, incoming: &Incoming) -> Arc<Listing> {
        dispatch::prepare(&self.app, incoming.request.deadline).await;
        self.app.listing(&incoming.request.caller)
    }
}

/// The request is of 2026-07-28 or later.
pub(super) fn is_modern(request: &RequestContext<RoleServer>) -> bool {
    request
        .protocol_version()
        .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}
