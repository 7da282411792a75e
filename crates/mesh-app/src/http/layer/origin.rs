//! Which browsers and which names may reach the server, and the headers that tell a browser so.
//!
//! MCP, basic/transports, Security Warning: an `Origin` that is not known gets 403. A page in a visitor's browser always
//! sends one; programs send none. `Host` is checked against DNS rebinding, where a page has its own name point at us.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::turned_away::at_the_door;
use crate::app::App;
use crate::config::Server;
use crate::http::route::protected_resource;
use crate::rescue::refuse;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, DELETE, OPTIONS");
const ALLOWED_HEADERS: &str = "authorization, content-type, accept, last-event-id, mcp-method, mcp-name, mcp-protocol-version, \
                               mcp-session-id, x-api-key, x-request-id";
const EXPOSED_HEADERS: HeaderValue =
    HeaderValue::from_static("mcp-session-id, www-authenticate, x-request-id");

/// How a request fails whose `Origin` or `Host` is not served, in the journal and the log.
const FORBIDDEN: &str = "forbidden";

/// `Access-Control-Allow-Origin` of what everyone may read.
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");

/// The one place that speaks of CORS.
pub(in crate::http) async fn origin(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let server = &app.config.server;
    let refuse =
        |status, why, message| at_the_door(request.extensions(), why, refuse(status, why, message));
    if !host_is_allowed(server, &request) {
        return refuse(
            StatusCode::FORBIDDEN,
            FORBIDDEN,
            "this Host is not served here; see MESH_ALLOWED_HOSTS",
        );
    }
    // RFC 9112, section 3.2.
    if !request.headers().get_all(header::HOST).iter().all(is_host) {
        return refuse(
            StatusCode::BAD_REQUEST,
            "bad_request",
            "the Host header names no host; send `Host: name` or `Host: name:port`",
        );
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origins = request.headers().get_all(header::ORIGIN);
    let is_public = app.callers.oauth().is_some() && protected_resource::is(request.uri().path());
    let is_allowed = origins
        .iter()
        .all(|origin| origin_is_allowed(server, request.headers(), origin));
    if !is_public && !is_allowed {
        return refuse(
            StatusCode::FORBIDDEN,
            FORBIDDEN,
            "this Origin is not allowed; see MESH_ALLOWED_ORIGINS",
        );
    }
    let mut response = if request.method() == Method::OPTIONS {
        preflight(request.headers())
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    match origin {
        _ if is_public => {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
        }
        Some(origin) => admit(headers, origin),
        None => {}
    }
    response
}

fn preflight(asked: &HeaderMap) -> Response {
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed(asked));
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("86400"),
    );
    response
}

/// Also those of the headers that a page asks for that repeat arguments: tools name them as they like (MCP 2026-07-28,
/// basic/transports/streamable-http).
fn allowed(asked: &HeaderMap) -> HeaderValue {
    let asked = asked.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS);
    let asked = asked.iter().filter_map(|names| names.to_str().ok());
    let names = asked.flat_map(|names| names.split(',')).map(str::trim);
    let mirrored = names.filter(|name| {
        let begins = name.get(.."mcp-param-".len());
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case("mcp-param-"))
    });
    let all: Vec<_> = std::iter::once(ALLOWED_HEADERS).chain(mirrored).collect();
    HeaderValue::from_str(&all.join(", ")).expect("parts of headers make a header")
}

/// Only an origin that was let in is named.
fn admit(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}

fn host_is_allowed(server: &Server, request: &Request) -> bool {
    let Some(allowed) = &server.hosts else {
        return true;
    };
    let mut hosts = request.headers().get_all(header::HOST).iter().peekable();
    if hosts.peek().is_some() {
        return hosts.all(|host| is_listed(allowed, host.as_bytes()));
    }
    // HTTP/1.0 may go without; HTTP/2 has it in the URI.
    request
        .uri()
        .authority()
        .is_some_and(|authority| is_listed(allowed, authority.as_str().as_bytes()))
}

/// A name or an address, with or without a port. It may be empty: then it says nothing.
fn is_host(host: &HeaderValue) -> bool {
    let Ok(host) = host.to_str() else {
        return false;
    };
    let name = without_port(host);
    let is_name = |name: &str| {
        name.parse::<Authority>().is_ok()
            && !name.contains('@')
            && (name.starts_with('[') || !name.contains(':'))
    };
    name.is_empty() || is_name(name)
}

fn is_listed(allowed: &[String], host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host).map(str::to_ascii_lowercase) else {
        return false;
    };
    let name = without_port(&host);
    allowed
        .iter()
        .any(|allowed| *allowed == host || *allowed == name)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => host,
    }
}

/// Named in the settings, or the server's own: the page it served itself.
fn origin_is_allowed(server: &Server, headers: &HeaderMap, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if server.origins.iter().any(|allowed| allowed == origin) {
        return true;
    }
    let own = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    server.address.ip().is_loopback()
        && own.is_some_and(|own| {
            origin
                .strip_prefix("http://")
                .is_some_and(|origin| origin.eq_ignore_ascii_case(own))
        })
}
