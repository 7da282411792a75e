//! From the arguments as sent to a tool's own type, led by the schema the tool shows.
//!
//! Callers of the old server, and models, send `max_results` or `limit` for `maxResults`, `null` or `""` for "left out",
//! one string where a list is meant, text for numbers, and numbers beyond the bounds. What they mean is plain, so it is
//! taken; what was changed or not used is told in the answer. What is not plain is refused by name. A policy, and a person's
//! consent to what writes or spends, see the arguments as they were taken.

mod fit;
mod name;
mod public_address;

use std::borrow::Cow;

use mesh_core::truncate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::error::ToolError;
use crate::reply::Remarks;

pub(crate) use public_address::public_address;

/// Unknown names told of; who sends more has not read the schema.
const MAX_TOLD: usize = 20;

/// The arguments under the names that `schema` has for them, and of its types.
pub(crate) fn normalised(
    arguments: Value,
    schema: &Map<String, Value>,
) -> Result<(Value, Remarks), ToolError> {
    let (known, remarks) = normalise(object(arguments)?, schema)?;
    Ok((Value::Object(known), remarks))
}

/// Reads normalised arguments as the tool's own type.
pub(crate) fn parse<T: DeserializeOwned>(arguments: Value) -> Result<T, ToolError> {
    serde_path_to_error::deserialize(arguments).map_err(|error| refuse(&error))
}

/// Some models write the whole object as text.
fn object(arguments: Value) -> Result<Map<String, Value>, ToolError> {
    let arguments = match arguments {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => other,
    };
    match arguments {
        Value::Object(given) => Ok(given),
        Value::Null => Ok(Map::new()),
        _ => Err(ToolError::InvalidArguments(
            "arguments must be an object".to_owned(),
        )),
    }
}

fn refuse(error: &serde_path_to_error::Error<serde_json::Error>) -> ToolError {
    let path = error.path().to_string();
    // It quotes the value it could not take.
    let what = error.inner().to_string();
    let what = truncate(&what);
    ToolError::InvalidArguments(if path == "." {
        what.to_owned()
    } else {
        format!("`{path}`: {what}")
    })
}

fn normalise(
    given: Map<String, Value>,
    schema: &Map<String, Value>,
) -> Result<(Map<String, Value>, Remarks), ToolError> {
    let empty = Map::new();
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let required = |name: &str| {
        schema
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|names| names.iter().any(|required| required == name))
    };
    // The name of the contract wins over another sent beside it.
    let (own, other): (Vec<_>, Vec<_>) = given
        .into_iter()
        .partition(|(sent, _)| properties.contains_key(sent));
    let mut known = Map::new();
    let mut remarks = Remarks::default();
    for (sent, value) in own.into_iter().chain(other) {
        let name = name::meant(&sent, properties).filter(|name| !known.contains_key(*name));
        let Some(name) = name else {
            if remarks.ignored.len() < MAX_TOLD {
                remarks.ignored.push(truncate(&sent).to_owned());
            }
            continue;
        };
        if is_left_out(&value) && !required(name) {
            continue;
        }
        let value = fit::fit(name, value, &properties[name], &mut remarks)?;
        known.insert(name.to_owned(), value);
    }
    Ok((known, remarks))
}

pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

