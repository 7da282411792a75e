use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue};
use mesh_gateway::{Gateway, HOPS_HEADER, Hops, NoHops};

use crate::app::App;
use crate::mcp::Incoming;
use crate::rescue::Refusal;

/// Of a request that has come back, or came through too many servers.
const CYCLE: &str = "cycle";

/// Refuses what has come back to us by way of other servers of ours, and tells those that ask who is behind this one, so that
/// they know it before they send anything back.
pub(in crate::http) async fn hops(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(gateway) = app.gateway.as_ref() else {
        return next.run(request).await;
    };
    let told = match through(request.headers()) {
        Ok(None) => return next.run(request).await,
        Ok(Some(hops)) => gateway.here().refuse(&hops).map(|()| hops),
        Err(NoHops) => {
            note(&request, "refused");
            let message = format!("the header `{HOPS_HEADER}` must be {NoHops}: leave it out");
            return Refusal::bad_request(message).into_response();
        }
    };
    let hops = match told {
        Ok(hops) => hops,
        Err(comeback) => {
            note(&request, CYCLE);
            return Refusal::comeback(&comeback).into_response();
        }
    };
    if let Some(incoming) = request.extensions_mut().get_mut::<Incoming>() {
        incoming.hops = hops;
    }
    let mut response = next.run(request).await;
    // What was found out for the request is among it.
    tell(gateway, response.headers_mut());
    response
}

/// The servers that a request came through; none where it came from a client.
fn through(headers: &HeaderMap) -> Result<Option<Hops>, NoHops> {
    let lines: Vec<&str> = headers
        .get_all(HOPS_HEADER)
        .iter()
        .map(HeaderValue::to_str)
        .collect::<Result<_, _>>()
        .map_err(|_| NoHops)?;
    match lines.is_empty() {
        true => Ok(None),
        false => lines.join(",").parse().map(Some),
    }
}

fn tell(gateway: &Gateway, headers: &mut HeaderMap) {
    if let Ok(told) = HeaderValue::from_str(&gateway.told().header()) {
        headers.insert(HOPS_HEADER, told);
    }
}

fn note(request: &Request, failure: &'static str) {
    if let Some(incoming) = request.extensions().get::<Incoming>() {
        incoming.tally.failure(failure);
    }
}
