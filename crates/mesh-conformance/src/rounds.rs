//! Tools that ask the client, as 2026-07-28 has it: in rounds. Each is the straight line that a session would run.

use mesh_tools::ask::{Capability, Question};
use mesh_tools::{Blocks, Context, Family, Needs, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

fn name_form() -> Question {
    one_field("What is your name?", "name", "string")
}

fn one_field(message: &str, field: &str, kind: &str) -> Question {
    Question::Form {
        message: message.to_owned(),
        schema: json!({"type": "object", "properties": {field: {"type": kind}}, "required": [field]}),
    }
}

fn prompt(prompt: &str) -> Question {
    Question::Sample {
        prompt: prompt.to_owned(),
        max_tokens: 100,
    }
}

/// # One form
/// Asks for a name and greets.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Elicit {}

impl Tool for Elicit {
    const NAME: &'static str = "test_input_required_result_elicitation";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let answer = cx.ask("user_name", name_form()).await?;
        let name = answer.form()?.and_then(|fields| fields["name"].as_str());
        Ok(Blocks::text(format!(
            "Hello, {}!",
            name.unwrap_or("stranger")
        )))
    }
}

/// # One prompt
/// Asks the client's model.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Sample {}

impl Tool for Sample {
    const NAME: &'static str = "test_input_required_result_sampling";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let answer = cx
            .ask("capital_question", prompt("What is the capital of France?"))
            .await?;
        Ok(Blocks::text(answer.text()?))
    }
}

/// # Roots
/// Asks where the client works.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ListRoots {}

impl Tool for ListRoots {
    const NAME: &'static str = "test_input_required_result_list_roots";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let answer = cx.ask("client_roots", Question::Roots).await?;
        Ok(Blocks::text(answer.roots()?.join(", ")))
    }
}

/// # State
/// Asks for a confirmation, and sees whether its state came back.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct RequestState {}

impl Tool for RequestState {
    const NAME: &'static str = "test_input_required_result_request_state";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        cx.ask("confirm", one_field("Proceed?", "ok", "boolean"))
            .await?
            .form()?;
        Ok(Blocks::text("state-ok"))
    }
}

/// # Several questions
/// Asks three things in one round.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct MultipleInputs {}

impl Tool for MultipleInputs {
    const NAME: &'static str = "test_input_required_result_multiple_inputs";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let answers = cx
            .ask_all(vec![
                ("user_name".to_owned(), name_form()),
                ("greeting".to_owned(), prompt("Greet the user.")),
                ("client_roots".to_owned(), Question::Roots),
            ])
            .await?;
        Ok(Blocks::text(format!("{} answers", answers.len())))
    }
}

/// # Several rounds
/// Asks one thing, then another.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct MultiRound {}

impl Tool for MultiRound {
    const NAME: &'static str = "test_input_required_result_multi_round";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        cx.ask("step1", name_form()).await?;
        cx.ask(
            "step2",
            one_field("What is your favorite color?", "color", "string"),
        )
        .await?;
        Ok(Blocks::text("both steps answered"))
    }
}

/// # A state that must not change
/// Asks for a confirmation.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TamperedState {}

impl Tool for TamperedState {
    const NAME: &'static str = "test_input_required_result_tampered_state";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        cx.ask("confirm", one_field("Proceed?", "ok", "boolean"))
            .await?;
        Ok(Blocks::text("confirmed"))
    }
}

/// # Only what is offered
/// Asks through whatever the client offers.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Capabilities {}

impl Tool for Capabilities {
    const NAME: &'static str = "test_input_required_result_capabilities";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let mut questions = Vec::new();
        if cx.offers(Capability::Elicitation) {
            questions.push(("user_name".to_owned(), name_form()));
        }
        if cx.offers(Capability::Sampling) {
            questions.push(("greeting".to_owned(), prompt("Greet the user.")));
        }
        let answers = cx.ask_all(questions).await?;
        Ok(Blocks::text(format!("{} answers", answers.len())))
    }
}