fn is_left_out(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Text that is not blank and has at most `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// What is taken where nothing is said.
    pub(crate) fn of(usual: &'static str) -> Self {
        Self(usual.to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.trim().is_empty() {
            return Err(D::Error::custom("cannot be empty"));
        }
        let length = text.chars().count();
        if length > MAX {
            return Err(D::Error::custom(format_args!(
                "has {length} characters, at most {MAX} are allowed"
            )));
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn schema_name() -> Cow<'static, str> {
        Cow::Owned(format!("Text{MAX}"))
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 1, "maxLength": MAX})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    struct Search {
        query: Text<10>,
        #[schemars(range(min = 1, max = 50))]
        max_results: Option<u32>,
        status: Option<Vec<String>>,
    }

    fn check(arguments: Value) -> Result<(Search, Remarks), String> {
        let (schema, _) = crate::schema::of_input::<Search>();
        let read = normalised(arguments, &schema)
            .and_then(|(known, remarks)| Ok((parse(known)?, remarks)));
        read.map_err(|error| error.to_string())
    }

    fn search(max_results: Option<u32>, status: Option<&[&str]>) -> Search {
        Search {
            query: Text("q".to_owned()),
            max_results,
            status: status.map(|all| all.iter().map(|&one| one.to_owned()).collect()),
        }
    }

    #[test]
    fn old_names_are_mapped() {
        for name in ["maxResults", "max_results", "limit", "topK"] {
            let (read, remarks) = check(json!({"query": "q", name: 7})).expect("read");
            assert_eq!(read, search(Some(7), None), "{name}");
            assert!(remarks.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_contract_s_name_wins_over_an_alias() {
        let (read, _) = check(json!({"maxResults": 3, "limit": 9, "query": "q"})).expect("read");
        assert_eq!(read.max_results, Some(3));
        let (read, _) = check(json!({"limit": 9, "maxResults": 3, "query": "q"})).expect("read");
        assert_eq!(read.max_results, Some(3));
    }

    #[test]
    fn an_alias_that_lost_is_told() {
        let (read, remarks) = check(json!({"question": "b", "query": "q"})).expect("read");
        assert_eq!(read, search(None, None));
        assert_eq!(remarks.ignored, ["question"]);
    }

    #[test]
    fn the_whole_object_may_come_as_text() {
        let (read, _) = check(json!("{\"query\": \"q\", \"maxResults\": \"3\"}")).expect("read");
        assert_eq!(read, search(Some(3), None));
        assert_eq!(
            check(json!("query=q")).expect_err("refused"),
            "arguments must be an object"
        );
    }

    #[test]
    fn unknown_names_are_told() {
        let (_, remarks) =
            check(json!({"query": "q", "include_metadata": true, "x": 1})).expect("read");
        assert_eq!(remarks.ignored, ["include_metadata", "x"]);
    }

    #[test]
    fn numbers_are_brought_within_bounds_and_told() {
        let (read, remarks) = check(json!({"query": "q", "maxResults": 500})).expect("read");
        assert_eq!(read.max_results, Some(50));
        assert_eq!(remarks.adjusted, ["maxResults: 500 → 50"]);
        assert_eq!(
            check(json!({"query": "q", "maxResults": 10.0}))
                .expect("read")
                .0
                .max_results,
            Some(10)
        );
    }

    #[test]
    fn empty_optionals_are_left_out_and_one_string_is_a_list() {
        let (read, _) =
            check(json!({"query": "q", "maxResults": null, "status": ""})).expect("read");
        assert_eq!(read, search(None, None));
        let (read, _) = check(json!({"query": "q", "status": "Open"})).expect("read");
        assert_eq!(read, search(None, Some(&["Open"])));
    }

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        assert_eq!(
            check(json!({})).expect_err("refused"),
            "missing field `query`"
        );
        assert_eq!(
            check(json!({"query": "  "})).expect_err("refused"),
            "`query`: cannot be empty"
        );
        assert_eq!(
            check(json!([])).expect_err("refused"),
            "arguments must be an object"
        );
        assert!(
            check(json!({"query": "q", "maxResults": "many"}))
                .expect_err("refused")
                .starts_with("`maxResults`: ")
        );
        assert!(
            check(json!({"query": "q", "maxResults": 1.5}))
                .expect_err("refused")
                .starts_with("`maxResults`: ")
        );
        assert_eq!(
            check(json!({"query": "twelve chars"})).expect_err("refused"),
            "`query`: has 12 characters, at most 10 are allowed"
        );
    }
}
