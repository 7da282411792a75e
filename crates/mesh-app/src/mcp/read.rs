//! Reading resources, rendering prompts, completing their arguments.

use std::collections::BTreeMap;

use mesh_core::truncate;
use mesh_tools::prompt::{Given, Message};
use mesh_tools::reply::Content;
use mesh_tools::resource::{CompleteFn, Completion};
use mesh_tools::{Context, Needs, ToolError, View};
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, CompleteRequestParams, CompleteResult, CompletionInfo, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, Reference,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::json;

use super::call::refused;
use super::handler::{Handler, is_modern};
use super::server::TTL_MS;
use super::talk::Known;
use super::{answer, info, method};
use crate::app::App;
use crate::dispatch::{self, Reading, admitted};
use crate::mcp::Incoming;

impl Handler {
    pub(super) async fn read(
        &self,
        request: ReadResourceRequestParams,
        cx: &RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let incoming = self.incoming(cx)?;
        let talk = self.talk(cx, &incoming, Known::default());
        let uri = &request.uri;
        let listing = self
            .at_hand(&incoming, |listing| {
                listing.view.resource(uri).is_some() || listing.items.resource(uri).is_some()
            })
            .await;
        if listing.view.resource(&request.uri).is_none()
            && let Some(found) = listing.items.resource(&request.uri)
        {
            let uri = &request.uri;
            return self
                .read_remote(&incoming, uri, &found, is_modern(cx))
                .await;
        }
        let context = self.app.context(&incoming, &talk, &listing.view);
        let asked = json!({"uri": request.uri});
        let work = resource(&self.app, context, &request.uri);
        let reading = Reading {
            what: "resources/read",
            arguments: &asked,
            is_hidden: self.app.hides_resource(&incoming, &request.uri),
        };
        let content = dispatch::read(&self.app, &incoming, reading, work)
            .await
            .map_err(|error| refused(&incoming, error, Some(&request.uri)))?;
        incoming.tally.success();
        let result = ReadResourceResult::new(vec![answer::contents(content)]);
        if !is_modern(cx) {
            return Ok(result.into());
        }
        Ok(result
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(CacheScope::Private)
            .into())
    }

