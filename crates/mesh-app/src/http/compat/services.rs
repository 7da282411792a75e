use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, request::Parts};
use http_body_util::Full;
use mesh_core::{Caller, lock};
use mesh_http::is_event_stream;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use super::envelope::{Kind, Message};
use super::headers;
use super::in_flight::{Answering, InFlight};
use super::missed::Missed;
use crate::app::App;
use crate::config::Switch;
use crate::mcp::{Handler, Incoming, Mode, in_scope};
use crate::rescue::Refusal;

/// The SDK's two services: one for requests that stand alone, one that keeps sessions.
#[derive(Clone)]
pub(in crate::http) struct Rpc {
    pub(super) app: App,
    stateless: StreamableHttpService<Handler, NeverSessionManager>,
    pub(super) sessions: Option<Sessions>,
}

#[derive(Clone)]
pub(super) struct Sessions {
    pub(super) service: StreamableHttpService<Handler, LocalSessionManager>,
    manager: Arc<LocalSessionManager>,
    in_flight: InFlight,
    pub(super) missed: Missed,
    owners: Arc<Mutex<Owners>>,
}

/// Which caller each session belongs to.
#[derive(Default)]
struct Owners {
    /// Who opened each session.
    of: HashMap<String, Caller>,
    /// Who is about to open one.
    opening: Vec<Caller>,
}

impl Owners {
    fn have_room_for(&self, caller: &Caller, open: usize) -> bool {
        let all = self.of.values().chain(&self.opening);
        let own = all.filter(|owner| owner.id() == caller.id()).count();
        let has_its_share = *caller != Caller::Local && own >= Sessions::MAX_OF_ONE;
        open + self.opening.len() < Sessions::MAX && !has_its_share
    }
}

impl Rpc {
    pub(in crate::http) fn new(app: App) -> Self {
        let handler = Handler::new(app.clone(), Mode::Stateless);
        let stateless = StreamableHttpService::new(
            move || Ok(handler.clone()),
            Arc::new(NeverSessionManager::default()),
            config(&app).with_legacy_session_mode(false),
        );
        let sessions = (app.config.server.sessions == Switch::On).then(|| Sessions::new(&app));
        Self {
            app,
            stateless,
            sessions,
        }
    }

    pub(in crate::http) const fn app(&self) -> &App {
        &self.app
    }
}

impl Sessions {
    /// One process keeps no more: who comes after is served without a session.
    const MAX: usize = 1000;
    /// Of one caller from outside, so that none takes all of them.
    const MAX_OF_ONE: usize = Self::MAX / 10;
    /// People leave a client open over lunch.
    const IDLE: Duration = Duration::from_secs(3600);

    fn new(app: &App) -> Self {
        let mut manager = LocalSessionManager::default();
        manager.session_config.keep_alive = Some(Self::IDLE);
        let manager = Arc::new(manager);
        let factory = app.clone();
        let service = StreamableHttpService::new(
            move || Ok(Handler::new(factory.clone(), Mode::Session)),
            Arc::clone(&manager),
            config(app).with_legacy_session_mode(true),
        );
        Self {
            service,
            manager,
            in_flight: InFlight::default(),
            missed: Missed::default(),
            owners: Arc::default(),
        }
    }

    /// In another caller's hands a session's id is that of no session.
    pub(super) fn disown(&self, parts: &mut Parts) {
        /// Longer than any that is given out, and so none of them.
        const NOBODYS: HeaderValue = HeaderValue::from_static("the-session-of-another-caller");
        let Some(id) = parts.headers.get(headers::SESSION_ID) else {
            return;
        };
        let owner = id
            .to_str()
            .ok()
            .and_then(|id| self.owners().of.get(id).cloned());
        let caller = caller(&parts.extensions);
        let caller = caller.as_ref().map(Caller::id);
        if owner.is_some_and(|owner| Some(owner.id()) != caller) {
            parts.headers.insert(headers::SESSION_ID, NOBODYS);
        }
    }

    /// A place for one more session of the caller's, where there is room.
    async fn opening(&self, caller: Option<Caller>) -> Option<Opening> {
        let caller = caller?;
        let open = self.manager.sessions.read().await;
        let mut owners = self.owners();
        owners.of.retain(|id, _| open.contains_key(id.as_str()));
        if !owners.have_room_for(&caller, open.len()) {
            return None;
        }
        owners.opening.push(caller.clone());
        let owners = Arc::clone(&self.owners);
        Some(Opening { owners, caller })
    }

