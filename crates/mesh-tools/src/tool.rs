use std::future::Future;
use std::time::Duration;

use mesh_core::Effect;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::reply::{Block, Blocks, Reply};
use crate::schema;

/// A tool: the struct is its arguments, the struct's doc comment is what agents read, and this is the rest.
///
/// A doc comment's `# Heading` becomes the title, what follows the description.
pub trait Tool: DeserializeOwned + JsonSchema + Send + 'static {
    /// Unique among all tools; a [`mesh_core::ToolName`].
    const NAME: &'static str;
    /// What it is about: what a policy allows and denies together.
    const FAMILY: Family;
    /// What must be there for the tool to be listed.
    const NEEDS: Needs;
    /// What a call does. Arguments are taken as a model means them only where nothing can come of a mistake: with any effect,
    /// those that are unknown or out of bounds are refused.
    const EFFECT: Effect = Effect::Read;
    /// What a person has to agree to before a call with these arguments does it, where anything. Nobody is asked before
    /// something is only read.
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> = None;
    /// The most it may take of a request's deadline: all of it, unless a tool says less. (No request has more than this.)
    const BUDGET: Duration = Duration::from_secs(600);
    type Output: Output;

    /// Learns what [`Self::CONSENT`] goes by, before anybody is asked.
    fn prepare(&self, _: &Context<'_>) -> impl Future<Output = ()> + Send {
        async {}
    }

    fn call(self, cx: Context<'_>) -> impl Future<Output = Result<Self::Output, ToolError>> + Send;
}

/// What a tool returns on success.
///
/// Any serialisable type with a schema is one: it is sent both as JSON text, which older callers parse, and as structured
/// content. The text is compact: whoever reads it pays for every blank. [`Blocks`] is for what is not JSON.
pub trait Output: Send {
    /// Whether it is made of what is paid for alone: then somebody is asked when that is about to be paid, and not before the
    /// call is read, as the same may be paid already.
    const IS_PAID: bool = false;

    /// The JSON Schema of the structured content, where there is any.
    fn schema() -> Option<Value>;
    fn into_reply(self) -> Result<Reply, ToolError>;
}

impl<T: Serialize + JsonSchema + Send> Output for T {
    fn schema() -> Option<Value> {
        Some(schema::of_output::<T>())
    }

    fn into_reply(self) -> Result<Reply, ToolError> {
        let value = serde_json::to_value(&self).map_err(ToolError::internal)?;
        let text = serde_json::to_string(&value).map_err(ToolError::internal)?;
        Ok(Reply {
            blocks: vec![Block::Text(text)],
            structured: Some(value),
            ..Reply::default()
        })
    }
}

impl Output for Blocks {
    fn schema() -> Option<Value> {
        None
    }

    fn into_reply(self) -> Result<Reply, ToolError> {
        Ok(Reply {
            blocks: self.0,
            ..Reply::default()
        })
    }
}
