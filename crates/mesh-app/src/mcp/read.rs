//! Reading resources, rendering prompts, completing their arguments.

use std::collections::BTreeMap;

use mesh_core::truncate;
use mesh_tools::prompt::{Given, Message};
use mesh_tools::reply::Content;
use mesh_tools::resource::{CompleteFn, Completion};
use mesh_tools::{Context, Needs, ToolError, View};
use rmcp::model::Reference;

use crate::app::App;
use crate::dispatch::admitted;
use crate::mcp::Incoming;

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
