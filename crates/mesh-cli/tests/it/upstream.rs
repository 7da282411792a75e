use serde_json::{Value, json};

use crate::support::server::{Server, get};
use crate::support::{Ran, mesh, ran, text};

/// A file of servers, in a folder that goes with the value. `own` is this very program; the others do not work.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new(servers: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mcp.json");
        let written = json!({"mcpServers": servers}).to_string();
        std::fs::write(file, written).expect("written");
        Self { folder }
    }

    fn sound() -> Self {
        Self::new(&json!({"own": own(&[])}))
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("mcp.json")
    }

    fn upstream(&self, arguments: &[&str]) -> Ran {
        let path = self.path();
        let files = ["--upstreams", text(&path)];
        let mut command = mesh(&[&["upstream"], arguments, &files].concat());
        command.env("UPSTREAM_KEY", "sk-test-0123456789");
        ran(command.output().expect("starts"))
    }

    fn serve(&self, lock: &str) -> Server {
        let path = self.path();
        Server::start(&["--upstreams", text(&path)], &[("MESH_LOCK", lock)])
    }
}

fn own(more: &[&str]) -> Value {
    let arguments = [&["serve", "--stdio"], more].concat();
    json!({"command": env!("CARGO_BIN_EXE_mesh"), "args": arguments})
}

fn call(server: &Server, tool: &str) -> Ran {
    ran(mesh(&["call", &server.url, tool]).output().expect("starts"))
}

