//! `mesh register elevenlabs` against a workspace with state, and a real server that the workspace really calls.

mod cut;
mod drift;
mod refusals;
mod replace;
mod spend;
mod store;
mod together;
mod verify;
mod webhook;

use std::io::Write as _;
use std::process::{Command, Stdio};

use mesh_fakes::elevenlabs::workspace::{FakeWorkspace, KEY};
use serde_json::{Map, Value, json};

use crate::support::server::Server;
use crate::support::{Ran, mesh, ran, text};

const TOKEN: &str = "token-of-elevenlabs-0123456789";
const NAME: &str = "aoma-mesh-mcp";
const SECRET: &str = "aoma-mesh-mcp-bearer";

/// A server that asks for the token, and a workspace to register it with.
struct Scene {
    workspace: FakeWorkspace,
    server: Server,
    folder: tempfile::TempDir,
}

/// A server with tools that only read, which asks for a token.
fn server(token: &str) -> Server {
    use sha2::{Digest as _, Sha256};
    let digest: String = Sha256::digest(token.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Server::start(&[], &[("MESH_BEARER_SHA256", &digest)])
}

/// With two agents, of which the second has a server already.
async fn workspace() -> FakeWorkspace {
    let workspace = FakeWorkspace::start().await;
    workspace.add_agent("agent_1", &[]);
    let other = json!({"url": "https://other.example.com/mcp", "name": "other"});
    let other = workspace.add_server(&other);
    workspace.add_agent("agent_2", &[&other]);
    workspace
}

impl Scene {
    async fn start() -> Self {
        Self {
            workspace: workspace().await,
            server: server(TOKEN),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// As it was at the start, but for the server.
    async fn begin_anew(&mut self) {
        self.workspace = workspace().await;
        self.folder = tempfile::tempdir().expect("a folder");
    }

    fn url(&self) -> String {
        format!("{}/mcp", self.server.url)
    }

    fn state(&self) -> std::path::PathBuf {
        self.folder.path().join("elevenlabs.json")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let state = self.state();
        let mut command = mesh(
            &[
                &["register", "elevenlabs", "--state", text(&state)],
                arguments,
            ]
            .concat(),
        );
        command.envs([
            ("MESH_SECRETS", "env"),
            ("ELEVENLABS_API_KEY", KEY),
            ("MESH_ELEVENLABS_URL", &self.workspace.base()),
            ("MESH_BEARER", TOKEN),
            ("MESH_TIMEOUT", "20"),
        ]);
        command
    }

    /// A run to its end; nothing secret is told by any.
    fn run(&self, arguments: &[&str]) -> Ran {
        quiet(self.command(arguments))
    }

    fn register(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["--url", &self.url()], arguments].concat())
    }

    /// One that ends well, and what it tells.
    fn registered(&self, arguments: &[&str]) -> Value {
        let ran = self.register(&[&["--json"], arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str(&ran.stdout).expect("JSON")
    }

    /// The one server of ours, and its id.
    fn ours(&self) -> (String, Map<String, Value>) {
        let servers = self.workspace.servers();
        let mut ours = servers
            .into_iter()
            .filter(|(_, config)| config["name"] != "other");
        let only = ours.next().expect("it is registered");
        assert!(ours.next().is_none(), "one server");
        only
    }

    /// Whatever happened before: one server, one secret, and no agent that lacks them.
    fn assert_registered(&self, agents: &[&str]) {
        let (id, config) = self.ours();
        assert_eq!(config["url"], self.url().as_str());
        assert_eq!(config["transport"], "STREAMABLE_HTTP");
        assert_eq!(config["approval_policy"], "require_approval_per_tool");
        assert_eq!(
            self.workspace.secrets(),
            [(SECRET.to_owned(), format!("Bearer {TOKEN}"))]
        );
        assert!(config["request_headers"]["Authorization"]["secret_id"].is_string());
        let approvals = config["tool_approval_hashes"].as_array().expect("a list");
        assert!(!approvals.is_empty());
        for agent in agents {
            assert!(self.workspace.servers_of(agent).contains(&id), "{agent}");
        }
        let known: Vec<_> = self
            .workspace
            .servers()
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        for agent in ["agent_1", "agent_2"] {
            assert!(
                self.workspace
                    .servers_of(agent)
                    .iter()
                    .all(|id| known.contains(id)),
                "{agent}"
            );
        }
        let state = std::fs::read_to_string(self.state()).expect("it is written down");
        let state: Value = serde_json::from_str(&state).expect("JSON");
        assert_eq!(state["server_id"], id.as_str());
        assert_eq!(state["replaces"], Value::Null);
    }

    fn writes(&self) -> Vec<String> {
        let writes = self.workspace.writes().into_iter();
        writes
            .map(|asked| format!("{} {}", asked.method, asked.path))
            .collect()
    }
}

fn quiet(mut command: Command) -> Ran {
    let ran = ran(command.output().expect("it starts"));
    for secret in [TOKEN, KEY, "wsec_fake"] {
        assert!(
            !format!("{ran:?}").contains(secret),
            "a secret is told: {ran:?}"
        );
    }
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_everything_is_made_and_a_second_run_writes_nothing() {
    let scene = Scene::start().await;
    let told = scene.registered(&["--agent", "agent_1", "--agent", "agent_2"]);
    scene.assert_registered(&["agent_1", "agent_2"]);
    let (id, config) = scene.ours();
    assert_eq!(told["server_id"], id.as_str());
    assert_eq!(told["agents"], json!(["agent_1", "agent_2"]));
    assert_eq!(told["changed"], true);
    let steps: Vec<_> = told["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| step["step"].clone())
        .collect();
    assert_eq!(steps[..2], [json!("create_secret"), json!("create_server")]);
    assert_eq!(steps.last(), Some(&json!("attach")));
    assert_eq!(config["response_timeout_secs"], 30);
    for approval in config["tool_approval_hashes"].as_array().expect("a list") {
        assert_eq!(approval["approval_policy"], "auto_approved", "{approval}");
    }
    let agent = scene.workspace.agent("agent_2");
    let prompt = &agent["conversation_config"]["agent"]["prompt"];
    assert_eq!(prompt["mcp_server_ids"].as_array().map(Vec::len), Some(2));
    assert_eq!(prompt["native_mcp_server_ids"], json!(["native_1"]));
    assert_eq!(prompt["prompt"], "Answer the caller.");

    scene.writes();
    let before = std::fs::metadata(scene.state())
        .and_then(|file| file.modified())
        .expect("a file");
    let again = scene.registered(&["--agent", "agent_1", "--agent", "agent_2"]);
    assert_eq!(again["changed"], false);
    assert_eq!(again["steps"], json!([]));
    assert_eq!(scene.writes(), [""; 0]);
    let after = std::fs::metadata(scene.state())
        .and_then(|file| file.modified())
        .expect("a file");
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_for_its_owner_alone_and_holds_no_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::start().await;
    scene.registered(&[]);
    let mode = std::fs::metadata(scene.state())
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let kept = std::fs::read_to_string(scene.state()).expect("text");
    assert!(!kept.contains(TOKEN) && !kept.contains(KEY), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_the_difference_and_writes_nothing() {
    let scene = Scene::start().await;
    let dry = scene.register(&["--agent", "agent_1", "--dry-run"]);
    assert_eq!(dry.code, 3, "{dry:?}");
    assert!(
        dry.stdout.starts_with(
            "nothing is written; this would be done:\n  create the secret\n  create the server\n"
        ),
        "{dry:?}"
    );
    assert!(
        dry.stdout
            .contains("  give the server to the agent `agent_1`\n"),
        "{dry:?}"
    );
    assert_eq!(scene.writes(), [""; 0]);
    assert!(!scene.state().exists());
    scene.registered(&["--agent", "agent_1"]);
    let dry = scene.register(&["--agent", "agent_1", "--dry-run"]);
    assert_eq!(dry.code, 0, "{dry:?}");
    assert!(
        dry.stdout.starts_with("nothing to do: it is as wished\n"),
        "{dry:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_may_come_over_stdin() {
    let scene = Scene::start().await;
    let url = scene.url();
    let mut command = scene.command(&["--url", &url, "--token-stdin"]);
    command.env_remove("MESH_BEARER");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "{TOKEN}").expect("is written");
    drop(stdin);
    let ran = ran(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 0, "{ran:?}");
    scene.assert_registered(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_leaves_nothing_of_ours_and_all_else() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1", "--agent", "agent_2"]);
    let others = scene.workspace.servers_of("agent_2");
    let dry = scene.run(&["--remove", "--dry-run"]);
    assert_eq!(dry.code, 3, "{dry:?}");
    let removed = scene.run(&["--remove"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    assert_eq!(scene.workspace.servers().len(), 1);
    assert_eq!(scene.workspace.secrets(), []);
    assert_eq!(scene.workspace.servers_of("agent_1"), [""; 0]);
    assert_eq!(scene.workspace.servers_of("agent_2"), others[..1]);
    scene.writes();
    let again = scene.run(&["--remove"]);
    assert_eq!(
        (again.code, again.stdout.as_str()),
        (0, "nothing to do: it is as wished\n"),
        "{again:?}"
    );
    assert_eq!(scene.writes(), [""; 0]);
}
