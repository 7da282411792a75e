use std::path::{Path, PathBuf};

use super::{around, found, told, variables};
use crate::discover::{Around, Discovery, Source};

/// A machine with a home and a project in it.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("home/shop")).expect("a folder");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    fn around(&self) -> Around {
        let home = self.path("home");
        let app_data = self.path("home/roaming");
        let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        let given = [("HOME", &*text(&home)), ("APPDATA", &*text(&app_data))];
        around(&self.path("home/shop"), variables(given))
    }

    /// With the folder's own path left out.
    async fn told(&self) -> Vec<String> {
        self.short(&told(&found(Source::Files, self.around()).await))
    }

    fn short(&self, told: &[String]) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        told.iter().map(|line| line.replace(&folder, "")).collect()
    }
}

fn server(command: &str) -> String {
    format!(r#"{{"mcpServers": {{"{command}": {{"command": "{command}"}}}}}}"#)
}

#[tokio::test]
async fn every_client_s_file_is_found_where_it_keeps_it() {
    let machine = Machine::new();
    for (file, name) in [
        ("home/shop/.mcp.json", "claude-project"),
        ("home/shop/.cursor/mcp.json", "cursor-project"),
        ("home/shop/.gemini/settings.json", "gemini-project"),
        ("home/shop/config/mcp_config.json", "elf-project"),
        ("home/.claude.json", "claude-user"),
        (
            "home/.config/Claude/claude_desktop_config.json",
            "desktop-linux",
        ),
        (
            "home/Library/Application Support/Claude/claude_desktop_config.json",
            "desktop-mac",
        ),
        (
            "home/roaming/Claude/claude_desktop_config.json",
            "desktop-windows",
        ),
        ("home/.copilot/mcp-config.json", "copilot"),
        ("home/.cursor/mcp.json", "cursor-user"),
        ("home/.codeium/windsurf/mcp_config.json", "windsurf"),
        ("home/.gemini/settings.json", "gemini-user"),
        ("home/.config/mcp/mcp.json", "opencode"),
        ("home/.config/elf/mcp_config.json", "elf-user"),
    ] {
        machine.write(file, &server(name));
    }
    machine.write(
        "home/shop/.vscode/mcp.json",
        r#"{"servers": {"vscode-project": {"command": "v"}}}"#,
    );
    machine.write(
        "home/.config/Code/User/mcp.json",
        r#"{"servers": {"vscode-user": {"url": "https://v.example.com"}}}"#,
    );
    machine.write(
        "home/.config/zed/settings.json",
        "// mine\n{\"context_servers\": {\"zed\": {\"command\": \"z\"}}}",
    );
    machine.write(
        "home/shop/.codex/config.toml",
        "[mcp_servers.codex-project]\ncommand = \"c\"\n",
    );
    machine.write(
        "home/.codex/config.toml",
        "[mcp_servers.codex-user]\ncommand = \"c\"\n",
    );
    let told = machine.told().await;
    assert_eq!(
        told,
        [
            "claude-project (files, home/shop/.mcp.json:1): <claude-project>",
            "vscode-project (files, home/shop/.vscode/mcp.json:1): <v>",
            "cursor-project (files, home/shop/.cursor/mcp.json:1): <cursor-project>",
            "gemini-project (files, home/shop/.gemini/settings.json:1): <gemini-project>",
            "codex-project (files, home/shop/.codex/config.toml:1): <c>",
            "elf-project (files, home/shop/config/mcp_config.json:1): <elf-project>",
            "claude-user (files, home/.claude.json:1): <claude-user>",
            "desktop-linux (files, home/.config/Claude/claude_desktop_config.json:1): <desktop-linux>",
            "desktop-mac (files, home/Library/Application Support/Claude/claude_desktop_config.json:1): <desktop-mac>",
            "desktop-windows (files, home/roaming/Claude/claude_desktop_config.json:1): <desktop-windows>",
            "vscode-user (files, home/.config/Code/User/mcp.json:1): Either https://v.example.com",
            "copilot (files, home/.copilot/mcp-config.json:1): <copilot>",
            "cursor-user (files, home/.cursor/mcp.json:1): <cursor-user>",
            "windsurf (files, home/.codeium/windsurf/mcp_config.json:1): <windsurf>",
            "zed (files, home/.config/zed/settings.json:2): <z>",
            "codex-user (files, home/.codex/config.toml:1): <c>",
            "gemini-user (files, home/.gemini/settings.json:1): <gemini-user>",
            "opencode (files, home/.config/mcp/mcp.json:1): <opencode>",
            "elf-user (files, home/.config/elf/mcp_config.json:1): <elf-user>",
        ],
        "\n{}\n",
        told.join("\n")
    );
}

#[tokio::test]
async fn a_file_that_is_not_there_or_has_no_servers_is_nothing() {
    let machine = Machine::new();
    machine.write("home/.gemini/settings.json", r#"{"theme": "dark"}"#);
    machine.write("home/.codex/config.toml", "model = \"o\"\n");
    // Not a folder, so nothing is in it.
    machine.write("home/.cursor", "");
    assert_eq!(machine.told().await, [""; 0]);
}

#[tokio::test]
async fn of_claude_s_projects_the_one_that_is_the_working_directory_counts() {
    let machine = Machine::new();
    let shop = machine.path("home/shop");
    let blog = machine.path("home/blog");
    let text = serde_json::json!({
        "mcpServers": {"memory": {"command": "m"}},
        "projects": {
            shop.to_str().expect("UTF-8"): {"mcpServers": {"db": {"command": "./db"}}},
            blog.to_str().expect("UTF-8"): {"mcpServers": {"db": {"command": "./other"}, "memory": {"command": "n"}}},
        },
    });
    machine.write("home/.claude.json", &text.to_string());
    let told = machine.told().await;
    assert_eq!(
        told,
        [
            "db (files, home/.claude.json:1): <./db>",
            "memory (files, home/.claude.json:1): <m>",
        ]
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_keeps_what_it_said() {
    let machine = Machine::new();
    let discovery = Discovery::new([Source::Files], machine.around());
    let read = async || machine.short(&told(&discovery.read().await));
    let file = "home/shop/.mcp.json";
    let known = "git (files, home/shop/.mcp.json:1): <git>";
    machine.write(file, &server("git"));
    assert_eq!(read().await, [known]);
    // As an editor has it halfway.
    machine.write(file, r#"{"mcpServers": {"git""#);
    let halfway = read().await;
    assert_eq!(halfway[0], known);
    assert!(
        halfway[1].starts_with("! home/shop/.mcp.json:1: this is not JSON"),
        "{halfway:?}"
    );
    std::fs::remove_file(machine.path(file)).expect("removed");
    std::fs::create_dir(machine.path(file)).expect("a folder");
    assert_eq!(
        read().await,
        [
            known,
            "? home/shop/.mcp.json: it cannot be read: it is no file; what it said before holds"
        ]
    );
    std::fs::remove_dir(machine.path(file)).expect("removed");
    assert_eq!(read().await, [""; 0]);
}

#[tokio::test]
async fn a_file_that_is_named_is_not_found_too() {
    let machine = Machine::new();
    machine.write("home/shop/.mcp.json", &server("git"));
    machine.write("home/.claude.json", &server("time"));
    let around = Around {
        named: vec![machine.path("home/shop/../shop/.mcp.json")],
        ..machine.around()
    };
    let told = machine.short(&told(&found(Source::Files, around).await));
    assert_eq!(told, ["time (files, home/.claude.json:1): <time>"]);
}

#[test]
fn an_address_that_would_be_sent_a_value_of_ours_waits_for_a_person() {
    let text = r#"{"mcpServers": {
        "plain": {"url": "https://a.example.com/mcp"},
        "asks": {"url": "https://b.example.com/mcp", "headers": {"authorization": "Bearer ${AWS_SECRET_ACCESS_KEY}"}},
        "hides": {"url": "https://c.example.com/mcp?key=${OPENAI_API_KEY}"}
    }}"#;
    let mut read = crate::source::read(std::path::Path::new(".mcp.json"), text);
    let needs = |source: Option<Source>, entries: &mut Vec<crate::Entry>| -> Vec<bool> {
        let mut all = entries.iter_mut();
        all.by_ref()
            .map(|entry| {
                entry.found_by = source;
                entry.needs_approval()
            })
            .collect()
    };
    read.entries.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(
        needs(Some(Source::Files), &mut read.entries),
        [true, true, false]
    );
    assert_eq!(
        needs(Some(Source::Kubernetes), &mut read.entries),
        [false; 3]
    );
    assert_eq!(needs(None, &mut read.entries), [false; 3]);
}
