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
use lambda_http::request::RequestContext;
use lambda_http::{Adapter, Body, Error, RequestExt as _, service_fn};
use mesh_app::config::InvokeMode;
use mesh_app::edge::Escaped;
use serde_json::json;
use tower::layer::layer_fn;
use tower::{Service, ServiceExt as _};

use crate::answer::{self, Limit};
use crate::edge;
use crate::event::{self, Event, Withheld};
use crate::splice::Spliced;
use crate::stream::RuntimeApi;

/// A runtime that has each request answered by `respond`, whole or, in the streaming mode, as it comes.
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
    let buffered = respond.clone();
    let runtime = Runtime::new(service_fn(move |event: LambdaEvent<Event>| {
        let (event, withheld) = event::sound(event);
        let respond = buffered.clone();
        let spliced = Spliced::default();
        let body = spliced.clone();
        let answer = move |request| {
            let (respond, spliced) = (respond.clone(), spliced.clone());
            whole(respond, request, withheld.clone(), spliced)
        };
        async move {
            let answer = Adapter::from(service_fn(answer)).oneshot(event).await?;
            Ok::<_, Error>(body.put_into(&answer)?)
        }
    }));
    let api = (mode == InvokeMode::Streaming).then(RuntimeApi::new);
    streaming(runtime, api, respond)
}

/// The same runtime; with `api`, those who take a stream are answered past it.
fn streaming<S, R, F>(
    runtime: Runtime<S>,
    api: Option<RuntimeApi>,
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
    runtime.layer(layer_fn(move |whole: S| {
        let (api, respond) = (api.clone(), respond.clone());
        service_fn(move |invocation: LambdaInvocation| {
            let (whole, api, respond) = (whole.clone(), api.clone(), respond.clone());
            async move {
                let Some(api) = api else {
                    return whole.oneshot(invocation).await;
                };
                match serde_json::from_slice::<Event>(&invocation.body) {
                    Ok(event) if event.takes_a_stream() => {
                        pieces(&api, respond, event, invocation).await
                    }
                    // An event that cannot be read is told so there.
                    _ => whole.oneshot(invocation).await,
                }
            }
        })
    }))
}

async fn whole<R, F>(
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

async fn pieces<R, F>(
    api: &RuntimeApi,
    respond: R,
    event: Event,
    invocation: LambdaInvocation,
) -> Result<(), Error>
where
    R: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let LambdaInvocation { parts, context, .. } = invocation;
    let id = context.request_id.clone();
    // The runtime does so for whole answers.
    let answered = AssertUnwindSafe(async move {
        let (event, withheld) = event::sound(LambdaEvent::new(event, context));
        let request = event::request(event);
        let until = until(&request);
        let response = respond(edge::request(request, withheld)).await;
        (response, until)
    });
    let (response, until) = answered.catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("reading an event panicked; its message is above");
        let internal = StatusCode::INTERNAL_SERVER_ERROR;
        (internal.into_response(), None)
    });
    api.stream(&id, &parts.headers, response, until).await
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
