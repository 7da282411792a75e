//! A function that does what its path says: the emulator's own tests drive it.

use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use http_body::Frame;
use http_body_util::StreamBody;
use lambda_http::{Body, Error, Request, RequestExt as _, Response, service_fn};
use serde_json::json;

type Pieces = StreamBody<BoxStream<'static, Result<Frame<Bytes>, Error>>>;

#[tokio::main(flavor = "current_thread")]
#[expect(
    clippy::disallowed_methods,
    reason = "a function is set up by its environment"
)]
async fn main() -> Result<(), Error> {
    if std::env::vars_os().any(|(name, _)| name == "STREAMING") {
        return lambda_http::run_with_streaming_response(service_fn(stream)).await;
    }
    lambda_http::run_concurrent(service_fn(answer)).await
}

/// Two pieces, the second of which waits for its turn.
async fn stream(request: Request) -> Result<Response<Pieces>, Error> {
    let pieces = futures::stream::unfold(0, |step| async move {
        let piece = ["one\n", "two\n"].get(step)?;
        tokio::time::sleep(Duration::from_millis(50) * u32::from(step == 1)).await;
        Some((
            Ok(Frame::data(Bytes::from_static(piece.as_bytes()))),
            step + 1,
        ))
    });
    let pieces: Pieces = StreamBody::new(Box::pin(pieces));
    let status = if request.uri().path() == "/accepted" {
        202
    } else {
        200
    };
    Ok(Response::builder()
        .status(status)
        .header("content-type", "text/event-stream")
        .body(pieces)?)
}

async fn answer(request: Request) -> Result<Response<Body>, Error> {
    match request.uri().path() {
        "/fixed" => Ok(Response::new(Body::from("{}"))),
        "/error" => Err("out of order".into()),
        "/panic" => panic!("the roof is on fire"),
        "/exit" => std::process::exit(7),
        "/slow" => std::future::pending().await,
        "/large" => Ok(Response::new(Body::from("x".repeat(7 << 20)))),
        "/cookies" => Ok(cookies()?),
        _ => Ok(told(&request)?),
    }
}

fn cookies() -> Result<Response<Body>, http::Error> {
    Response::builder()
        .status(202)
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2")
        .header("x-binary", "yes")
        .header("www-authenticate", "Bearer")
        .header("content-type", "application/octet-stream")
        .body(Body::from(vec![0xff, 0x00]))
}

fn told(request: &Request) -> Result<Response<Body>, http::Error> {
    let context = request.lambda_context_ref();
    let header = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    let told = json!({
        "method": request.method().as_str(),
        "uri": request.uri().to_string(),
        "cookie": header("cookie"),
        "host": header("host"),
        "trace": header("x-amzn-trace-id"),
        "body": String::from_utf8_lossy(request.body().as_ref()),
        "deadline": context.map(|context| context.deadline),
        "request_id": context.map(|context| context.request_id.clone()),
        "arn": context.map(|context| context.invoked_function_arn.clone()),
        "principal": principal(request),
    });
    Response::builder()
        .header("content-type", "application/json")
        .body(Body::from(told.to_string()))
}

fn principal(request: &Request) -> Option<String> {
    let lambda_http::request::RequestContext::ApiGatewayV2(context) =
        request.request_context_ref()?
    else {
        return None;
    };
    context.authorizer.as_ref()?.iam.as_ref()?.user_arn.clone()
}
