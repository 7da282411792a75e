//! What tools, resources and prompts return, in MCP's words.

use mesh_core::{Effect, Revision};
use mesh_gateway::Fault;
use mesh_tools::ask::Capability;
use mesh_tools::error::whole_seconds;
use mesh_tools::prompt::{Message, Presence, Prompt, Role};
use mesh_tools::reply::{Body, Content, Link, Remarks};
use mesh_tools::resource::{Resource, Template};
use mesh_tools::system::indexed_sources;
use mesh_tools::{Block, Entry, Reply, Services, ToolError};
use rmcp::ErrorData;
use rmcp::model as wire;
use rmcp::model::{
    CallToolResult, ClientCapabilities, ContentBlock, ErrorCode, MetaObject, ToolAnnotations,
};
use serde_json::json;

/// Own keys in `_meta` carry a prefix (MCP, basic, `_meta`).
const IGNORED: &str = "aoma-mesh/ignoredArguments";
const ADJUSTED: &str = "aoma-mesh/adjustedArguments";

/// The description ends with what is indexed for it, so that an agent with two such servers knows which to ask.
pub(crate) fn tool(tool: &Entry, services: &Services) -> wire::Tool {
    let definition = tool.definition();
    let description = match indexed_sources(services, &tool.needs.kinds()) {
        Some(indexed) => format!("{}\n\n{indexed}", definition.description),
        None => definition.description.clone(),
    };
    let mut tool = wire::Tool::new(
        definition.name.to_string(),
        description,
        definition.input_schema.clone(),
    )
    .with_title(definition.title.clone())
    .with_annotations(annotations(tool.effect, tool.family.is_open()));
    tool.output_schema.clone_from(&definition.output_schema);
    tool
}

/// MCP, server/tools, `ToolAnnotations`: hints, which clients go by in asking a person first.
fn annotations(effect: Effect, is_open: bool) -> ToolAnnotations {
    let annotations = ToolAnnotations::new();
    match effect {
        Effect::Read => annotations
            .read_only(true)
            .idempotent(true)
            .open_world(is_open),
        Effect::Write => annotations.read_only(false).destructive(false),
        Effect::Spend => annotations.read_only(false).destructive(true),
    }
}

pub(crate) fn result(reply: Reply) -> CallToolResult {
    let mut result = CallToolResult::success(reply.blocks.into_iter().map(block).collect());
    result.structured_content = reply.structured;
    result.meta = meta(reply.remarks);
    result
}

/// The same for who speaks that revision. 2025-06-18 brought links to resources: before, an address is a text.
pub(crate) fn result_in(reply: Reply, revision: Option<&str>) -> CallToolResult {
    let knows_links = revision.is_some_and(|revision| revision >= Revision::V2025_06_18.as_str());
    let told = |block| match block {
        Block::Link(link) if !knows_links => Block::Text(format!("{}: {}", link.name, link.uri)),
        other => other,
    };
    result(Reply {
        blocks: reply.blocks.into_iter().map(told).collect(),
        ..reply
    })
}

fn meta(remarks: Remarks) -> Option<MetaObject> {
    if remarks.is_empty() {
        return None;
    }
    let mut meta = MetaObject::new();
    for (key, names) in [(IGNORED, remarks.ignored), (ADJUSTED, remarks.adjusted)] {
        if !names.is_empty() {
            meta.0.insert(key.to_owned(), json!(names));
        }
    }
    Some(meta)
}

/// A failure the model should read (MCP, server/tools, Error Handling), or one that is the protocol's.
pub(crate) fn failure(error: ToolError) -> Result<CallToolResult, ErrorData> {
    match error {
        ToolError::MissingCapability(capability) => Err(missing(capability)),
        ToolError::InvalidAnswer(message) => Err(ErrorData::invalid_params(message, None)),
        told => Ok(told_failure(&told)),
    }
}

/// A failure as a result, whatever it is: for clients that predate its protocol error.
pub(crate) fn told_failure(error: &ToolError) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(error.to_string())])
}

/// MCP 2026-07-28: -32021, with what the client would have to declare.
pub(super) fn missing(capability: Capability) -> ErrorData {
    let mut required = ClientCapabilities::default();
    match capability {
        Capability::Elicitation => {
            required.elicitation = Some(wire::ElicitationCapability::default())
        }
        Capability::Sampling => required.sampling = Some(wire::SamplingCapability::default()),
        Capability::Roots => required.roots = Some(wire::RootsCapabilities::default()),
    }
    ErrorData::missing_required_client_capability(required)
}

/// An upstream's own error, in the words of the caller's revision.
pub(crate) fn upstream_error(fault: &Fault, is_modern: bool) -> ErrorData {
    /// What 2026-07-28 has in place of [`ErrorCode::RESOURCE_NOT_FOUND`].
    const INVALID_PARAMS: i64 = -32602;
    const RESOURCE_NOT_FOUND: i64 = -32002;
    let Fault::Rpc(error) = fault else {
        return ErrorData::internal_error(fault.to_string(), None);
    };
    let code = match error.code() {
        Some(RESOURCE_NOT_FOUND) if is_modern => INVALID_PARAMS,
        Some(code) => code,
        None => return ErrorData::internal_error(error.message(), error.data()),
    };
    let code = i32::try_from(code).map_or(ErrorCode::INTERNAL_ERROR, ErrorCode);
    ErrorData::new(code, error.message(), error.data())
}

