use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// What is searched for, at most `MAX` characters. Blank is allowed: with a filter beside it, the newest are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SearchText<const MAX: usize>(String);

impl<const MAX: usize> SearchText<MAX> {
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for SearchText<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let length = text.chars().count();
        if length > MAX {
            return Err(D::Error::custom(format_args!(
                "has {length} characters, at most {MAX} are allowed"
            )));
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> JsonSchema for SearchText<MAX> {
    fn schema_name() -> Cow<'static, str> {
        Cow::Owned(format!("SearchText{MAX}"))
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "maxLength": MAX})
    }
}