    fn owners(&self) -> MutexGuard<'_, Owners> {
        lock(&self.owners)
    }

    pub(super) async fn know(&self, headers: &HeaderMap) -> bool {
        let id = headers.get(headers::SESSION_ID);
        let Some(id) = id.and_then(|id| id.to_str().ok()) else {
            return false;
        };
        self.manager.sessions.read().await.contains_key(id)
    }

    /// Notes that a request is being answered; nothing where it is none, or of no session that could be named.
    fn begin(&self, headers: &HeaderMap, message: &Message) -> Result<Option<Answering>, Refusal> {
        let session = headers.get(headers::SESSION_ID);
        let session = session.and_then(|session| session.to_str().ok());
        let id = message.frame.get("id");
        match (session, id, message.kind) {
            (Some(session), Some(id), Kind::Request) => self.in_flight.begin(session, id).map(Some),
            _ => Ok(None),
        }
    }
}

/// A session that is about to be opened, counted until it is or is not.
struct Opening {
    owners: Arc<Mutex<Owners>>,
    caller: Caller,
}

impl Opening {
    /// Notes whose the session is that a response names.
    fn opened(self, response: &HeaderMap) {
        let id = response.get(headers::SESSION_ID);
        if let Some(id) = id.and_then(|id| id.to_str().ok()) {
            let mut owners = lock(&self.owners);
            owners.of.insert(id.to_owned(), self.caller.clone());
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut owners = lock(&self.owners);
        let mut opening = owners.opening.iter();
        if let Some(at) = opening.position(|caller| caller.id() == self.caller.id()) {
            owners.opening.swap_remove(at);
        }
    }
}

/// Host and Origin are checked by our own layer, for every route alike, and so is a body's length: one that was mended is
/// longer than it was sent.
fn config(app: &App) -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default()
        .with_json_response(true)
        .disable_allowed_hosts()
        .with_max_request_body_bytes(usize::MAX)
        .with_cancellation_token(app.stopped.clone())
}

/// Sends a message to the service it belongs to.
///
/// # Errors
/// Where a session's request has the id of one that is being answered.
pub(super) async fn forward(
    rpc: &Rpc,
    parts: &Parts,
    message: &Message,
) -> Result<Response, Refusal> {
    let mut request = http::Request::new(Full::new(message.body()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = parts.uri.clone();
    request.headers_mut().clone_from(&parts.headers);
    *request.extensions_mut() = parts.extensions.clone();
    let opening = match &rpc.sessions {
        Some(sessions) if message.kind == Kind::Initialize => {
            sessions.opening(caller(&parts.extensions)).await
        }
        _ => None,
    };
    match (&rpc.sessions, opening) {
        (Some(sessions), _) if is_of_a_session(parts, message) => {
            let answering = sessions.begin(&parts.headers, message)?.map(Arc::new);
            if let Some(answering) = &answering {
                // The SDK hands the extensions to what works on the request.
                request.extensions_mut().insert(Arc::clone(answering));
            }
            let response = sessions.service.handle(request).await.map(Body::new);
            Ok(match answering {
                Some(answering) if is_event_stream(response.headers()) => {
                    answering.until_the_end_of(response)
                }
                _ => response,
            })
        }
        (Some(sessions), Some(opening)) => {
            let response = sessions.service.handle(request).await.map(Body::new);
            opening.opened(response.headers());
            Ok(response)
        }
        _ => {
            request.headers_mut().remove(headers::SESSION_ID);
            let incoming = parts.extensions.get::<Incoming>();
            let scope = incoming.and_then(|incoming| incoming.scope.clone());
            let work = rpc.stateless.handle(request);
            Ok(in_scope(scope, work).await.map(Body::new))
        }
    }
}

fn caller(extensions: &http::Extensions) -> Option<Caller> {
    let incoming = extensions.get::<Incoming>()?;
    Some(incoming.request.caller.clone())
}

/// The answer, which a client of a session may ask for again where it is a stream.
pub(super) fn resumable(
    rpc: &Rpc,
    parts: &Parts,
    message: &Message,
    response: Response,
) -> Response {
    match &rpc.sessions {
        Some(sessions)
            if is_of_a_session(parts, message) && is_event_stream(response.headers()) =>
        {
            sessions.missed.keep(&parts.headers, response)
        }
        _ => response,
    }
}

fn is_of_a_session(parts: &Parts, message: &Message) -> bool {
    headers::name_a_session(&parts.headers) && !message.is_modern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_are_about_to_be_opened_take_their_places() {
        let owners = Owners {
            opening: vec![Caller::Local; 10],
            ..Owners::default()
        };
        let has_room = |open| owners.have_room_for(&Caller::Local, open);
        assert!(has_room(Sessions::MAX - 11));
        assert!(!has_room(Sessions::MAX - 10));
    }
}
