use std::io::Error;

use bytes::Bytes;
use futures::stream::poll_fn;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{Head, Reply};

pub(super) type Body = UnsyncBoxBody<Bytes, Error>;

/// Headers a function may not set: Lambda passes them on under another name, the challenge of a 401 among them.
const REMAPPED: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "expect",
    "host",
    "max-forwards",
    "server",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "www-authenticate",
];

pub(super) fn buffered(reply: &Reply, request_id: &str) -> Response<Body> {
    let body = full(reply.body.clone());
    response(
        reply.status,
        &reply.headers,
        &reply.cookies,
        body,
        request_id,
    )
}

pub(super) fn streamed(
    head: &Head,
    mut chunks: UnboundedReceiver<Result<Bytes, Error>>,
    request_id: &str,
) -> Response<Body> {
    let frames = poll_fn(move |context| {
        chunks
            .poll_recv(context)
            .map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    });
    let body = StreamBody::new(frames).boxed_unsync();
    response(head.status, &head.headers, &head.cookies, body, request_id)
}

/// All that AWS tells a client of a function that failed.
pub(super) fn bad_gateway() -> Response<Body> {
    message(
        StatusCode::BAD_GATEWAY,
        "InternalServerErrorException",
        "Message",
        "Internal Server Error",
    )
}

/// An error of the platform itself; services disagree on the capital of `field`.
pub(super) fn message(status: StatusCode, kind: &str, field: &str, text: &str) -> Response<Body> {
    let body = serde_json::json!({ field: text }).to_string();
    let mut response = Response::new(full(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert("x-amzn-errortype", kind);
    }
    response
}

pub(super) fn full(bytes: Bytes) -> Body {
    Full::new(bytes)
        .map_err(|never| match never {})
        .boxed_unsync()
}

fn response(
    status: StatusCode,
    headers: &HeaderMap,
    cookies: &[String],
    body: Body,
    request_id: &str,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let own = headers
        .iter()
        .map(|(name, value)| (passed_on(name), value.clone()));
    let cookies = cookies
        .iter()
        .filter_map(|cookie| Some((header::SET_COOKIE, HeaderValue::from_str(cookie).ok()?)));
    for (name, value) in own.chain(cookies) {
        response.headers_mut().append(name, value);
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

fn passed_on(name: &HeaderName) -> HeaderName {
    if !REMAPPED.contains(&name.as_str()) {
        return name.clone();
    }
    let name = format!("x-amzn-remapped-{name}");
    HeaderName::from_bytes(name.as_bytes()).expect("a header name with more before it")
}
