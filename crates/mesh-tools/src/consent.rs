//! Having a person agree before a call does something.

use std::sync::{Mutex, PoisonError};

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use crate::error::ToolError;

/// The argument with which a call is made that a person has agreed to.
pub const CONFIRM: &str = "confirm";

/// What a call will do, in a plain sentence for the person who is asked: `Calls +1 555 0100 and spends up to 0.30 USD.`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent(pub String);

/// A call that does nothing until somebody has agreed.
#[derive(Debug)]
pub struct Unconfirmed {
    pub consent: Consent,
    /// As the tool will read them, without [`CONFIRM`].
    pub arguments: Value,
    /// The value of [`CONFIRM`], where the call came with one.
    pub token: Option<String>,
}

/// Returns when somebody has agreed, or why the call is not to be made now.
pub type Confirm<'a> =
    Box<dyn FnOnce(Unconfirmed) -> BoxFuture<'a, Result<(), ToolError>> + Send + 'a>;

/// A call that somebody still has to agree to.
pub(crate) struct Awaited<'a>(Mutex<Option<(Unconfirmed, Option<Confirm<'a>>)>>);

/// The same without its lifetime, so that whoever holds it can be handed on for a shorter one.
pub(crate) trait Await: Send + Sync {
    /// Asks, once: who has agreed is not asked again. An error says why the call is not to be made now.
    fn agreed(&self) -> BoxFuture<'_, Result<(), ToolError>>;
}

impl<'a> Awaited<'a> {
    pub(crate) const fn new(unconfirmed: Unconfirmed, confirm: Option<Confirm<'a>>) -> Self {
        Self(Mutex::new(Some((unconfirmed, confirm))))
    }
}

impl Await for Awaited<'_> {
    fn agreed(&self) -> BoxFuture<'_, Result<(), ToolError>> {
        Box::pin(async {
            let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some((unconfirmed, confirm)) = asked else {
                return Ok(());
            };
            let confirm =
                confirm.ok_or_else(|| ToolError::internal("nobody can be asked for consent"))?;
            confirm(unconfirmed).await
        })
    }
}

/// Adds [`CONFIRM`] to a schema of arguments.
pub(crate) fn show(schema: &mut Map<String, Value>) {
    let property = json!({
        "type": "string",
        "description": "Leave it out, or give the token of an earlier answer once the user agrees to what that says.",
    });
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let properties = properties.expect("a schema of arguments has properties");
    let replaced = properties.insert(CONFIRM.to_owned(), property);
    assert!(replaced.is_none(), "`{CONFIRM}` is no tool's own argument");
}

/// Takes the token out of normalised arguments.
pub(crate) fn take_token(arguments: &mut Value) -> Option<String> {
    match arguments.as_object_mut()?.remove(CONFIRM)? {
        Value::String(token) => Some(token),
        other => Some(other.to_string()),
    }
}
