//! Having a person agree before a call does something.

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
