use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;

use crate::Failure;
use crate::exchange::{Exchange, Init, Progress};
use crate::runtime_api::streaming;

/// What Lambda takes of a buffered answer: 6 MiB and a little, the number of its own error message.
const ANSWER_BYTES: usize = 6_291_556;
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";

pub(super) async fn answer(
    exchange: &Exchange,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let Some(call) = path.strip_prefix("/2018-06-01/runtime/") else {
        return refusal(StatusCode::NOT_FOUND, "UnknownPath", "no such call");
    };
    let words: Vec<&str> = call.split('/').collect();
    match (request.method(), words.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => next(exchange).await,
        (&Method::POST, ["invocation", id, "response"]) => response(exchange, id, request).await,
        (&Method::POST, ["invocation", id, "error"]) => error(exchange, id, request).await,
        (&Method::POST, ["init", "error"]) => init_error(exchange, request).await,
        _ => refusal(StatusCode::NOT_FOUND, "UnknownPath", "no such call"),
    }
}

async fn next(exchange: &Exchange) -> Response<Full<Bytes>> {
    let order = exchange.take().await;
    let mut response = Response::new(Full::new(order.event));
    *response.headers_mut() = order.headers;
    // A receiver that is gone has stopped waiting; the function runs all the same, as on Lambda.
    let _ = order.progress.send(Progress::Given(Instant::now()));
    response
}

async fn response(
    exchange: &Exchange,
    id: &str,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let Some(progress) = exchange.settle(id) else {
        return unknown_request();
    };
    if is_streaming(request.headers()) {
        streaming::relay(request, &progress).await;
        return accepted();
    }
    match bounded(request.into_body()).await {
        Ok(Some(body)) => {
            let _ = progress.send(Progress::Buffered(Instant::now(), body));
            accepted()
        }
        Ok(None) => {
            let _ = progress.send(Progress::Failed(too_large()));
            refusal(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                "the answer exceeds 6 MB",
            )
        }
        Err(error) => refusal(
            StatusCode::BAD_REQUEST,
            "TruncatedRequest",
            &error.to_string(),
        ),
    }
}

/// A body of at most the permitted size. A larger one is read to its end all the same: a function that is cut off while
/// it writes takes that for the end of its Runtime API, and exits.
async fn bounded(mut body: Incoming) -> hyper::Result<Option<Bytes>> {
    let mut kept = BytesMut::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let data = frame?.into_data().unwrap_or_default();
        size += data.len();
        if size <= ANSWER_BYTES {
            kept.extend_from_slice(&data);
        }
    }
    Ok((size <= ANSWER_BYTES).then(|| kept.freeze()))
}

async fn error(exchange: &Exchange, id: &str, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Some(progress) = exchange.settle(id) else {
        return unknown_request();
    };
    let _ = progress.send(Progress::Failed(read_failure(request).await));
    accepted()
}

async fn init_error(exchange: &Exchange, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let failure = read_failure(request).await;
    exchange.init.send_replace(Init::Failed(failure));
    accepted()
}

async fn read_failure(request: Request<Incoming>) -> Failure {
    let (parts, body) = request.into_parts();
    let kind = parts
        .headers
        .get(ERROR_TYPE)
        .and_then(|kind| kind.to_str().ok());
    match Limited::new(body, ANSWER_BYTES).collect().await {
        Ok(body) => Failure::read(&body.to_bytes(), kind),
        Err(error) => Failure::read(error.to_string().as_bytes(), kind),
    }
}

fn is_streaming(headers: &HeaderMap) -> bool {
    headers
        .get(RESPONSE_MODE)
        .is_some_and(|mode| mode.as_bytes().eq_ignore_ascii_case(b"streaming"))
}

fn too_large() -> Failure {
    Failure {
        kind: "Function.ResponseSizeTooLarge".to_owned(),
        message: format!(
            "response payload size exceeded maximum allowed payload size ({ANSWER_BYTES} bytes)"
        ),
    }
}

fn unknown_request() -> Response<Full<Bytes>> {
    refusal(
        StatusCode::BAD_REQUEST,
        "InvalidRequestID",
        "invalid request ID",
    )
}

fn accepted() -> Response<Full<Bytes>> {
    json(
        StatusCode::ACCEPTED,
        Bytes::from_static(b"{\"status\":\"OK\"}"),
    )
}

fn refusal(status: StatusCode, kind: &str, message: &str) -> Response<Full<Bytes>> {
    let report = serde_json::json!({ "errorType": kind, "errorMessage": message });
    json(status, Bytes::from(report.to_string()))
}

fn json(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
