use std::fs;
use std::io;

use anyhow::Context as _;
use serde_json::{Map, Value};

use crate::exit::Failure;

/// Reads a tool's arguments from the command line, a file or stdin; absent, there are none.
pub(super) fn read(given: Option<&str>) -> Result<Map<String, Value>, Failure> {
    let text = match given {
        None => return Ok(Map::new()),
        Some("-") => {
            io::read_to_string(io::stdin()).context("cannot read the arguments from stdin")?
        }
        Some(text) => match text.strip_prefix('@') {
            Some(file) => fs::read_to_string(file)
                .with_context(|| format!("cannot read the arguments from `{file}`"))?,
            None => text.to_owned(),
        },
    };
    parse(&text).map_err(Failure::usage)
}

fn parse(text: &str) -> Result<Map<String, Value>, String> {
    let wanted = "the arguments must be a JSON object such as '{\"query\": \"masters\"}'";
    match serde_json::from_str(text) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(_) => Err(format!("{wanted}, not another JSON value")),
        Err(error) => Err(format!("{wanted}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_one_json_object() {
        assert_eq!(parse("{\"a\": 1}").map(|object| object.len()), Ok(1));
        for text in ["", "{", "[1]", "\"a\"", "{} {}"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
