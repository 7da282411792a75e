//! `mesh upstream import`: servers of several files in one, and their tokens in none.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Ran, mesh, ran, text};

const CODEX: &str = "[mcp_servers.docs]\nurl = \"https://docs.example.com/mcp\"\n\
                     http_headers = { X-Api-Key = \"fake-key-of-docs\" }\n";
const GEMINI: &str = r#"{"mcpServers": {
    "orders": {"httpUrl": "https://orders.example.com/mcp", "headers": {"Authorization": "Bearer $ORDERS"}},
    "notes": {"command": "notes", "env": {"NOTES_TOKEN": "fake-token-of-notes"}, "mesh": {"team": "legal"}}
}}"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (file, text) in [
            (".codex/config.toml", CODEX),
            (".gemini/settings.json", GEMINI),
        ] {
            let file = folder.path().join(file);
            std::fs::create_dir(file.parent().expect("a folder")).expect("made");
            std::fs::write(file, text).expect("written");
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn import(&self, arguments: &[&str]) -> Ran {
        let command = ["upstream", "import", "--discover", "files", "--file"];
        let file = self.path("all.json");
        let mut command = mesh(&[&command, [text(&file)].as_slice(), arguments].concat());
        command.current_dir(self.0.path());
        for name in ["HOME", "XDG_CONFIG_HOME"] {
            command.env(name, self.path("nobody"));
        }
        ran(command.output().expect("starts"))
    }
}

fn read(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn servers_of_several_files_are_in_one_and_their_tokens_are_apart() {
    let folder = Folder::new();
    let credentials = folder.path("credentials");
    let done = folder.import(&["--credentials", text(&credentials)]);
    assert_eq!(done.code, 0, "{done:?}");
    let wanted = json!({"mcpServers": {
        "docs": {"type": "http", "url": "https://docs.example.com/mcp", "headers": {"X-Api-Key": "${DOCS_X_API_KEY}"}},
        "orders": {"type": "http", "url": "https://orders.example.com/mcp", "headers": {"Authorization": "Bearer ${ORDERS}"}},
        "notes": {"command": "notes", "env": {"NOTES_TOKEN": "${NOTES_TOKEN}"}, "mesh": {"team": "legal"}},
    }});
    assert_eq!(read(&folder.path("all.json")), wanted);
    for (file, line) in [
        ("global.env", "DOCS_X_API_KEY=\"fake-key-of-docs\"\n"),
        ("legal.env", "NOTES_TOKEN=\"fake-token-of-notes\"\n"),
    ] {
        let file = credentials.join(file);
        assert_eq!(std::fs::read_to_string(&file).expect("credentials"), line);
        let mode = file.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(!done.stdout.contains("fake-"), "{}", done.stdout);
    for line in [
        "  kept as credentials: NOTES_TOKEN",
        "  set as credentials: ORDERS",
    ] {
        assert!(
            done.stdout.lines().any(|told| told == line),
            "{line}: {}",
            done.stdout
        );
    }
}

#[test]
fn the_command_that_is_named_next_is_one_whatever_the_folder_is_called() {
    let folder = Folder::new();
    let done = folder.import(&["--credentials", "of two teams"]);
    let next = done.stdout.lines().last().expect("a line");
    let file = folder.path("all.json");
    assert_eq!(
        next,
        format!(
            "then: MESH_CREDENTIALS='of two teams' mesh upstream check --upstreams {}",
            text(&file)
        )
    );
}

#[test]
fn values_are_not_copied_where_no_folder_is_named_for_them() {
    let folder = Folder::new();
    let refused = folder.import(&[]);
    assert_eq!(refused.code, 64, "{refused:?}");
    assert!(
        refused.stderr.contains("`--credentials FOLDER`"),
        "{refused:?}"
    );
    assert!(!folder.path("all.json").exists());
    // The one that has no value written out.
    assert_eq!(folder.import(&["orders"]).code, 0);
    let servers = &read(&folder.path("all.json"))["mcpServers"];
    assert_eq!(servers.as_object().expect("servers").len(), 1);
}

#[test]
fn a_credential_that_is_there_is_not_replaced() {
    let folder = Folder::new();
    let credentials = folder.path("credentials");
    std::fs::create_dir(&credentials).expect("made");
    let kept = "# ours\nDOCS_X_API_KEY=another";
    std::fs::write(credentials.join("global.env"), kept).expect("written");
    let refused = folder.import(&["docs", "--credentials", text(&credentials)]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused
            .stderr
            .contains("`DOCS_X_API_KEY` has another value there"),
        "{refused:?}"
    );
    let after = std::fs::read_to_string(credentials.join("global.env")).expect("read");
    assert_eq!(after, kept);
    assert!(!folder.path("all.json").exists());
}
