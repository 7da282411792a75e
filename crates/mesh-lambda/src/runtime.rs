//! What is between the platform and an answer of ours, in both modes of invocation.

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use http::StatusCode;
use lambda_http::lambda_runtime::{LambdaEvent, LambdaInvocation, Runtime};
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Adapter, Body, Error, RequestExt as _, service_fn};
use mesh_app::config::InvokeMode;
use mesh_app::edge::Escaped;
use serde_json::json;
use tower::layer::layer_fn;
use tower::{Service, ServiceExt as _};

use crate::answer::{self, Limit};
use crate::edge;
use crate::event::{self, Event, Withheld};
use crate::runtime_api::RuntimeApi;
use crate::splice::Spliced;

/// A runtime that has each request answered by `respond`, whole or, in the streaming mode, as it comes. Answers go to the Runtime
/// API past the runtime, which would copy a large one several times.
pub(crate) fn answering<R, F>(
    mode: InvokeMode,
    respond: R,
) -> Runtime<
    impl Service<LambdaInvocation, Response = (), Error = Error, Future: Send> + Clone + Send + 'static,
>
where
    R: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    // It tells the platform of events that cannot be read, and meets no others.
    let runtime = Runtime::new(service_fn(|_: LambdaEvent<Event>| async {
        Err::<(), Error>("an event that could not be read can be, now".into())
    }));
    before(runtime, RuntimeApi::new(), mode, respond)
}

fn before<S, R, F>(
    runtime: Runtime<S>,
    api: RuntimeApi,
    mode: InvokeMode,
    respond: R,
) -> Runtime<
    impl Service<LambdaInvocation, Response = (), Error = Error, Future: Send> + Clone + Send + 'static,
>
where
    S: Service<LambdaInvocation, Response = (), Error = Error> + Clone + Send + 'static,
    S::Future: Send,
    R: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    runtime.layer(layer_fn(move |unreadable: S| {
        let (api, respond) = (api.clone(), respond.clone());
        service_fn(move |invocation: LambdaInvocation| {
            let (unreadable, api, respond) = (unreadable.clone(), api.clone(), respond.clone());
            async move {
                match serde_json::from_slice::<Event>(&invocation.body) {
                    // In a box: the runtime moves what it is given several times.
                    Ok(event) => Box::pin(answer(&api, mode, respond, event, invocation)).await,
                    Err(_) => unreadable.oneshot(invocation).await,
                }
            }
        })
    }))
}

enum Answer {
    /// As the platform's JSON has it.
    Whole(Vec<u8>),
    Pieces(Response, Option<Instant>),
}

async fn answer<R, F>(
    api: &RuntimeApi,
    mode: InvokeMode,
    respond: R,
    event: Event,
    invocation: LambdaInvocation,
) -> Result<(), Error>
where
    R: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let LambdaInvocation { parts, context, .. } = invocation;
    let id = context.request_id.clone();
    let in_pieces = mode == InvokeMode::Streaming && event.takes_a_stream();
    let answered = AssertUnwindSafe(async move {
        let (event, withheld) = event::sound(LambdaEvent::new(event, context));
        match in_pieces {
            true => Ok(pieces(respond, event, withheld).await),
            false => whole(respond, event, withheld).await.map(Answer::Whole),
        }
    });
    let answer = match answered.catch_unwind().await {
        Ok(answer) => answer?,
        Err(_) => {
            tracing::error!("reading an event panicked; its message is above");
            failed(in_pieces)
        }
    };
    match answer {
        Answer::Whole(json) => api.whole(&id, &parts.headers, json).await,
        Answer::Pieces(response, until) => api.stream(&id, &parts.headers, response, until).await,
    }
}

fn failed(in_pieces: bool) -> Answer {
    let internal = StatusCode::INTERNAL_SERVER_ERROR;
    match in_pieces {
        true => Answer::Pieces(internal.into_response(), None),
        false => Answer::Whole(json!({"statusCode": internal.as_u16()}).to_string().into()),
    }
}

async fn whole<R, F>(
    respond: R,
    event: LambdaEvent<LambdaRequest>,
    withheld: Withheld,
) -> Result<Vec<u8>, Error>
where
    R: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let spliced = Spliced::default();
    let body = spliced.clone();
    let answer = move |request| {
        let (respond, spliced) = (respond.clone(), spliced.clone());
        respond_to(respond, request, withheld.clone(), spliced)
    };
    let answer = Adapter::from(service_fn(answer)).oneshot(event).await?;
    Ok(body.put_into(&answer)?)
}

async fn pieces<R, F>(respond: R, event: LambdaEvent<LambdaRequest>, withheld: Withheld) -> Answer
where
    R: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let request = event::request(event);
    let until = until(&request);
    Answer::Pieces(respond(edge::request(request, withheld)).await, until)
}

async fn respond_to<R, F>(
    respond: R,
    request: lambda_http::Request,
    withheld: Withheld,
    spliced: Spliced,
) -> Result<http::Response<Body>, Infallible>
where
    R: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let limit = match request.request_context_ref() {
        Some(RequestContext::PassThrough) => return Ok(nothing_done(request.body())),
        Some(RequestContext::Alb(_)) => Limit::LOAD_BALANCER,
        _ => Limit::LAMBDA,
    };
    let until = until(&request);
    let response = respond(edge::request(request, withheld)).await;
    let mut answer = answer::whole(response, until, limit).await;
    if let Some(escaped) = answer.extensions_mut().remove::<Escaped>() {
        spliced.set(escaped);
    }
    Ok(answer)
}

fn until(request: &lambda_http::Request) -> Option<Instant> {
    edge::ends(request).map(|ends| ends.answer)
}

/// The answer to an event that is no request. It is not an error: schedules and warm-up rules have what they wanted when the
/// function runs at all.
fn nothing_done(name: &Body) -> http::Response<Body> {
    let event = String::from_utf8_lossy(name);
    tracing::info!(%event, "an event that is no HTTP request was answered; nothing was done");
    let told =
        json!({"status": "ignored", "message": "the event is no HTTP request; nothing was done"});
    http::Response::new(Body::Text(told.to_string()))
}
