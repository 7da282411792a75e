//! An entry, whatever it was read from, as a file of `mcpServers` has it.

use std::collections::BTreeMap;

use mesh_core::Secret;
use serde_json::{Map, Value, json};

use super::options;
use crate::entry::{Command, Entry, Protocol, Remote, Transport};
use crate::template::Template;

/// An entry for a file of `mcpServers`.
#[derive(Clone, Debug)]
pub struct Portable {
    pub entry: Value,
    /// What is written out in it as a value of `env` or of a header, by the names of variables for that.
    pub values: BTreeMap<String, Secret>,
}

/// What becomes of values of `env` and headers that are written out. What of them is a secret is not seen by looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Variables stand for them.
    Apart,
    AsWritten,
}

/// # Errors
/// Where something in it can only be said in the file that it is from: which member that is, and never its value.
pub fn portable(entry: &Entry, becomes: Values) -> Result<Portable, String> {
    let mut writer = Writer {
        server: &entry.name,
        becomes,
        values: BTreeMap::new(),
    };
    let mut members = match &entry.transport {
        Transport::Stdio(command) => writer.command(command)?,
        Transport::Http(remote) => writer.remote(remote)?,
    };
    let ours = options::written(&entry.options)?;
    if !ours.is_empty() {
        members.insert("mesh".to_owned(), ours.into());
    }
    Ok(Portable {
        entry: members.into(),
        values: writer.values,
    })
}

struct Writer<'e> {
    server: &'e str,
    becomes: Values,
    values: BTreeMap<String, Secret>,
}

impl Writer<'_> {
    fn command(&mut self, command: &Command) -> Result<Map<String, Value>, String> {
        let mut members = Map::new();
        members.insert("command".to_owned(), text("command", &command.program)?);
        if !command.args.is_empty() {
            let args = command.args.iter().map(|word| text("args", word));
            members.insert("args".to_owned(), args.collect::<Result<_, _>>()?);
        }
        if let Some(folder) = &command.cwd {
            members.insert("cwd".to_owned(), text("cwd", folder)?);
        }
        self.insert("env", &command.env, &mut members)?;
        Ok(members)
    }

    fn remote(&mut self, remote: &Remote) -> Result<Map<String, Value>, String> {
        let mut members = Map::new();
        match remote.protocol {
            Protocol::Either => None,
            Protocol::Streamable => members.insert("type".to_owned(), json!("http")),
            Protocol::Sse => members.insert("type".to_owned(), json!("sse")),
        };
        members.insert("url".to_owned(), text("url", &remote.url)?);
        self.insert("headers", &remote.headers, &mut members)?;
        Ok(members)
    }

    fn insert(
        &mut self,
        table: &str,
        values: &BTreeMap<String, Template>,
        members: &mut Map<String, Value>,
    ) -> Result<(), String> {
        let mut written = Map::new();
        for (name, value) in values {
            let literal = value.literal_value().filter(|text| !text.is_empty());
            let variable = literal.map(|literal| self.variable(name, literal));
            let value = match variable.transpose()? {
                Some(variable) if self.becomes == Values::Apart => variable.into(),
                _ => text(&format!("{table}.{name}"), value)?,
            };
            written.insert(name.clone(), value);
        }
        if !written.is_empty() {
            members.insert(table.to_owned(), written.into());
        }
        Ok(())
    }

    /// A variable that has this value.
    fn variable(&mut self, member: &str, value: &str) -> Result<String, String> {
        if value.contains(['\n', '\r', '\0']) {
            return Err(format!(
                "the value of `{member}` has more than one line: write it as a variable first"
            ));
        }
        let name = variable_name(self.server, member);
        let known = self.values.insert(name.clone(), Secret::new(value));
        match known {
            Some(known) if known.reveal() != value => {
                Err(format!("two of its values would be the variable `{name}`"))
            }
            _ => Ok(format!("${{{name}}}")),
        }
    }
}

