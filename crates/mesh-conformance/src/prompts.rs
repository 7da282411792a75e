use mesh_tools::Needs;
use mesh_tools::ask::Question;
use mesh_tools::prompt::{Argument, Message, Presence, Prompt, Role};
use mesh_tools::reply::{Block, Content};
use mesh_tools::resource::Completion;
use serde_json::json;

use crate::content::png;

const fn argument(name: &'static str) -> Argument {
    Argument {
        name,
        description: "A test argument.",
        presence: Presence::Required,
        complete: Some(|_, typed| {
            Box::pin(async move {
                Ok(Completion {
                    values: vec![format!("{typed}value")],
                    total: 1,
                })
            })
        }),
    }
}

fn user(block: Block) -> Message {
    Message {
        role: Role::User,
        block,
    }
}

pub(crate) static PROMPTS: &[Prompt] = &[
    Prompt {
        name: "test_simple_prompt",
        title: "Simple",
        description: "One message.",
        arguments: &[],
        needs: Needs::NOTHING,
        render: |_, _| {
            Box::pin(async { Ok(vec![Message::user("This is a simple prompt for testing.")]) })
        },
    },
    Prompt {
        name: "test_prompt_with_arguments",
        title: "Arguments",
        description: "A message made of two arguments.",
        arguments: &[argument("arg1"), argument("arg2")],
        needs: Needs::NOTHING,
        render: |_, given| {
            Box::pin(async move {
                let text = format!(
                    "Prompt with arguments: arg1='{}', arg2='{}'",
                    given.text("arg1"),
                    given.text("arg2")
                );
                Ok(vec![Message::user(text)])
            })
        },
    },
    Prompt {
        name: "test_prompt_with_embedded_resource",
        title: "Embedded resource",
        description: "A resource, then a message.",
        arguments: &[argument("resourceUri")],
        needs: Needs::NOTHING,
        render: |_, given| {
            Box::pin(async move {
                let resource = Content::text(
                    given.text("resourceUri"),
                    "text/plain",
                    "Embedded resource content.",
                );
                Ok(vec![
                    user(Block::Resource(resource)),
                    Message::user("Please process the embedded resource above."),
                ])
            })
        },
    },
    Prompt {
        name: "test_prompt_with_image",
        title: "Image",
        description: "An image, then a message.",
        arguments: &[],
        needs: Needs::NOTHING,
        render: |_, _| {
            Box::pin(async {
                Ok(vec![
                    user(png()),
                    Message::user("Please analyze the image above."),
                ])
            })
        },
    },
    Prompt {
        name: "test_input_required_result_prompt",
        title: "A question first",
        description: "Asks for some context, then shows it.",
        arguments: &[],
        needs: Needs::NOTHING,
        render: |cx, _| {
            Box::pin(async move {
                let question = Question::Form {
                    message: "What context should the prompt have?".to_owned(),
                    schema: json!({"type": "object", "properties": {"context": {"type": "string"}}, "required": ["context"]}),
                };
                let answer = cx.ask("user_context", question).await?;
                let context = answer
                    .form()?
                    .and_then(|fields| fields["context"].as_str())
                    .unwrap_or_default();
                Ok(vec![Message::user(format!("Use this context: {context}"))])
            })
        },
    },
];
