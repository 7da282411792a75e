//! What servers behind this one answer and list, as it came: the SDK is given a mark, and whoever sends the bytes puts in its
//! place what belongs there.

use std::collections::BTreeMap;
use std::sync::Arc;

use mesh_gateway::{Found, RemoteItem};
use mesh_tools::ToolError;
use mesh_tools::ask::{Question, Talk};
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, CallToolResult, CompleteRequestParams, CompleteResult, ContentBlock,
    GetPromptResponse, GetPromptResult, MetaObject, PromptMessage, ReadResourceResponse,
    ReadResourceResult, ResourceContents, ResultType, Role,
};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::call::refused;
use super::handler::{Handler, Incoming};
use super::{answer, read};
use crate::dispatch::Reading;
use crate::{dispatch, remote};

impl Handler {
    /// An upstream's result: whoever sends the answer puts its members in.
    pub(super) fn as_it_came(&self, result: &RawValue) -> CallToolResult {
        let (members, meta) = remote::members(result, "content");
        let content = self
            .app
            .splices
            .instead_of("content", &members, |mark| vec![ContentBlock::text(mark)]);
        let mut result = CallToolResult::default();
        result.content = content;
        result.meta = meta.map(MetaObject);
        result
    }

    /// As [`Self::as_it_came`], of a prompt.
    fn prompt_as_it_came(&self, result: &RawValue) -> GetPromptResult {
        let (members, meta) = remote::members(result, "messages");
        let messages = self.app.splices.instead_of("messages", &members, |mark| {
            vec![PromptMessage::new(Role::User, ContentBlock::text(mark))]
        });
        let mut result = GetPromptResult::new(messages);
        result.meta = meta.map(MetaObject);
        result
    }

    /// Or what has to be answered in another round.
    pub(super) async fn render_remote(
        &self,
        incoming: &Incoming,
        prompt: &RemoteItem,
        given: &BTreeMap<String, String>,
        talk: &dyn Talk,
        is_modern: bool,
    ) -> Result<Result<GetPromptResponse, Vec<(String, Question)>>, ErrorData> {
        let Some(gateway) = &self.app.gateway else {
            return Err(ErrorData::invalid_params("no such prompt", None));
        };
        let given = json!(given);
        let asked = json!({"name": prompt.key, "arguments": given});
        let work = remote::prompt(&self.app, incoming, gateway, prompt, &given, talk);
        let reading = open("prompts/get", &asked);
        match dispatch::read(&self.app, incoming, reading, work).await {
            Ok(Ok(result)) => {
                incoming.tally.success();
                Ok(Ok(self.prompt_as_it_came(&result).into()))
            }
            Ok(Err(fault)) => {
                incoming.tally.failure(fault.kind());
                Err(answer::upstream_error(&fault, is_modern))
            }
            Err(ToolError::InputRequired(questions)) => {
                incoming.tally.success();
                Ok(Err(questions))
            }
            Err(error) => Err(refused(incoming, error, None)),
        }
    }

    /// Our own items and those of upstreams; the latter go out as they came.
    pub(super) fn beside<T: Serialize>(
        &self,
        name: &str,
        own: impl Iterator<Item = T>,
        theirs: &[Arc<RemoteItem>],
        marked: impl FnOnce(String) -> T,
    ) -> Vec<T> {
        let own: Vec<T> = own.collect();
        if theirs.is_empty() {
            return own;
        }
        let own = own
            .iter()
            .map(|item| serde_json::to_string(item).expect("definitions can be written as JSON"));
        let theirs = theirs.iter().map(|item| item.definition.get().to_owned());
        let all: Vec<String> = own.chain(theirs).collect();
        let all = format!(r#""{name}":[{}]"#, all.join(","));
        self.app
            .splices
            .instead_of(name, &all, |mark| vec![marked(mark)])
    }

    /// Completes an argument of an upstream's prompt or template. A value that leads to what the caller may not read is not told.
    pub(super) async fn complete_remote(
        &self,
        incoming: &Incoming,
        item: &RemoteItem,
        request: CompleteRequestParams,
        is_modern: bool,
    ) -> Result<CompleteResult, ErrorData> {
        let Some(gateway) = &self.app.gateway else {
            return Err(ErrorData::invalid_params("nothing to complete", None));
        };
        let argument = request.argument.name.clone();
        let asked =
            json!({"ref": request.r#ref, "argument": argument, "value": request.argument.value});
        let work = remote::completion(&self.app, incoming, gateway, item, request);
        let reading = open("completion/complete", &asked);
        let answered = dispatch::read(&self.app, incoming, reading, work)
            .await
            .map_err(|error| refused(incoming, error, None))?;
        let result = answered.map_err(|fault| {
            incoming.tally.failure(fault.kind());
            answer::upstream_error(&fault, is_modern)
        })?;
        let mut result: CompleteResult = serde_json::from_str(result.get()).map_err(|error| {
            incoming.tally.failure("garbage");
            let told = format!("`{}` answered with no completion: {error}", item.upstream);
            ErrorData::internal_error(told, None)
        })?;
        incoming.tally.success();
        result.result_type = is_modern.then_some(ResultType::COMPLETE);
        if let Some(granted) = self.app.access.of(&incoming.request.caller) {
            let uri = |value: &str| item.key.replace(&format!("{{{argument}}}"), value);
            let is_a_template = item.is_a_template();
            let values = &mut result.completion.values;
            let all = values.len();
            values.retain(|value| !is_a_template || granted.allows_resource(&uri(value)));
            if values.len() < all {
                result.completion.total = u32::try_from(values.len()).ok();
            }
        }
        Ok(result)
    }

    pub(super) async fn read_remote(
        &self,
        incoming: &Incoming,
        uri: &str,
        found: &Found,
        is_modern: bool,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let Some(gateway) = &self.app.gateway else {
            return Err(ErrorData::resource_not_found("no such resource", None));
        };
        let asked = json!({"uri": uri});
        let is_hidden = self.app.hides_found(incoming, uri, found);
        let work = async {
            if is_hidden {
                return Err(read::unknown(uri));
            }
            remote::resource(&self.app, incoming, gateway, found).await
        };
        let reading = Reading {
            what: "resources/read",
            arguments: &asked,
            is_hidden,
        };
        let answered = dispatch::read(&self.app, incoming, reading, work)
            .await
            .map_err(|error| refused(incoming, error, Some(uri)))?;
        let result = answered.map_err(|fault| {
            incoming.tally.failure(fault.kind());
            answer::upstream_error(&fault, is_modern)
        })?;
        incoming.tally.success();
        let (members, meta) = remote::members(&result, "contents");
        let contents = self.app.splices.instead_of("contents", &members, |mark| {
            vec![ResourceContents::text(mark, "")]
        });
        let mut result = ReadResourceResult::new(contents);
        result.meta = meta.map(MetaObject);
        Ok(match is_modern {
            true => result
                .with_ttl_ms(0)
                .with_cache_scope(CacheScope::Private)
                .into(),
            false => result.into(),
        })
    }
}

/// Of what the caller sees.
const fn open<'a>(what: &'a str, arguments: &'a Value) -> Reading<'a> {
    Reading {
        what,
        arguments,
        is_hidden: false,
    }
}