/// `SERVER_MEMBER`, or the member's name alone where it begins with the server's.
fn variable_name(server: &str, member: &str) -> String {
    let upper = |text: &str| -> String {
        let letters = text.chars().map(|c| match c.is_ascii_alphanumeric() {
            true => c.to_ascii_uppercase(),
            false => '_',
        });
        letters.collect()
    };
    let (server, member) = (upper(server), upper(member));
    let name = match member.starts_with(&server) {
        true => member,
        false => format!("{server}_{member}"),
    };
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

fn text(member: &str, template: &Template) -> Result<Value, String> {
    let general = template.in_general_form();
    general.map(Value::from).ok_or_else(|| {
        format!("`{member}` has `$` or `{{` where a variable would be read in the new file")
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::read;
    use super::*;

    fn one(file: &str, text: &str) -> Entry {
        let mut read = read(Path::new(file), text);
        assert_eq!(read.faults, []);
        read.entries.pop().expect("an entry")
    }

    /// What is read back says what the first file said, with the values put into the variables.
    fn read_back(portable: &Portable) -> Entry {
        let file = json!({"mcpServers": {"docs": portable.entry}});
        one("mcp.json", &file.to_string())
    }

    #[test]
    fn codex_s_server_is_written_as_claude_s_and_its_token_is_not() {
        let entry = one(
            "config.toml",
            "[mcp_servers.docs]\nurl = \"https://docs.example.com/mcp\"\nhttp_headers = { X-Api-Key = \"fake-key-1\" }\n\
             enabled_tools = [\"find\"]\ntool_timeout_sec = 7.5\n",
        );
        let portable = portable(&entry, Values::Apart).expect("written");
        let wanted = json!({
            "type": "http",
            "url": "https://docs.example.com/mcp",
            "headers": {"X-Api-Key": "${DOCS_X_API_KEY}"},
            "mesh": {"timeout": "7500ms", "tools": {"allow": ["find"]}},
        });
        assert_eq!(portable.entry, wanted);
        let values: Vec<_> = portable
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.reveal()))
            .collect();
        assert_eq!(values, [("DOCS_X_API_KEY", "fake-key-1")]);
        let back = read_back(&portable);
        assert_eq!(back.options, entry.options);
    }

    #[test]
    fn what_is_ours_in_an_entry_stays_with_it() {
        for mesh in [
            json!({"team": "legal", "sign": true, "idle": "30s", "maxConcurrent": 4}),
            json!({"sign": {"service": "lambda", "region": "eu-west-1"}, "timeout": "7s", "startTimeout": "5s"}),
            json!({
                "oauth": {"tokenUrl": "https://id.example.com/token", "clientId": "mesh", "clientSecret": "${SECRET}", "scope": "a b"},
                "tools": {"deny": ["a"], "rename": {"b": "c"}, "describe": {"b": "B."}, "pinned": ["b"], "defaults": {"b": {"n": 1}}},
            }),
            json!({"eager": true, "relay": true, "replay": true, "insecure": true}),
        ] {
            let entry = json!({"url": "https://docs.example.com/mcp", "mesh": mesh});
            let file = json!({"mcpServers": {"docs": entry}}).to_string();
            let entry = one("mcp.json", &file);
            let portable = portable(&entry, Values::Apart).expect("written");
            assert_eq!(portable.entry["mesh"], mesh);
            assert_eq!(read_back(&portable).options, entry.options);
        }
    }

    #[test]
    fn a_variable_of_another_dialect_is_one_in_the_new_file() {
        let gemini = r#"{"mcpServers": {"docs": {"command": "docs", "args": ["$DIR/a", "--x"], "env": {"DOCS_TOKEN": "t", "KIND": "$KIND", "NONE": ""}, "cwd": "/srv"}}}"#;
        let entry = one("/home/ada/.gemini/settings.json", gemini);
        let portable = portable(&entry, Values::Apart).expect("written");
        let wanted = json!({
            "command": "docs",
            "args": ["${DIR}/a", "--x"],
            "env": {"DOCS_TOKEN": "${DOCS_TOKEN}", "KIND": "${KIND}", "NONE": ""},
            "cwd": "/srv",
        });
        assert_eq!(portable.entry, wanted);
        let back = read_back(&portable);
        assert_eq!(back.options, entry.options);
    }

    #[test]
    fn what_the_new_file_would_read_otherwise_is_refused_without_its_value() {
        let zed =
            r#"{"context_servers": {"docs": {"command": "docs", "args": ["${NOT_A_VARIABLE}"]}}}"#;
        let entry = one("settings.json", zed);
        let literal = Entry {
            transport: match entry.transport {
                Transport::Stdio(command) => Transport::Stdio(Command {
                    args: vec![Template::literal("${NOT_A_VARIABLE}")],
                    ..command
                }),
                other => other,
            },
            ..entry
        };
        let refused = portable(&literal, Values::Apart).expect_err("refused");
        assert_eq!(
            refused,
            "`args` has `$` or `{` where a variable would be read in the new file"
        );
    }
}
