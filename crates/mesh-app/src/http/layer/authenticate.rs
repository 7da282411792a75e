use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use mesh_core::{Caller, Deadline, Host, RequestContext, Trace};
use mesh_gateway::Hops;

use super::RequestId;
use super::turned_away::{at_the_door, turned_away, without_policy};
use crate::app::App;
use crate::callers::Unrecognised;
use crate::edge::Edge;
use crate::mcp::Incoming;
use crate::serve::Place;
use crate::tally::Tally;

// Names of failures in the line of the log.
pub(in crate::http) const UNAUTHORIZED: &str = "unauthorized";
/// What a request shows cannot be checked at the moment.
const UNCHECKED: &str = "unchecked";
/// It comes before a policy could be read.
const NO_POLICY: &str = "no_policy";

/// Tells callers apart, and starts the request's clock.
pub(in crate::http) async fn authenticate(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let tally = request.extensions().get::<Tally>().cloned();
    let tally = tally.unwrap_or_default();
    let edge = request.extensions().get::<Edge>();
    let deadline = app.deadline_before(edge.and_then(|edge| edge.deadline));
    let is_liveness = is_liveness(&request);
    let known = known(&app, &request);
    let is_anyones = known.is_none() && is_liveness;
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
        Err(why) => return refused(&app, &request, &tally, why),
    };
    if !is_anyones {
        tally.caller(caller.clone());
    }
    if !is_liveness {
        if let Some(place) = request.extensions().get::<Arc<Place>>() {
            place.let_in();
        }
        if !has_policy(&app, deadline).await {
            tally.undecided();
            tally.failure(NO_POLICY);
            return without_policy();
        }
    }
    if !is_anyones {
        tally.let_in();
    }
    let incoming = incoming(&request, caller, tally, deadline);
    request.extensions_mut().insert(incoming);
    next.run(request).await
}

fn refused(app: &App, request: &Request, tally: &Tally, why: Unrecognised) -> Response {
    let response = turned_away(app, request.uri().path(), why);
    let failure = match why {
        Unrecognised::Unchecked => {
            tally.undecided();
            UNCHECKED
        }
        _ => UNAUTHORIZED,
    };
    at_the_door(request.extensions(), failure, response)
}

async fn has_policy(app: &App, deadline: Deadline) -> bool {
    if app.config.host == Host::Lambda {
        // Nothing runs between the requests of a function: what is due was not read yet.
        app.access.renew(deadline).await;
    }
    app.access.ready().is_ok()
}

fn incoming(request: &Request, caller: Caller, tally: Tally, deadline: Deadline) -> Incoming {
    let id = request.extensions().get::<RequestId>();
    Incoming {
        request: RequestContext {
            caller,
            id: id.map(RequestId::shared),
            trace: request.extensions().get::<Trace>().copied(),
            deadline,
        },
        tally,
        hops: Hops::default(),
        json_only: false,
        scope: None,
        written: None,
    }
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
