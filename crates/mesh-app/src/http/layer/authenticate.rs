use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use mesh_core::{Caller, Host, RequestContext, Trace};
use mesh_gateway::Hops;

use super::RequestId;
use super::turned_away::{at_the_door, turned_away, without_policy};
use crate::app::App;
use crate::callers::Unrecognised;
use crate::edge::Edge;
use crate::mcp::Incoming;
use crate::serve::Place;
use crate::tally::Tally;

/// Of a request that no one is let in by.
pub(in crate::http) const UNAUTHORIZED: &str = "unauthorized";

/// Of a request that shows what cannot be checked at the moment.
const UNCHECKED: &str = "unchecked";

/// Of a request that comes before a policy could be read.
const NO_POLICY: &str = "no_policy";

/// Tells callers apart, and starts the request's clock.
pub(in crate::http) async fn authenticate(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let tally = request
        .extensions()
        .get::<Tally>()
        .cloned()
        .unwrap_or_default();
    let leaves = request
        .extensions()
        .get::<Edge>()
        .and_then(|edge| edge.deadline);
    let deadline = app.deadline_before(leaves);
    let known = known(&app, &request);
    let is_anyones = known.is_none() && is_liveness(&request);
    let caller = match known {
        Some(caller) => Ok(caller),
        None if is_anyones => Ok(Caller::Local),
        None => {
            let (headers, query) = (request.headers(), request.uri().query());
            app.callers.caller(headers, query, deadline).await
        }
    };
    let caller = match caller.and_then(|caller| app.callers.admit(caller)) {
        Ok(caller) => caller,
        Err(why) => {
            let response = turned_away(&app, request.uri().path(), why);
            let failure = match why {
                Unrecognised::Unchecked => {
                    tally.undecided();
                    UNCHECKED
                }
                _ => UNAUTHORIZED,
            };
            return at_the_door(request.extensions(), failure, response);
        }
    };
    let place = request.extensions().get::<Arc<Place>>();
    if let Some(place) = place.filter(|_| !is_liveness(&request)) {
        place.let_in();
    }
    if !is_anyones {
        tally.caller(caller.clone());
    }
    if app.config.host == Host::Lambda && !is_liveness(&request) {
        // Nothing runs between the requests of a function: what is due was not read yet.
        app.access.renew(deadline).await;
    }
    if app.access.ready().is_err() && !is_liveness(&request) {
        tally.undecided();
        tally.failure(NO_POLICY);
        return without_policy();
    }
    if !is_anyones {
        tally.let_in();
    }
    let incoming = Incoming {
        request: RequestContext {
            caller,
            id: request
                .extensions()
                .get::<RequestId>()
                .map(RequestId::shared),
            trace: request.extensions().get::<Trace>().copied(),
            deadline,
        },
        tally,
        hops: Hops::default(),
        json_only: false,
        scope: None,
        written: None,
    };
    request.extensions_mut().insert(incoming);
    next.run(request).await
}

/// Who is let in without showing us anything: whoever the platform has checked and, on a machine of one's own, where callers
/// are not told apart, anyone who can reach it.
fn known(app: &App, request: &Request) -> Option<Caller> {
    let edge = request.extensions().get::<Edge>();
    if let Some(caller) = edge.and_then(|edge| edge.caller.clone()) {
        return Some(caller);
    }
    let is_open = !app.callers.are_told_apart() && app.config.host == Host::Process;
    is_open.then_some(Caller::Local)
}

/// A monitor needs no token to see whether the process answers; it learns nothing else.
fn is_liveness(request: &Request) -> bool {
    request.uri().path() == "/health"
        && crate::http::route::health::is_shallow(request.uri().query())
}
