//! Limits that processes share, and the record of what was decided.

use std::path::{Path, PathBuf};

use mesh_doors::audit::verify;
use serde_json::Value;

use crate::support::server::Server;
use crate::support::{Ran, run, text};

const POLICY: &str = "\
[team.all]
members = [\"local\"]
read = [\"*\"]
deny = [\"get_server_capabilities\"]
resources = [\"aoma://metrics\"]
[team.all.limits]
read = { per_minute = 3, concurrent = 3 }
";

struct Doors {
    _folder: tempfile::TempDir,
    policy: PathBuf,
    state: PathBuf,
    audit: PathBuf,
}

impl Doors {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let doors = Self {
            policy: at("policy.toml"),
            state: at("state"),
            audit: at("audit.jsonl"),
            _folder: folder,
        };
        std::fs::write(&doors.policy, POLICY).expect("written");
        doors
    }

    fn server(&self) -> Server {
        let settings = [
            ("MESH_STATE", text(&self.state)),
            ("MESH_AUDIT", text(&self.audit)),
        ];
        Server::start(&["--policy", text(&self.policy)], &settings)
    }
}

fn call(server: &Server, tool: &str) -> Ran {
    run(&["call", &format!("{}/rpc", server.url), tool])
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("a file");
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn two_servers_of_one_state_share_a_caller_s_limit() {
    let doors = Doors::new();
    let (one, other) = (doors.server(), doors.server());
    let called =
        [&one, &other, &one, &other, &one, &other].map(|server| call(server, "get_system_health"));
    let admitted = called.iter().filter(|called| called.code == 0).count();
    assert_eq!(admitted, 3, "{called:?}");
    let refused = called.iter().find(|called| called.code == 2).expect("one");
    assert!(
        refused
            .stdout
            .contains("3 a minute are allowed; try again in"),
        "{refused:?}"
    );
}

#[test]
fn every_decision_is_a_line_of_a_whole_chain() {
    let doors = Doors::new();
    let server = doors.server();
    assert_eq!(call(&server, "get_system_health").code, 0);
    let denied = call(&server, "get_server_capabilities");
    assert_ne!(denied.code, 0, "{denied:?}");
    for uri in ["aoma://metrics", "aoma://health"] {
        run(&["read", &server.url, uri]);
    }
    let (told, tools): (Vec<_>, Vec<_>) = lines(&doors.audit)
        .iter()
        .map(|line| (line["decision"].clone(), line["tool"].clone()))
        .unzip();
    let expected = [
        "get_system_health",
        "get_server_capabilities",
        "resources/read",
        "resources/read",
    ];
    assert_eq!(tools, expected);
    assert_eq!(
        told,
        ["allowed", "refused: policy", "allowed", "refused: policy"]
    );
    let outcome = |nth: usize| lines(&doors.audit)[nth]["outcome"].clone();
    assert_eq!(
        (outcome(2), outcome(3)),
        ("answered".into(), serde_json::Value::Null)
    );
    let whole = std::fs::read_to_string(&doors.audit).expect("a file");
    let report = |text: &str| verify(text.lines(), |_, _| None);
    assert!(report(&whole).is_whole());
    let changed = whole.replacen("\"allowed\"", "\"refused: limit\"", 1);
    assert!(!report(&changed).is_whole());
    server.signal("TERM");
    assert_eq!(server.ended().0, Some(0));
}
