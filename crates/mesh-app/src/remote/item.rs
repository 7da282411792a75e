//! Prompts and resources of upstreams, and completions of their arguments.

use std::borrow::Cow;
use std::time::Instant;

use mesh_gateway::{Found, Gateway, RemoteItem};
use mesh_tools::ToolError;
use mesh_tools::ask::Talk;
use rmcp::model::{CompleteRequestParams, Reference};
use serde_json::{Value, json};

use super::relay::{self, Required};
use super::{Answered, MAX_ROUNDS, Span, asked, told};
use crate::app::App;
use crate::mcp::Incoming;

/// Renders a prompt of an upstream's, which may ask something first.
pub(crate) async fn prompt(
    app: &App,
    incoming: &Incoming,
    gateway: &Gateway,
    prompt: &RemoteItem,
    given: &Value,
    talk: &dyn Talk,
) -> Result<Answered, ToolError> {
    let started = Instant::now();
    let (upstream, own) = (&*prompt.upstream, &*prompt.own_key);
    let name = Value::from(own).to_string();
    let mut more = relay::resumed(talk);
    for _ in 0..MAX_ROUNDS {
        let mut params = vec![
            ("name", name.clone().into()),
            ("arguments", given.to_string().into()),
        ];
        params.append(&mut more);
        let of = (gateway, upstream);
        let span = Span::begin(app, incoming, of, "prompts/get", Some(own));
        let mut asked = asked(app, incoming, &span);
        asked.listener.capabilities = relay::capabilities(talk, prompt.relays);
        let answered = gateway
            .ask(upstream, "prompts/get", params, own, &asked)
            .await;
        span.end(&answered);
        match answered
            .as_ref()
            .ok()
            .and_then(|result| Required::read(result))
        {
            None => return told(app, incoming, upstream, started, answered),
            Some(_) if !prompt.relays => return Err(relay::not_relayed(&prompt.key, upstream)),
            Some(required) => more = required.answered(talk).await?,
        }
    }
    Err(relay::without_end(&prompt.key))
}

/// Reads a resource of an upstream's. One that asks something first cannot be read here.
pub(crate) async fn resource(
    app: &App,
    incoming: &Incoming,
    gateway: &Gateway,
    resource: &Found,
) -> Result<Answered, ToolError> {
    let started = Instant::now();
    let uri = Value::from(resource.uri.as_str()).to_string();
    let params = vec![("uri", uri.into())];
    let (upstream, own) = (&*resource.upstream, &*resource.uri);
    let span = Span::begin(app, incoming, (gateway, upstream), "resources/read", None);
    let asked = asked(app, incoming, &span);
    let answered = gateway
        .ask(upstream, "resources/read", params, own, &asked)
        .await;
    span.end(&answered);
    let required = answered.as_ref().ok().and_then(|read| Required::read(read));
    match required {
        None => told(app, incoming, upstream, started, answered),
        Some(_) => Err(relay::not_relayed_on_reading(own, upstream)),
    }
}

/// Completes an argument of a prompt or a template of an upstream's.
pub(crate) async fn completion(
    app: &App,
    incoming: &Incoming,
    gateway: &Gateway,
    item: &RemoteItem,
    request: CompleteRequestParams,
) -> Result<Answered, ToolError> {
    let started = Instant::now();
    let reference = match request.r#ref {
        Reference::Prompt(_) => json!({"type": "ref/prompt", "name": item.own_key}),
        _ => json!({"type": "ref/resource", "uri": item.own_key}),
    };
    let mut params: Vec<(_, Cow<'_, str>)> = vec![
        ("ref", reference.to_string().into()),
        ("argument", json!(request.argument).to_string().into()),
    ];
    if let Some(context) = request.context {
        params.push(("context", json!(context).to_string().into()));
    }
    let of = (gateway, &*item.upstream);
    let span = Span::begin(app, incoming, of, "completion/complete", None);
    let asked = asked(app, incoming, &span);
    let answered = gateway
        .ask(
            &item.upstream,
            "completion/complete",
            params,
            &item.own_key,
            &asked,
        )
        .await;
    span.end(&answered);
    told(app, incoming, &item.upstream, started, answered)
}
