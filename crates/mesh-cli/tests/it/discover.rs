use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::server::{Server, get};
use crate::support::{Ran, mesh, ran, text};

/// A home with a project in it, in which everything is run.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new(servers: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Self { folder };
        home.write(servers);
        home
    }

    fn write(&self, servers: &Value) {
        let written = json!({"mcpServers": servers}).to_string();
        std::fs::write(self.path(".mcp.json"), written).expect("written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = mesh(arguments);
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .envs(variables.iter().copied());
        ran(command.output().expect("starts"))
    }

    fn upstream(&self, arguments: &[&str]) -> Ran {
        self.run(
            &[&["upstream"], arguments, &["--discover", "files"]].concat(),
            &[],
        )
    }

    fn serve(&self, lock: &str) -> Server {
        Server::start_in(
            self.folder.path(),
            &["--discover", "files"],
            &[("MESH_LOCK", lock)],
        )
    }
}

fn own() -> Value {
    json!({"command": env!("CARGO_BIN_EXE_mesh"), "args": ["serve", "--stdio"], "env": {"MESH_ENVIRONMENT": "test"}})
}

/// A command that leaves a file when it is started.
fn leaving(file: &std::path::Path) -> Value {
    json!({"command": "/bin/sh", "args": ["-c", format!("touch '{}'; exit 1", text(file))]})
}

fn call(server: &Server, tool: &str) -> Ran {
    ran(mesh(&["call", &server.url, tool]).output().expect("starts"))
}

/// A server that is running takes up what was approved within a few seconds.
fn called_soon(server: &Server) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while call(server, TOOL).code != 0 {
        assert!(Instant::now() < deadline, "it is not taken up");
    }
}

const TOOL: &str = "own__get_server_capabilities";

#[test]
fn a_command_that_was_found_is_started_once_a_person_has_approved_it() {
    let home = Home::new(&json!({"own": own()}));
    let listed = home.upstream(&["list"]);
    let command = format!(
        "own: starts `{} serve --stdio` with MESH_ENVIRONMENT; for everybody; it was found, and waits for approval",
        env!("CARGO_BIN_EXE_mesh")
    );
    assert!(listed.stdout.starts_with(&command), "{listed:?}");
    assert!(listed.stdout.contains("(found by `files`, "), "{listed:?}");
    for lock in ["record", "enforce"] {
        let server = home.serve(lock);
        let tools = ran(mesh(&["call", &server.url]).output().expect("starts"));
        assert!(!tools.stdout.contains(TOOL), "{lock}: {tools:?}");
        let refused = call(&server, TOOL);
        assert_ne!(refused.code, 0, "{lock}: {refused:?}");
        assert!(
            refused
                .stdout
                .contains("`own` is not started: it was found, and waits for approval")
                && refused
                    .stdout
                    .contains("`mesh upstream approve own --discover files`"),
            "{lock}: {refused:?}"
        );
        let servers = get(&server, "/mcp/servers");
        let own = &servers["servers"][0];
        assert_eq!(
            (&own["state"], &own["starts"]),
            (&json!("unapproved"), &json!(0)),
            "{lock}"
        );
    }
    // It is taken up by a server that is running.
    let server = home.serve("enforce");
    let approved = home.upstream(&["approve", "own"]);
    assert_eq!(approved.code, 0, "{approved:?}");
    called_soon(&server);
    assert!(
        home.upstream(&["list"])
            .stdout
            .contains("in the lock: tools 2")
    );
    assert_eq!(home.upstream(&["check"]).code, 0);
    assert_eq!(home.upstream(&["diff"]).code, 0);
    assert_eq!(call(&home.serve("record"), TOOL).code, 0);
    let refused = call(&home.serve("off"), TOOL);
    assert!(refused.stdout.contains("`MESH_LOCK`"), "{refused:?}");
}

