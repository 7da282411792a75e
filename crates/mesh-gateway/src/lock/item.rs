use std::sync::Arc;

use mesh_core::hex;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::canonical::canonical;
use super::strict;
use crate::heard::Kind;

/// Something an upstream offers, as it defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    name: String,
    definition: Arc<str>,
    sha256: String,
}

/// Why a text is no definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidItem {
    #[error("it is not the JSON of one definition: {0}")]
    Json(String),
    #[error("it has no `{0}` that is text")]
    Unnamed(&'static str),
}

impl Item {
    /// The definition stays as it came, to the byte.
    ///
    /// # Errors
    /// Where two readers of it could have different ideas of what it says, or it has no name.
    pub fn new(kind: Kind, definition: impl Into<Arc<str>>) -> Result<Self, InvalidItem> {
        let definition = definition.into();
        let value = strict::parse(&definition)?;
        let name = value.get(kind.key()).and_then(Value::as_str);
        let name = name.ok_or(InvalidItem::Unnamed(kind.key()))?.to_owned();
        let sha256 = hex(&Sha256::digest(canonical(value)?));
        Ok(Self {
            name,
            definition,
            sha256,
        })
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// JSON.
    #[must_use]
    pub const fn definition(&self) -> &Arc<str> {
        &self.definition
    }

    /// Of the definition in canonical form (RFC 8785), in hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    pub(super) fn value(&self) -> Value {
        strict::parse(&self.definition).expect("read when it was made")
    }
}

impl From<serde_json::Error> for InvalidItem {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}
