//! Values with names of variables in them, such as `Bearer ${GITHUB_TOKEN}`.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use mesh_core::Secret;

/// A value of an entry, before the variables it names are known.
///
/// Its `Debug` shows only the names: what files hold beside them is often a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    written: String,
    parts: Vec<Part>,
}

/// Which forms name a variable. All know `${VAR}`, `${VAR:-default}`, `${env:VAR}` and `${userHome}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    #[default]
    General,
    /// `$VAR` too: Gemini, AgentGateway.
    Dollar,
    /// `{env:VAR}` too: opencode, and the files in its manner.
    Braces,
}

#[derive(Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable {
        name: String,
        default: Option<String>,
    },
    Unknown(Missing),
}

/// What a template names and nobody knows: names, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Unresolved(pub Vec<Missing>);

/// A variable without a value, or a form that is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub name: String,
    /// What to do, where it is not to set the variable.
    pub hint: Option<&'static str>,
}

impl Template {
    #[must_use]
    pub fn parse(text: &str, dialect: Dialect) -> Self {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['$', '{']) {
            plain.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = match placeholder(rest, dialect) {
                Some((part, length)) => {
                    push_text(&mut parts, std::mem::take(&mut plain));
                    parts.push(part);
                    length
                }
                None => {
                    plain.push_str(&rest[..1]);
                    1
                }
            };
            rest = &rest[length..];
        }
        plain.push_str(rest);
        push_text(&mut parts, plain);
        Self {
            written: text.to_owned(),
            parts,
        }
    }

    /// A value that names nothing, whatever is in it.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        let mut parts = Vec::new();
        push_text(&mut parts, text.to_owned());
        Self {
            written: text.to_owned(),
            parts,
        }
    }

    /// As it is in the file.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// Which variables it names, whether they have a default or not.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        let parts = self.parts.iter();
        parts
            .filter_map(|part| match part {
                Part::Variable { name, .. } => Some(name.as_str()),
                Part::Text(_) | Part::Unknown(_) => None,
            })
            .collect()
    }

    /// Which variables it needs: those without a default.
    #[must_use]
    pub fn required(&self) -> Vec<String> {
        let parts = self.parts.iter();
        let required = parts.filter_map(|part| match part {
            Part::Variable {
                name,
                default: None,
            } => Some(name.clone()),
            _ => None,
        });
        required.collect()
    }

    /// What it says, where it names nothing.
    pub(crate) fn literal_value(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The same in the forms that all files know; none where it cannot be said in them.
    pub(crate) fn in_general_form(&self) -> Option<String> {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Unknown(missing) => missing.name.clone(),
            Part::Variable { name, default } => match default {
                Some(default) => format!("${{{name}:-{default}}}"),
                None => format!("${{{name}}}"),
            },
        });
        let general: String = parts.collect();
        (Self::from(general.as_str()).parts == self.parts).then_some(general)
    }

    /// With the values that `lookup` has. What stands in a value is not looked up again.
    ///
    /// # Errors
    /// All that has neither a value nor a default. As in a shell, an empty value is none where there is a default.
    pub fn resolve(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Secret, Unresolved> {
        let mut text = String::new();
        let mut missing = Vec::new();
        for part in &self.parts {
            match part.value(lookup) {
                Ok(value) => text.push_str(&value),
                Err(name) if missing.contains(&name) => {}
                Err(name) => missing.push(name),
            }
        }
        match missing.is_empty() {
            true => Ok(Secret::new(text)),
            false => Err(Unresolved(missing)),
        }
    }

    /// What it begins with, whatever the variables are.
    pub(crate) fn beginning(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }
}

impl Part {
    fn value(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, Missing> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Unknown(missing) => Err(missing.clone()),
            Self::Variable { name, default } => {
                let found = lookup(name).filter(|value| default.is_none() || !value.is_empty());
                found.or_else(|| default.clone()).ok_or_else(|| Missing {
                    name: name.clone(),
                    hint: None,
                })
            }
        }
    }
}

fn push_text(parts: &mut Vec<Part>, text: String) {
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
}

/// What `text` begins with, and its length; `None` where that names nothing.
fn placeholder(text: &str, dialect: Dialect) -> Option<(Part, usize)> {
    if let Some(inside) = text.strip_prefix("${") {
        return Some(match inside.find('}') {
            Some(end) => (within(&inside[..end]), end + 3),
            None => (unknown("${".to_owned(), "close it with `}`"), 2),
        });
    }
    if dialect == Dialect::Braces
        && let Some(inside) = text.strip_prefix("{env:")
    {
        let end = inside.find('}')?;
        return variable(&inside[..end]).map(|part| (part, end + 6));
    }
    if dialect == Dialect::Dollar
        && let Some(name) = text.strip_prefix('$')
    {
        let name = &name[..identifier_length(name)];
        return variable(name).map(|part| (part, name.len() + 1));
    }
    None
}

/// What stands between `${` and `}`.
fn within(text: &str) -> Part {
    let name = match text {
        "userHome" => "HOME",
        text => text.strip_prefix("env:").unwrap_or(text),
    };
    let variable = variable(name).filter(|_| !text.starts_with(FOLDER));
    variable.unwrap_or_else(|| not_known(text))
}

fn variable(text: &str) -> Option<Part> {
    let (name, default) = match text.split_once(":-") {
        Some((name, default)) => (name, Some(default.to_owned())),
        None => (text, None),
    };
    let is_name = !name.is_empty() && identifier_length(name) == name.len();
    is_name.then(|| Part::Variable {
        name: name.to_owned(),
        default,
    })
}

fn identifier_length(text: &str) -> usize {
    let mut bytes = text.bytes();
    if !bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    {
        return 0;
    }
    1 + bytes
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

const FOLDER: &str = "workspaceFolder";

/// The forms of editors that have no meaning outside of them.
const EDITORS: [(&str, &str); 4] = [
    (
        "input:",
        "VS Code asks a person for it: write `${VAR}` and set that variable",
    ),
    (FOLDER, "it is the folder of an editor: write the path"),
    (
        "file:",
        "no file is read into a value: write `${VAR}` and set that variable",
    ),
    (
        "command:",
        "it is a command of an editor: write `${VAR}` and set that variable",
    ),
];

const FORMS: &str =
    "write `${VAR}`, `${VAR:-default}` or `${env:VAR}`, with a name of `A-Z a-z 0-9 _`";

fn not_known(text: &str) -> Part {
    let editors = EDITORS.iter().find(|(form, _)| text.starts_with(form));
    match editors {
        Some((_, hint)) => unknown(format!("${{{}}}", text.escape_debug()), hint),
        // What follows a name may be a value.
        None => unknown(format!("${{{}…}}", &text[..identifier_length(text)]), FORMS),
    }
}

fn unknown(name: String, hint: &'static str) -> Part {
    Part::Unknown(Missing {
        name,
        hint: Some(hint),
    })
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Self::parse(text, Dialect::General)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template(")?;
        for part in &self.parts {
            match part {
                Part::Text(_) => f.write_str("…")?,
                Part::Variable { name, .. } => write!(f, "${{{name}}}")?,
                Part::Unknown(missing) => f.write_str(&missing.name)?,
            }
        }
        f.write_str(")")
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, missing) in self.0.iter().enumerate() {
            let separator = if nth == 0 { "" } else { "; " };
            let name = &missing.name;
            match missing.hint {
                Some(hint) => write!(f, "{separator}`{name}` is not known here: {hint}")?,
                None => write!(f, "{separator}`{name}` is not set")?,
            }
        }
        Ok(())
    }
}
