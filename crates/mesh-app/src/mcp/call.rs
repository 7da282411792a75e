//! `tools/call` and `prompts/get`: the two requests that may go in rounds.

use std::collections::BTreeMap;

use mesh_core::truncate;
use mesh_tools::ToolError;
use mesh_tools::ask::Question;
use rmcp::ErrorData;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, GetPromptRequestParams, GetPromptResponse,
    GetPromptResult, InputRequiredResult, ProtocolVersion,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Map, Value, json};

use super::handler::{Handler, Incoming, is_modern};
use super::rounds::{self, Binding};
use super::seal::Stamp;
use super::talk::{Known, McpTalk};
use super::{answer, read};
use crate::dispatch::{self, Call, Called, Reading};
use crate::remote;

impl Handler {
    pub(super) async fn call(
        &self,
        request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let incoming = self.incoming(context)?;
        let arguments = request.arguments.map_or(Value::Null, Value::Object);
        let scope = incoming.scope.clone().unwrap_or_default();
        let what = ["tools/call", &*scope, request.name.as_ref()];
        let binding = self.bind(context, &incoming, &what, &arguments)?;
        let state = request.request_state.as_deref();
        let (known, stamp) = self
            .open(&incoming, binding.as_ref(), state, request.input_responses)
            .await?;
        let talk = self.talk(context, &incoming, known);
        let call = Call {
            incoming: &incoming,
            round: talk.round(stamp.as_ref()),
            talk: &talk,
        };
        match dispatch::call(&self.app, call, &request.name, arguments).await {
            Err(dispatch::UnknownTool) => Err(unknown_tool(&request.name)),
            Ok(Ok(Called::Reply(reply))) => {
                let revision = context.protocol_version();
                let revision = revision.as_ref().map(ProtocolVersion::as_str);
                Ok(answer::result_in(reply, revision).into())
            }
            Ok(Ok(Called::Remote(Ok(result)))) => {
                let result = match is_modern(context) {
                    true => result,
                    false => remote::for_handshake(result),
                };
                Ok(self.as_it_came(&result).into())
            }
            Ok(Ok(Called::Remote(Err(fault)))) => {
                Err(answer::upstream_error(&fault, is_modern(context)))
            }
            Ok(Err(ToolError::InputRequired(questions))) => {
                Ok(self.ask_again(binding.as_ref(), questions, &talk)?.into())
            }
            Ok(Err(error @ ToolError::MissingCapability(_))) if !is_modern(context) => {
                Ok(answer::told_failure(&error).into())
            }
            Ok(Err(error)) => Ok(answer::failure(error)?.into()),
        }
    }

    pub(super) async fn render(
        &self,
        request: GetPromptRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let incoming = self.incoming(context)?;
        let given = texts(request.arguments.unwrap_or_default())?;
        let scope = incoming.scope.clone().unwrap_or_default();
        let what = ["prompts/get", &*scope, request.name.as_str()];
        let binding = self.bind(context, &incoming, &what, &json!(given))?;
        let state = request.request_state.as_deref();
        let (known, _) = self
            .open(&incoming, binding.as_ref(), state, request.input_responses)
            .await?;
        let talk = self.talk(context, &incoming, known);
        let name = request.name.as_str();
        let listing = self
            .at_hand(&incoming, |listing| {
                listing.view.prompt(name).is_some() || listing.items.prompt(name).is_some()
            })
            .await;
        if let Some(prompt) = listing.items.prompt(&request.name) {
            let is_modern = is_modern(context);
            let rendered = self.render_remote(&incoming, prompt, &given, &talk, is_modern);
            return match rendered.await? {
                Ok(rendered) => Ok(rendered),
                Err(questions) => Ok(self.ask_again(binding.as_ref(), questions, &talk)?.into()),
            };
        }
        let cx = self.app.context(&incoming, &talk, &listing.view);
        let asked = json!({"name": request.name, "arguments": given});
        let work = read::prompt(&self.app, cx, &request.name, given);
        let reading = Reading {
            what: "prompts/get",
            arguments: &asked,
            is_hidden: self.app.hides_prompt(&incoming, name),
        };
        match dispatch::read(&self.app, &incoming, reading, work).await {
            Ok(messages) => {
                incoming.tally.success();
                let messages = messages.into_iter().map(answer::message).collect();
                Ok(GetPromptResult::new(messages).into())
            }
            Err(ToolError::InputRequired(questions)) => {
                incoming.tally.success();
                Ok(self.ask_again(binding.as_ref(), questions, &talk)?.into())
            }
            Err(error) => Err(refused(&incoming, error, None)),
        }
    }

    /// What the rounds of a request are bound to. None within a session, whose client is asked while the call runs.
    fn bind(
        &self,
        context: &RequestContext<RoleServer>,
        incoming: &Incoming,
        what: &[&str],
        arguments: &Value,
    ) -> Result<Option<Binding>, ErrorData> {
        if self.is_in_session(context) {
            return Ok(None);
        }
        let binding = Binding::new(&incoming.request.caller, what, arguments);
        binding
            .map(Some)
            .map_err(|error| refused(incoming, error, None))
    }

    async fn open(
        &self,
        incoming: &Incoming,
        binding: Option<&Binding>,
        state: Option<&str>,
        responses: Option<BTreeMap<String, Value>>,
    ) -> Result<(Known, Option<Stamp>), ErrorData> {
        let Some(binding) = binding else {
            return Ok((Known::default(), None));
        };
        let deadline = incoming.request.deadline;
        rounds::open(&self.app.seal, binding, deadline, state, responses)
            .await
            .map_err(|error| refused(incoming, error, None))
    }

    fn ask_again(
        &self,
        binding: Option<&Binding>,
        questions: Vec<(String, Question)>,
        talk: &McpTalk,
    ) -> Result<InputRequiredResult, ErrorData> {
        let in_session = || ToolError::internal("a session was to be asked in another round");
        binding
            .ok_or_else(in_session)
            .and_then(|binding| rounds::ask(&self.app.seal, binding, questions, &talk.known()))
            .map_err(|error| answer::error(error, None))
    }
}

/// Works for as long as somebody waits for it. The client may take its request back, or leave: then nothing more is sent, and
/// whoever was asked for it hears so (basic/utilities/cancellation).
pub(super) async fn until_taken_back<T>(
    context: &RequestContext<RoleServer>,
    work: impl Future<Output = Result<T, ErrorData>>,
) -> Result<T, ErrorData> {
    tokio::select! {
        done = work => done,
        () = context.ct.cancelled() => Err(ErrorData::internal_error("cancelled by the client", None)),
    }
}

/// MCP, server/tools, Error Handling: an unknown tool is a protocol error.
pub(crate) fn unknown_tool(name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("Unknown tool: {}", truncate(name)), None)
}

/// Notes a failure, and says it as a protocol error.
pub(super) fn refused(incoming: &Incoming, error: ToolError, uri: Option<&str>) -> ErrorData {
    incoming.tally.failure(error.kind());
    answer::error(error, uri)
}

/// Prompt arguments are strings (MCP, server/prompts).
fn texts(arguments: Map<String, Value>) -> Result<BTreeMap<String, String>, ErrorData> {
    arguments
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            _ => {
                let message = format!("the prompt argument `{name}` must be a string");
                Err(ErrorData::invalid_params(message, None))
            }
        })
        .collect()
}
