//! Prompts: what a person picks from a menu, filled with what the corpus has to say.

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::reply::Block;
use crate::resource::CompleteFn;

#[derive(Clone, Copy, Debug)]
pub struct Prompt {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub arguments: &'static [Argument],
    pub needs: Needs,
    pub render: RenderFn,
}

pub type RenderFn =
    for<'a> fn(Context<'a>, &'a Given) -> BoxFuture<'a, Result<Vec<Message>, ToolError>>;

#[derive(Clone, Copy, Debug)]
pub struct Argument {
    pub name: &'static str,
    pub description: &'static str,
    pub presence: Presence,
    pub complete: Option<CompleteFn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
}

/// The arguments a prompt was asked for with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given(BTreeMap<String, String>);

impl Given {
    /// Checks that every required argument is there and not blank.
    ///
    /// # Errors
    /// `InvalidArguments`, naming all that are missing.
    pub fn check(prompt: &Prompt, given: BTreeMap<String, String>) -> Result<Self, ToolError> {
        let missing: Vec<_> = prompt
            .arguments
            .iter()
            .filter(|argument| argument.presence == Presence::Required)
            .filter(|argument| {
                given
                    .get(argument.name)
                    .is_none_or(|value| value.trim().is_empty())
            })
            .map(|argument| format!("`{}`", argument.name))
            .collect();
        if missing.is_empty() {
            return Ok(Self(given));
        }
        Err(ToolError::InvalidArguments(format!(
            "the prompt `{}` needs {}",
            prompt.name,
            missing.join(" and ")
        )))
    }

    /// Empty where it was not given.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub role: Role,
    pub block: Block,
}

impl Message {
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            block: Block::Text(text.into()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    User,
    Assistant,
}
