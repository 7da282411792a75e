use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use serde_json::Value;

use crate::arguments;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::reply::Reply;
use crate::schema;
use crate::tool::{Needs, Output, Tool};

/// A row of the list of tools: a [`Tool`] with its type forgotten.
#[derive(Debug)]
pub struct Entry {
    pub name: &'static str,
    pub needs: Needs,
    pub budget: Duration,
    definition: OnceLock<Definition>,
    describe: fn() -> Definition,
    call: CallFn,
}

type CallFn =
    for<'a> fn(&'a Definition, Value, Context<'a>) -> BoxFuture<'a, Result<Reply, ToolError>>;

/// What a list of tools says of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    pub name: &'static str,
    pub title: String,
    pub description: String,
    pub input_schema: Arc<serde_json::Map<String, Value>>,
    pub output_schema: Option<Arc<serde_json::Map<String, Value>>>,
}

impl Entry {
    #[must_use]
    pub const fn of<T: Tool>() -> Self {
        Self {
            name: T::NAME,
            needs: T::NEEDS,
            budget: T::BUDGET,
            definition: OnceLock::new(),
            describe: describe::<T>,
            call: call::<T>,
        }
    }

    #[must_use]
    pub fn definition(&self) -> &Definition {
        self.definition.get_or_init(self.describe)
    }

    #[must_use]
    pub fn is_ready(&self, services: &Services) -> bool {
        services.have(self.needs)
    }

    /// Reads the arguments and runs the tool.
    #[must_use]
    pub fn call<'a>(
        &'a self,
        arguments: Value,
        cx: Context<'a>,
    ) -> BoxFuture<'a, Result<Reply, ToolError>> {
        (self.call)(self.definition(), arguments, cx)
    }
}

fn describe<T: Tool>() -> Definition {
    let (input_schema, about) = schema::of_input::<T>();
    Definition {
        name: T::NAME,
        title: about.title,
        description: about.description,
        input_schema: Arc::new(input_schema),
        output_schema: T::Output::schema().and_then(|schema| match schema {
            Value::Object(schema) => Some(Arc::new(schema)),
            _ => None,
        }),
    }
}

fn call<'a, T: Tool>(
    definition: &'a Definition,
    arguments: Value,
    cx: Context<'a>,
) -> BoxFuture<'a, Result<Reply, ToolError>> {
    Box::pin(async move {
        refuse_late(&cx)?;
        let (tool, remarks) = arguments::read::<T>(arguments, &definition.input_schema)?;
        let mut reply = tool.call(cx).await?.into_reply()?;
        reply.blocks.extend(remarks.told(&definition.input_schema));
        reply.remarks = remarks;
        Ok(reply)
    })
}

/// Nothing is begun that nobody waits for any more.
fn refuse_late(cx: &Context<'_>) -> Result<(), ToolError> {
    if cx.deadline.remaining(Instant::now()).is_zero() {
        return Err(ToolError::DeadlineExceeded {
            budget: cx.deadline.budget(),
            slow: "what came before the call",
        });
    }
    Ok(())
}
