//! From what a registry says of a value to how an entry has it: as it is, or as the name of a variable.

use std::collections::BTreeMap;

use serde_json::Value;

use super::server::Input;

/// A variable that has to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    pub name: String,
    /// What the registry says of it.
    pub about: Option<String>,
}

/// What has been read of values so far.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) needed: Vec<Needed>,
    /// What may be given and is not.
    pub(super) left_out: Vec<String>,
}

impl Inputs {
    /// How an entry has it; `None` where it may be left out. `name` is what it is called where it has no name itself.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub(super) fn value(&mut self, input: &Input, name: &str) -> Result<Option<String>, String> {
        if let Some(text) = &input.value {
            return self.filled(text, &input.variables).map(Some);
        }
        let default = input.default.as_ref().and_then(word);
        match default {
            Some(default) if !input.is_secret => plain(&default).map(Some),
            _ if input.is_required || input.is_secret && default.is_some() => {
                Ok(Some(self.variable(name, input)))
            }
            _ => {
                self.left_out.push(name.to_owned());
                Ok(None)
            }
        }
    }

    /// A text in which `{name}` stands for one of these.
    pub(super) fn filled(
        &mut self,
        text: &str,
        variables: &BTreeMap<String, Input>,
    ) -> Result<String, String> {
        let mut filled = String::new();
        // What stands side by side is looked at together: no `${` may come of two halves.
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            let inside = from.find('}').map(|end| (&from[1..end], &from[end + 1..]));
            let known = inside.and_then(|(name, after)| Some((name, variables.get(name)?, after)));
            rest = match known {
                Some((name, input, after)) => {
                    // What stands within a text is never left out.
                    match input.given() {
                        Some(given) => literal.push_str(&given),
                        None => {
                            filled.push_str(&plain(&std::mem::take(&mut literal))?);
                            filled.push_str(&self.variable(name, input));
                        }
                    }
                    after
                }
                None => {
                    literal.push('{');
                    &from[1..]
                }
            };
        }
        literal.push_str(rest);
        filled.push_str(&plain(&literal)?);
        Ok(filled)
    }

    fn variable(&mut self, name: &str, input: &Input) -> String {
        let mark = |c: char| match c.is_ascii_alphanumeric() {
            true => c.to_ascii_uppercase(),
            false => '_',
        };
        let mut name: String = name.trim_start_matches('-').chars().map(mark).collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name.insert(0, '_');
        }
        let told = format!("${{{name}}}");
        if self.needed.iter().all(|known| known.name != name) {
            self.needed.push(Needed {
                name,
                about: input.description.clone(),
            });
        }
        told
    }
}

impl Input {
    /// Its value, where that is no secret and nobody has to give it.
    fn given(&self) -> Option<String> {
        let given = self.value.clone();
        let given = given.or_else(|| self.default.as_ref().and_then(word));
        given.filter(|_| !self.is_secret)
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// What an entry would take as the name of a variable is not for a registry to write: it would be sent our values.
fn plain(text: &str) -> Result<String, String> {
    match text.contains("${") {
        true => Err(
            "it has `${…}` in a value, which would name a variable of this machine: write its entry yourself"
                .to_owned(),
        ),
        false => Ok(text.to_owned()),
    }
}