    pub(super) async fn completed(
        &self,
        request: CompleteRequestParams,
        cx: &RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let incoming = self.incoming(cx)?;
        if !info::completes(&self.app, &incoming.scope) {
            return Err(method::not_found("completion/complete"));
        }
        let talk = self.talk(cx, &incoming, Known::default());
        let listing = self.prepared(&incoming).await;
        let theirs = match &request.r#ref {
            Reference::Prompt(prompt) => listing.items.prompt(&prompt.name),
            Reference::Resource(template) => listing.items.template(&template.uri),
            _ => None,
        };
        if let Some(item) = theirs {
            let is_modern = is_modern(cx);
            return self
                .complete_remote(&incoming, item, request, is_modern)
                .await;
        }
        let context = self.app.context(&incoming, &talk, &listing.view);
        let argument = &request.argument;
        let asked =
            json!({"ref": request.r#ref, "argument": argument.name, "value": argument.value});
        let work = completion(
            &self.app,
            context,
            &request.r#ref,
            &argument.name,
            &argument.value,
        );
        let reading = Reading {
            what: "completion/complete",
            arguments: &asked,
            is_hidden: is_hidden(&self.app, &incoming, &request.r#ref),
        };
        let found = dispatch::read(&self.app, &incoming, reading, work)
            .await
            .map_err(|error| refused(&incoming, error, None))?;
        incoming.tally.success();
        let has_more = found.total > found.values.len();
        CompletionInfo::with_pagination(found.values, u32::try_from(found.total).ok(), has_more)
            .map(CompleteResult::new)
            .map_err(|error| answer::error(ToolError::internal(error), None))
    }
}

pub(super) async fn resource(app: &App, cx: Context<'_>, uri: &str) -> Result<Content, ToolError> {
    let granted = app.access.of(&cx.request.caller);
    if granted.is_some_and(|granted| !granted.allows_resource(uri)) {
        return Err(unknown(uri));
    }
    let (needs, read, named) = cx.view.resource(uri).ok_or_else(|| unknown(uri))?;
    app.services.provide(needs, cx.request.deadline).await?;
    // A corpus that has arrived may have none of the kind.
    if !app.services.have(needs) {
        return Err(unknown(uri));
    }
    let mut content = admitted(app, needs, cx.request.deadline, read(cx, named)).await?;
    uri.clone_into(&mut content.uri);
    Ok(content)
}

pub(crate) fn unknown(uri: &str) -> ToolError {
    ToolError::NotFound(format!(
        "unknown resource `{}`; `resources/list` and `resources/templates/list` name what there is",
        truncate(uri)
    ))
}

pub(super) async fn prompt(
    app: &App,
    cx: Context<'_>,
    name: &str,
    given: BTreeMap<String, String>,
) -> Result<Vec<Message>, ToolError> {
    let unknown = || {
        ToolError::InvalidArguments(format!(
            "unknown prompt `{}`; `prompts/list` names what there is",
            truncate(name)
        ))
    };
    let prompt = cx.view.prompt(name).ok_or_else(unknown)?;
    app.services
        .provide(prompt.needs, cx.request.deadline)
        .await?;
    if !app.services.have(prompt.needs) {
        return Err(unknown());
    }
    let given = Given::check(prompt, given)?;
    admitted(
        app,
        prompt.needs,
        cx.request.deadline,
        (prompt.render)(cx, &given),
    )
    .await
}

/// Whether the policy keeps what is to be completed from the caller.
pub(super) fn is_hidden(app: &App, incoming: &Incoming, reference: &Reference) -> bool {
    match reference {
        Reference::Prompt(prompt) => app.hides_prompt(incoming, &prompt.name),
        Reference::Resource(template) => app.hides_template(incoming, &template.uri),
        _ => false,
    }
}

/// No values where the argument has no completion; an error where there is no such thing to complete.
pub(super) async fn completion(
    app: &App,
    cx: Context<'_>,
    reference: &Reference,
    argument: &str,
    typed: &str,
) -> Result<Completion, ToolError> {
    let Some((needs, complete)) = completer(cx.view, reference, argument)? else {
        return Ok(Completion::default());
    };
    let (deadline, granted) = (cx.request.deadline, app.access.of(&cx.request.caller));
    let template = match reference {
        Reference::Resource(wanted) => cx.view.template(&wanted.uri),
        _ => None,
    };
    app.services.provide(needs, deadline).await?;
    let mut found = admitted(app, needs, deadline, complete(cx, typed)).await?;
    if let (Some(granted), Some(template)) = (granted, template) {
        // A family may be open in part, and a name of what is closed is not told.
        let all = found.values.len();
        found
            .values
            .retain(|value| granted.allows_resource(&template.uri_of(value)));
        if found.values.len() < all {
            found.total = found.values.len();
        }
    }
    Ok(found)
}

fn completer(
    view: &View,
    reference: &Reference,
    argument: &str,
) -> Result<Option<(Needs, CompleteFn)>, ToolError> {
    let unknown =
        |what: &str| ToolError::InvalidArguments(format!("nothing to complete: unknown {what}"));
    match reference {
        Reference::Resource(wanted) => view
            .template(&wanted.uri)
            .map(|template| {
                let completes = template.variable == argument;
                completes.then_some((template.needs, template.complete))
            })
            .ok_or_else(|| unknown(&format!("resource template `{}`", wanted.uri))),
        Reference::Prompt(wanted) => view
            .prompt(&wanted.name)
            .map(|prompt| {
                let known = prompt
                    .arguments
                    .iter()
                    .find(|known| known.name == argument)?;
                Some((prompt.needs, known.complete?))
            })
            .ok_or_else(|| unknown(&format!("prompt `{}`", wanted.name))),
        _ => Err(unknown("kind of reference")),
    }
}
