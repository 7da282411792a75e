use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Values of a filter, of which one has to match. Blank ones are dropped; none means no filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Choices(Vec<String>);

/// More than a person picks, and little enough that each can be a term of the query.
const MAX: usize = 50;
const MAX_LENGTH: usize = 200;

impl Choices {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn of(values: Vec<String>) -> Self {
        Self(values)
    }

    #[must_use]
    pub fn to_vec(&self) -> Vec<String> {
        self.0.clone()
    }
}

impl<'de> Deserialize<'de> for Choices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut values = Vec::<String>::deserialize(deserializer)?;
        values.retain(|value| !value.trim().is_empty());
        if values.len() > MAX {
            return Err(D::Error::custom(format_args!(
                "has {} values, at most {MAX} are allowed",
                values.len()
            )));
        }
        if values
            .iter()
            .any(|value| value.chars().count() > MAX_LENGTH)
        {
            return Err(D::Error::custom(format_args!(
                "has a value of more than {MAX_LENGTH} characters"
            )));
        }
        Ok(Self(values))
    }
}

impl JsonSchema for Choices {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Choices")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": {"type": "string", "maxLength": MAX_LENGTH},
            "maxItems": MAX
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn blank_values_are_no_filter() {
        let choices: Choices = from_value(json!(["", "Open", " "])).expect("choices");
        assert_eq!(choices.to_vec(), ["Open"]);
        let none: Choices = from_value(json!([" "])).expect("choices");
        assert!(none.is_empty());
    }

    #[test]
    fn too_many_values_are_refused() {
        let error = from_value::<Choices>(json!(vec!["x"; 51])).expect_err("refused");
        assert_eq!(error.to_string(), "has 51 values, at most 50 are allowed");
    }
}
