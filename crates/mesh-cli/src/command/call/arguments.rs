use std::fs;
use std::io;

use anyhow::Context as _;
use serde_json::{Map, Value};

use crate::exit::Failure;

/// A tool's arguments as they were typed.
#[derive(Debug, PartialEq)]
pub(super) enum Given {
    Object(Map<String, Value>),
    /// Name and text of each; the tool's schema knows what the text is.
    Pairs(Vec<(String, String)>),
}

/// Reads a tool's arguments from the command line, a file or stdin; absent, there are none.
pub(super) fn read(given: &[String]) -> Result<Given, Failure> {
    let text = match given {
        [only] if only == "-" => {
            io::read_to_string(io::stdin()).context("cannot read the arguments from stdin")?
        }
        [only] if only.starts_with('@') => {
            let file = &only[1..];
            fs::read_to_string(file)
                .with_context(|| format!("cannot read the arguments from `{file}`"))?
        }
        [only] if only.trim_start().starts_with(['{', '[']) => only.clone(),
        [] => return Ok(Given::Object(Map::new())),
        pairs => return self::pairs(pairs).map_err(Failure::Usage),
    };
    object(&text).map(Given::Object).map_err(Failure::usage)
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    let wanted = "the arguments must be a JSON object such as '{\"query\": \"masters\"}'";
    match serde_json::from_str(text) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(_) => Err(format!("{wanted}, not another JSON value")),
        Err(error) => Err(format!("{wanted}: {error}")),
    }
}

fn pairs(given: &[String]) -> Result<Given, Vec<String>> {
    let mut pairs = Vec::new();
    let mut faults = Vec::new();
    for word in given {
        match word.split_once('=') {
            Some((name, text)) if !name.is_empty() => pairs.push((name.to_owned(), text.to_owned())),
            _ => faults.push(format!(
                "`{word}` is no argument: write NAME=VALUE, such as query='{word}', or one JSON object"
            )),
        }
    }
    if faults.is_empty() {
        Ok(Given::Pairs(pairs))
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &[&str]) -> Result<Given, Failure> {
        read(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn an_object_is_one_word_and_a_pair_is_a_word_each() {
        let object = given(&["{\"a\": 1}"]).expect("an object");
        assert_eq!(
            object,
            Given::Object(Map::from_iter([("a".to_owned(), 1.into())]))
        );
        let pairs = given(&["query=a = b", "empty="]).expect("pairs");
        let expected = [("query", "a = b"), ("empty", "")];
        let expected = expected.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(pairs, Given::Pairs(expected.to_vec()));
        assert_eq!(given(&[]).expect("nothing"), Given::Object(Map::new()));
    }

    #[test]
    fn what_is_neither_is_wrong_usage() {
        for words in [
            &["{"][..],
            &["[1]"],
            &["{} {}"],
            &["word"],
            &["=x"],
            &["a=1", "{}"],
        ] {
            assert!(matches!(given(words), Err(Failure::Usage(_))), "{words:?}");
        }
    }
}
