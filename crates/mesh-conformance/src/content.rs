//! Tools whose answer is one kind of content each.

use std::borrow::Cow;

use mesh_tools::reply::{Block, Blocks, Content};
use mesh_tools::{Context, Family, Needs, Tool, ToolError};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// One red pixel.
pub(crate) const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/// A header and no samples.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

pub(crate) fn png() -> Block {
    Block::Image {
        data: PNG.to_owned(),
        media_type: "image/png".to_owned(),
    }
}

/// # Simple text
/// Answers with a text.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct SimpleText {}

impl Tool for SimpleText {
    const NAME: &'static str = "test_simple_text";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks::text("This is a simple text response for testing."))
    }
}

/// # Image
/// Answers with an image.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ImageContent {}

impl Tool for ImageContent {
    const NAME: &'static str = "test_image_content";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks(vec![png()]))
    }
}

/// # Audio
/// Answers with a sound.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct AudioContent {}

impl Tool for AudioContent {
    const NAME: &'static str = "test_audio_content";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks(vec![Block::Audio {
            data: WAV.to_owned(),
            media_type: "audio/wav".to_owned(),
        }]))
    }
}

/// # Embedded resource
/// Answers with a resource.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct EmbeddedResource {}

impl Tool for EmbeddedResource {
    const NAME: &'static str = "test_embedded_resource";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks(vec![Block::Resource(Content::text(
            "test://embedded-resource",
            "text/plain",
            "This is an embedded resource content.",
        ))]))
    }
}

/// # Several kinds
/// Answers with a text, an image and a resource.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct MultipleContentTypes {}

impl Tool for MultipleContentTypes {
    const NAME: &'static str = "test_multiple_content_types";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        let resource = Content::text(
            "test://mixed-content-resource",
            "application/json",
            r#"{"test":"data"}"#,
        );
        Ok(Blocks(vec![
            Block::Text("Multiple content types test:".to_owned()),
            png(),
            Block::Resource(resource),
        ]))
    }
}

/// # Failure
/// Fails.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ErrorHandling {}

impl Tool for ErrorHandling {
    const NAME: &'static str = "test_error_handling";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Err(ToolError::Unavailable(
            "This tool intentionally returns an error for testing".to_owned(),
        ))
    }
}

#[derive(Deserialize)]
pub(crate) struct Schema202012 {}

impl JsonSchema for Schema202012 {
    fn schema_name() -> Cow<'static, str> {
        "Schema202012".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "JSON Schema 2020-12",
            "description": "Tool with JSON Schema 2020-12 features",
            "type": "object",
            "$defs": {
                "address": {
                    "$anchor": "addressDef",
                    "type": "object",
                    "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
                },
            },
            "properties": {
                "name": {"type": "string"},
                "address": {"$ref": "#/$defs/address"},
                "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                "phone": {"type": "string"},
                "email": {"type": "string"},
            },
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": false,
        })
    }
}

impl Tool for Schema202012 {
    const NAME: &'static str = "json_schema_2020_12_tool";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks::text("ok"))
    }
}