#[test]
fn nothing_but_approve_starts_a_command_that_was_found() {
    let home = Home::new(&json!({}));
    let trace = home.path("started");
    home.write(&json!({"odd": leaving(&trace)}));
    for arguments in [["list"], ["check"], ["diff"]] {
        let ran = home.upstream(&arguments);
        assert!(
            ran.stdout.contains("waits for approval"),
            "{arguments:?}: {ran:?}"
        );
        assert!(!trace.exists(), "{arguments:?}");
    }
    for lock in ["record", "enforce", "off"] {
        let server = home.serve(lock);
        assert_ne!(call(&server, "odd__tool").code, 0);
        get(&server, "/tools");
        drop(server);
        assert!(!trace.exists(), "{lock}");
    }
    assert_eq!(home.upstream(&["approve", "--all"]).code, 1);
    assert!(trace.exists());
    // It does not work, and so it is not approved.
    assert!(
        home.upstream(&["list"])
            .stdout
            .contains("waits for approval")
    );
}

#[test]
fn a_command_that_has_changed_since_waits_again() {
    let home = Home::new(&json!({"own": own()}));
    assert_eq!(home.upstream(&["approve", "own"]).code, 0);
    let trace = home.path("started");
    home.write(&json!({"own": leaving(&trace)}));
    for lock in ["record", "enforce"] {
        let server = home.serve(lock);
        let tools = ran(mesh(&["call", &server.url]).output().expect("starts"));
        assert!(!tools.stdout.contains(TOOL), "{lock}: {tools:?}");
        assert!(
            call(&server, TOOL).stdout.contains("waits for approval"),
            "{lock}"
        );
        assert!(!trace.exists(), "{lock}");
    }
}

#[test]
fn the_environment_names_servers_and_a_file_comes_first() {
    let home = Home::new(&json!({"git": {"command": "mcp-server-git"}}));
    let variables = [
        ("MCP_SERVERS", "git,env-test-server"),
        ("MCP_GIT_COMMAND", "other"),
        (
            "MCP_ENV_TEST_SERVER_COMMAND",
            "node test-server.js '\u{1b}[2J'",
        ),
    ];
    let arguments = ["upstream", "list", "--discover", "env,files"];
    let listed = home.run(&arguments, &variables);
    assert_eq!(listed.code, 3, "{listed:?}");
    let lines: Vec<_> = listed.stdout.lines().collect();
    assert!(
        lines[0].starts_with("git: starts `mcp-server-git`;"),
        "{listed:?}"
    );
    // What a terminal would obey is shown.
    let starts = r#"env-test-server: starts `node test-server.js "\u{1b}[2J"`;"#;
    assert!(lines[1].starts_with(starts), "{listed:?}");
    assert!(
        listed.stderr.contains("environment: `git` is defined in "),
        "{listed:?}"
    );
    let unknown = home.run(&["upstream", "list", "--discover", "files,everywhere"], &[]);
    assert_eq!(unknown.code, 64, "{unknown:?}");
    assert!(
        unknown
            .stderr
            .contains("`--discover` must be `files`, `env`, `kubernetes`"),
        "{unknown:?}"
    );
}

#[test]
fn an_address_that_was_found_is_sent_no_value_of_ours_before_it_is_approved() {
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    stranger.set_nonblocking(true).expect("does not wait");
    let url = format!("http://{}/mcp", stranger.local_addr().expect("bound"));
    let headers = json!({"Authorization": "Bearer ${SOME_TOKEN}"});
    let home = Home::new(&json!({"stranger": {"url": url, "headers": headers}}));
    let server = home.serve("record");
    let refused = call(&server, "stranger__x");
    assert!(refused.stdout.contains("waits for approval"), "{refused:?}");
    let nobody = stranger.accept().expect_err("nobody came");
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_lock_that_lies_beside_what_was_found_approves_nothing() {
    let servers = json!({"own": own()});
    let home = Home::new(&servers);
    assert_eq!(home.upstream(&["approve", "own"]).code, 0);
    let lock = home.path(".local/state/aoma-mesh/mesh.lock");
    let brought = Home::new(&servers);
    std::fs::copy(&lock, brought.path("mesh.lock")).expect("copied");
    let listed = brought.upstream(&["list"]);
    assert!(listed.stdout.contains("waits for approval"), "{listed:?}");
    assert!(
        !home
            .upstream(&["list"])
            .stdout
            .contains("waits for approval")
    );
}
