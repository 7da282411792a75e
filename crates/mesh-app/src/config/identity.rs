//! What the server calls itself, so that an agent can tell two of them apart.

use super::reader::Reader;

/// How a client is told who this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `MESH_NAME`: the server's name. Absent, the name that clients of old have in their settings.
    pub name: Option<String>,
    /// `MESH_INSTRUCTIONS`: what clients are told the server is for. Absent, what is indexed and how it answers.
    pub instructions: Option<String>,
}

/// Clients show the name in lists and put it before the tools' names.
const MAX_NAME: usize = 64;

/// Clients put the instructions into every conversation.
const MAX_INSTRUCTIONS: usize = 4_000;

impl Identity {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            name: reader.optional("MESH_NAME", name),
            instructions: reader.optional("MESH_INSTRUCTIONS", instructions),
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_legal =
        !text.is_empty() && text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
    is_legal
        .then(|| text.to_owned())
        .ok_or_else(|| format!("a name of at most {MAX_NAME} characters in one line"))
}

fn instructions(text: &str) -> Result<String, String> {
    (text.chars().count() <= MAX_INSTRUCTIONS)
        .then(|| text.trim().to_owned())
        .ok_or_else(|| format!("a text of at most {MAX_INSTRUCTIONS} characters"))
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Variables};

    #[test]
    fn a_server_is_called_as_it_is_told() {
        let variables = Variables::new([
            ("MESH_NAME", " Legal handbook "),
            ("MESH_INSTRUCTIONS", "Contracts only."),
        ]);
        let identity = Config::read(&variables).expect("settings").identity;
        assert_eq!(identity.name.as_deref(), Some("Legal handbook"));
        assert_eq!(identity.instructions.as_deref(), Some("Contracts only."));
    }

    #[test]
    fn a_name_fits_where_it_is_shown() {
        for name in ["two\nlines", &"x".repeat(65)] {
            let faults = Config::read(&Variables::new([("MESH_NAME", name)]));
            let faults = faults.expect_err("a fault").to_string();
            assert!(faults.contains("at most 64 characters"), "{faults}");
        }
    }
}