/// Resources and prompts have no failing result: what goes wrong is a protocol error.
pub(super) fn error(error: ToolError, about: Option<&str>) -> ErrorData {
    let data = about.map(|uri| json!({"uri": uri}));
    match error {
        ToolError::NotFound(message) => ErrorData::resource_not_found(message, data),
        ToolError::InvalidArguments(message) | ToolError::InvalidAnswer(message) => {
            ErrorData::invalid_params(message, data)
        }
        ToolError::MissingCapability(capability) => missing(capability),
        other => {
            let data = match other.retry_after() {
                Some(wait) => Some(json!({"uri": about, "retryAfterSeconds": whole_seconds(wait)})),
                None => data,
            };
            ErrorData::internal_error(other.to_string(), data)
        }
    }
}

pub(super) fn block(block: Block) -> ContentBlock {
    match block {
        Block::Text(text) => ContentBlock::text(text),
        Block::Image { data, media_type } => ContentBlock::image(data, media_type),
        Block::Audio { data, media_type } => ContentBlock::audio(data, media_type),
        Block::Resource(content) => ContentBlock::resource(contents(content)),
        Block::Link(link) => ContentBlock::resource_link(linked(link)),
    }
}

fn linked(link: Link) -> wire::Resource {
    wire::Resource::new(link.uri, link.name)
        .with_mime_type(link.media_type)
        .with_size(link.bytes)
}

pub(super) fn contents(content: Content) -> wire::ResourceContents {
    match content.body {
        Body::Text(text) => wire::ResourceContents::text(text, content.uri),
        Body::Blob(blob) => wire::ResourceContents::blob(blob, content.uri),
    }
    .with_mime_type(content.media_type)
}

pub(super) fn resource(resource: &Resource) -> wire::Resource {
    wire::Resource::new(resource.uri, resource.name)
        .with_title(resource.title)
        .with_description(resource.description)
        .with_mime_type(resource.media_type)
}

pub(super) fn template(template: &Template) -> wire::ResourceTemplate {
    wire::ResourceTemplate::new(template.uri_template(), template.name)
        .with_title(template.title)
        .with_description(template.description)
        .with_mime_type(template.media_type)
}

pub(super) fn prompt(prompt: &Prompt) -> wire::Prompt {
    let arguments = prompt.arguments.iter().map(|argument| {
        wire::PromptArgument::new(argument.name)
            .with_description(argument.description)
            .with_required(argument.presence == Presence::Required)
    });
    wire::Prompt::new(
        prompt.name,
        Some(prompt.description),
        Some(arguments.collect()),
    )
    .with_title(prompt.title)
}

pub(super) fn message(message: Message) -> wire::PromptMessage {
    let role = match message.role {
        Role::User => wire::Role::User,
        Role::Assistant => wire::Role::Assistant,
    };
    wire::PromptMessage::new(role, block(message.block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_text_for_who_knows_none() {
        let link = Link {
            uri: "https://sounds.example/0a.mp3?signed".to_owned(),
            until: "2026-11-20T12:15:00Z".to_owned(),
            name: "0a.mp3".to_owned(),
            media_type: "audio/mpeg".to_owned(),
            bytes: 7,
        };
        let in_revision = |revision| {
            let reply = Reply {
                blocks: vec![Block::Link(link.clone())],
                ..Reply::default()
            };
            json!(result_in(reply, revision))["content"][0].clone()
        };
        for revision in ["2025-06-18", "2025-11-25", "2026-07-28"] {
            assert_eq!(
                in_revision(Some(revision)),
                json!({
                    "type": "resource_link",
                    "uri": "https://sounds.example/0a.mp3?signed",
                    "name": "0a.mp3",
                    "mimeType": "audio/mpeg",
                    "size": 7,
                })
            );
        }
        for revision in [None, Some("2024-11-05"), Some("2025-03-26")] {
            assert_eq!(
                in_revision(revision),
                json!({"type": "text", "text": "0a.mp3: https://sounds.example/0a.mp3?signed"})
            );
        }
    }

    #[test]
    fn hints_follow_from_the_effect() {
        let hints = |effect, is_open| {
            let hints = annotations(effect, is_open);
            (
                hints.read_only_hint,
                hints.destructive_hint,
                hints.open_world_hint,
            )
        };
        assert_eq!(hints(Effect::Read, false), (Some(true), None, Some(false)));
        assert_eq!(hints(Effect::Read, true), (Some(true), None, Some(true)));
        assert_eq!(
            hints(Effect::Write, false),
            (Some(false), Some(false), None)
        );
        assert_eq!(hints(Effect::Spend, true), (Some(false), Some(true), None));
    }
}