#[test]
fn each_server_is_tried_once_and_what_is_wrong_is_told() {
    let files = Files::new(&json!({
        "own": own(&[]),
        "ends": {"command": "/bin/sh", "args": ["-c", "echo no database >&2; exit 3"]},
        "tells": {
            "command": "/bin/sh",
            "args": ["-c", "echo bad key $KEY >&2; exit 1"],
            "env": {"KEY": "${UPSTREAM_KEY}"},
        },
        "missing": {"command": "no-such-program"},
        "unset": {"command": "sh", "env": {"TOKEN": "${NO_SUCH_VARIABLE}"}},
        "clear": {"url": "http://mcp.example.com/mcp"},
    }));
    let checked = files.upstream(&["check"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    for line in [
        "own: MCP 2025-11-25; tools 2, prompts 0, resources 2, templates 0",
        "ends: does not work: it ended (exit status: 3); the last that it said: no database",
        "    no database",
        "tells: does not work: it ended (exit status: 1); the last that it said: bad key [hidden]",
        "missing: does not work: it could not be started: there is no program `no-such-program`",
        "unset: does not work: `NO_SUCH_VARIABLE` is not set",
    ] {
        assert!(
            checked.stdout.lines().any(|told| told == line),
            "{line}\n{}",
            checked.stdout
        );
    }
    assert!(!checked.stdout.contains("sk-test"), "{checked:?}");
    assert!(
        checked
            .stdout
            .contains("clear: does not work: its `url` begins with http://"),
        "{checked:?}"
    );
}

#[test]
fn what_is_approved_is_offered_and_what_has_changed_since_is_not() {
    let files = Files::sound();
    assert!(files.upstream(&["list"]).stdout.contains("not in the lock"));
    let before = call(&files.serve("enforce"), "own__get_server_capabilities");
    assert_ne!(before.code, 0, "{before:?}");
    let different = files.upstream(&["diff"]);
    assert_eq!(different.code, 3, "{different:?}");
    assert_eq!(files.upstream(&["approve", "--all"]).code, 0);
    assert_eq!(files.upstream(&["diff"]).code, 0);
    assert!(
        files
            .upstream(&["list"])
            .stdout
            .contains("in the lock: tools 2")
    );
    assert_eq!(
        call(&files.serve("enforce"), "own__get_server_capabilities").code,
        0
    );
    let lock = files.folder.path().join("mesh.lock");
    let approved = std::fs::read_to_string(&lock).expect("a lock");
    let otherwise = json!({"mcpServers": {"own": own(&["--environment", "another"])}});
    std::fs::write(files.path(), otherwise.to_string()).expect("written");
    let refused = call(&files.serve("enforce"), "own__get_server_capabilities");
    assert!(
        refused.stdout.contains("mesh upstream approve own"),
        "{refused:?}"
    );
    assert_eq!(std::fs::read_to_string(&lock).expect("a lock"), approved);
}

#[test]
fn what_is_recorded_is_listed_before_the_server_is_started_again() {
    let files = Files::sound();
    assert_eq!(
        call(&files.serve("record"), "own__get_server_capabilities").code,
        0
    );
    let lock = std::fs::read_to_string(files.folder.path().join("mesh.lock")).expect("a lock");
    assert!(lock.contains("get_server_capabilities"), "{lock}");
    // It would be started by a list that had to wait for it.
    let server = files.serve("record");
    let listed = ran(mesh(&["call", &server.url]).output().expect("starts"));
    assert!(
        listed.stdout.contains("own__get_server_capabilities"),
        "{listed:?}"
    );
    let servers = get(&server, "/mcp/servers");
    let own = &servers["servers"][0];
    assert_eq!((&own["state"], &own["starts"]), (&json!("idle"), &json!(0)));
}

#[test]
fn a_policy_holds_for_the_tools_of_others_as_for_ours() {
    let files = Files::sound();
    let policy = files.folder.path().join("policy.toml");
    let serve = |read: &str| {
        let rules = format!("[team.people]\nmembers = [\"local\"]\nread = [\"{read}\"]\n");
        std::fs::write(&policy, rules).expect("written");
        let path = files.path();
        let arguments = ["--upstreams", text(&path), "--policy", text(&policy)];
        Server::start(&arguments, &[])
    };
    for (read, seen, unseen) in [
        (
            "family:upstream:own",
            "own__get_system_health",
            "get_system_health",
        ),
        ("own__*", "own__get_system_health", "get_system_health"),
        (
            "family:system",
            "get_system_health",
            "own__get_system_health",
        ),
    ] {
        let server = serve(read);
        let tools = get(&server, "/tools");
        let names: Vec<_> = tools["tools"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|tool| &tool["name"])
            .collect();
        assert!(names.contains(&&json!(seen)), "{read}: {names:?}");
        assert!(!names.contains(&&json!(unseen)), "{read}: {names:?}");
        assert_eq!(call(&server, seen).code, 0, "{read}");
        assert_ne!(call(&server, unseen).code, 0, "{read}");
    }
}

#[test]
fn a_name_that_no_server_has_is_wrong_usage() {
    let refused = Files::sound().upstream(&["approve", "other"]);
    assert_eq!(refused.code, 64, "{refused:?}");
    assert!(
        refused.stderr.contains("no server is called `other`"),
        "{refused:?}"
    );
}

fn called(server: &Server, arguments: &[&str]) -> Ran {
    let arguments = [&["call"], arguments].concat();
    ran(mesh(&arguments).output().expect(&server.url))
}

#[test]
fn one_server_alone_has_its_own_address_and_its_own_names() {
    let files = Files::sound();
    let server = files.serve("off");
    let own = format!("{}/mcp/own", server.url);
    let listed = called(&server, &[&own]);
    assert!(
        listed.stdout.contains("get_server_capabilities") && !listed.stdout.contains("own__"),
        "{listed:?}"
    );
    assert_eq!(called(&server, &[&own, "get_server_capabilities"]).code, 0);
    let prefixed = called(&server, &[&own, "own__get_server_capabilities"]);
    assert_ne!(prefixed.code, 0, "{prefixed:?}");
    let other = called(&server, &[&format!("{}/mcp/other", server.url)]);
    assert_ne!(other.code, 0, "{other:?}");
    assert!(other.stderr.contains("404"), "{other:?}");
}

#[test]
fn files_are_followed_while_they_are_served() {
    let files = Files::sound();
    let server = files.serve("off");
    assert_eq!(call(&server, "own__get_server_capabilities").code, 0);
    let servers = json!({"mcpServers": {"own": own(&[]), "second": own(&[])}});
    std::fs::write(files.path(), servers.to_string()).expect("written");
    let line = server.line_with("the upstreams are configured anew");
    assert!(line.contains("second"), "{line}");
    assert_eq!(call(&server, "second__get_server_capabilities").code, 0);
    let servers = get(&server, "/mcp/servers");
    let starts = servers["servers"].as_array().expect("a list").iter();
    let starts: Vec<_> = starts.map(|one| (&one["name"], &one["starts"])).collect();
    let once = json!(1);
    assert_eq!(starts, [(&json!("own"), &once), (&json!("second"), &once)]);
    std::fs::write(files.path(), r#"{"mcpServers": {"own""#).expect("written");
    server.line_with("what it said last stays");
    std::fs::write(files.path(), r#"{"mcpServers": {}}"#).expect("written");
    server.line_with("the upstreams are configured anew");
    let gone = call(&server, "own__get_server_capabilities");
    assert!(gone.stderr.contains("Unknown tool"), "{gone:?}");
}

#[test]
fn what_is_approved_while_it_is_served_is_offered_at_once() {
    let files = Files::sound();
    let server = files.serve("enforce");
    assert_ne!(call(&server, "own__get_server_capabilities").code, 0);
    assert_eq!(files.upstream(&["approve", "own"]).code, 0);
    server.line_with("the lock of the upstreams was changed");
    assert_eq!(call(&server, "own__get_server_capabilities").code, 0);
}

#[test]
fn a_large_catalogue_is_searched_and_every_tool_stays_callable() {
    let files = Files::sound();
    let path = files.path();
    let policy = files.folder.path().join("policy.toml");
    let rules = "[team.people]\nmembers = [\"local\"]\nread = [\"own__get_server_capabilities\"]\n";
    std::fs::write(&policy, rules).expect("written");
    let settings = [("MESH_TOOLS", "search")];
    let server = Server::start(&["--upstreams", text(&path)], &settings);
    let listed = called(&server, &[&server.url]).stdout;
    assert!(
        listed.contains("search_tools") && listed.contains("call_tool"),
        "{listed}"
    );
    assert!(
        listed.contains("get_system_health") && !listed.contains("own__"),
        "{listed}"
    );
    let search = |server: &Server, query: &str| {
        let found = called(server, &[&server.url, "search_tools", query, "--json"]);
        let result: Value = serde_json::from_str(&found.stdout).expect("JSON");
        let tools = result["structuredContent"]["tools"]
            .as_array()
            .expect("a list");
        let names = tools
            .iter()
            .map(|tool| tool["name"].as_str().expect("a name").to_owned());
        names.collect::<Vec<_>>()
    };
    let names = search(&server, "query=is the server healthy");
    assert!(
        names.contains(&"own__get_system_health".to_owned()),
        "{names:?}"
    );
    assert_eq!(search(&server, "query=frobnicate"), [""; 0]);
    let own = [
        "call_tool",
        "name=own__get_server_capabilities",
        "arguments={}",
    ];
    let through = called(&server, &[&[server.url.as_str()], &own[..]].concat());
    assert_eq!(through.code, 0, "{through:?}");
    assert_eq!(call(&server, "own__get_server_capabilities").code, 0);
    let unknown = called(&server, &[&server.url, "call_tool", "name=call_tool"]);
    assert!(
        unknown.stdout.contains("there is no tool `call_tool`"),
        "{unknown:?}"
    );

    let limited = Server::start(
        &["--upstreams", text(&path), "--policy", text(&policy)],
        &settings,
    );
    let names = search(&limited, "query=is the server healthy");
    assert_eq!(names, ["own__get_server_capabilities"]);
    let denied = called(
        &limited,
        &[&limited.url, "call_tool", "name=own__get_system_health"],
    );
    assert_ne!(denied.code, 0, "{denied:?}");
}
