//! Tools that ask the client, as 2025-11-25 has it: over a session, in the middle of the call.

use mesh_tools::ask::Question;
use mesh_tools::{Blocks, Context, Family, Needs, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

fn form(message: impl Into<String>, properties: &Value, required: &[&str]) -> Question {
    Question::Form {
        message: message.into(),
        schema: json!({"type": "object", "properties": properties, "required": required}),
    }
}

/// What the person answered, for the suite to see.
async fn ask_and_tell(cx: Context<'_>, question: Question) -> Result<Blocks, ToolError> {
    let answer = cx.ask("answer", question).await?;
    Ok(Blocks::text(format!("User response: {}", answer.0)))
}

/// # Sampling
/// Asks the client's model.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Sampling {
    /// What to ask it.
    prompt: String,
}

impl Tool for Sampling {
    const NAME: &'static str = "test_sampling";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let question = Question::Sample {
            prompt: self.prompt,
            max_tokens: 100,
        };
        let answer = cx.ask("answer", question).await?;
        Ok(Blocks::text(format!("LLM response: {}", answer.text()?)))
    }
}

/// # Elicitation
/// Asks the person for a name and an address.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Elicitation {
    /// What to ask.
    message: String,
}

impl Tool for Elicitation {
    const NAME: &'static str = "test_elicitation";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let properties = json!({
            "username": {"type": "string", "description": "User's response"},
            "email": {"type": "string", "description": "User's email address"},
        });
        ask_and_tell(cx, form(self.message, &properties, &["username", "email"])).await
    }
}

/// # Defaults
/// Asks with a default for each field.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ElicitationDefaults {}

impl Tool for ElicitationDefaults {
    const NAME: &'static str = "test_elicitation_sep1034_defaults";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let properties = json!({
            "name": {"type": "string", "description": "User name", "default": "John Doe"},
            "age": {"type": "integer", "description": "User age", "default": 30},
            "score": {"type": "number", "description": "User score", "default": 95.5},
            "status": {
                "type": "string",
                "description": "User status",
                "enum": ["active", "inactive", "pending"],
                "default": "active",
            },
            "verified": {"type": "boolean", "description": "Verification status", "default": true},
        });
        ask_and_tell(
            cx,
            form(
                "Please review and update the form fields with defaults",
                &properties,
                &[],
            ),
        )
        .await
    }
}

/// # Choices
/// Asks with each shape of a choice.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ElicitationEnums {}

impl Tool for ElicitationEnums {
    const NAME: &'static str = "test_elicitation_sep1330_enums";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let titled = json!([
            {"const": "value1", "title": "First Option"},
            {"const": "value2", "title": "Second Option"},
            {"const": "value3", "title": "Third Option"},
        ]);
        let plain = json!(["option1", "option2", "option3"]);
        let properties = json!({
            "untitledSingle": {"type": "string", "enum": plain},
            "titledSingle": {"type": "string", "oneOf": titled},
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": plain}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled}},
        });
        ask_and_tell(
            cx,
            form(
                "Please select options from the enum fields",
                &properties,
                &[],
            ),
        )
        .await
    }
}

/// # Missing capability
/// Needs a client that offers sampling.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct MissingCapability {}

impl Tool for MissingCapability {
    const NAME: &'static str = "test_missing_capability";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let question = Question::Sample {
            prompt: "Hello".to_owned(),
            max_tokens: 10,
        };
        ask_and_tell(cx, question).await
    }
}

/// # No question on a stream
/// Answers without asking.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct StreamingElicitation {}

impl Tool for StreamingElicitation {
    const NAME: &'static str = "test_streaming_elicitation";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        cx.progress(1.0, 1.0, "done").await;
        Ok(Blocks::text("done"))
    }
}
