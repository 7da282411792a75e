//! A server that has itself behind it, in whichever way: it is told, and nothing goes round.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::server::{Server, get};
use crate::support::{Ran, mesh, ran, text};

/// A file of servers, and the port of the one that reads it.
struct Node {
    folder: tempfile::TempDir,
    port: u16,
}

impl Node {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            port: listener.local_addr().expect("an address").port(),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("mcp.json")
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/rpc", self.port)
    }

    /// Serves these, and one more of its own that is well.
    fn start(&self, mut servers: Value) -> Server {
        servers["own"] = json!({"command": MESH, "args": ["serve", "--stdio"]});
        let written = json!({"mcpServers": servers}).to_string();
        std::fs::write(self.file(), written).expect("written");
        let (file, address) = (self.file(), format!("127.0.0.1:{}", self.port));
        Server::start_at(
            &address,
            &["--upstreams", text(&file)],
            &[("MESH_LOCK", "off")],
        )
    }
}

const MESH: &str = env!("CARGO_BIN_EXE_mesh");

fn http(url: &str) -> Value {
    json!({"type": "http", "url": url})
}

/// The names of the tools that are listed, as people see them.
fn listed(server: &Server) -> String {
    let listed = ran(mesh(&["call", &server.url]).output().expect("starts"));
    assert_eq!(listed.code, 0, "{listed:?}");
    listed.stdout
}

fn call(server: &Server, tool: &str) -> Ran {
    ran(mesh(&["call", &server.url, tool]).output().expect("starts"))
}

/// What is wrong with an upstream, and how often it was started.
fn told(server: &Server, name: &str) -> (String, u64) {
    let servers = get(server, "/mcp/servers");
    let mut servers = servers["servers"].as_array().expect("a list").iter();
    let found = servers.find(|one| one["name"] == name).expect("configured");
    let error = found["error"].as_str().unwrap_or_default().to_owned();
    (error, found["starts"].as_u64().expect("a number"))
}

/// Another address of a server, as a load balancer has: what comes is passed on as it came.
fn balancer(to: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else {
                continue;
            };
            for (from, to) in [(&client, &server), (&server, &client)] {
                let (mut from, mut to) = (
                    from.try_clone().expect("a clone"),
                    to.try_clone().expect("a clone"),
                );
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Write);
                });
            }
        }
    });
    format!("http://{address}/rpc")
}

#[test]
fn an_address_that_is_our_own_is_named_at_the_start_and_not_asked() {
    let node = Node::new();
    let server = node.start(json!({"self": http(&node.url())}));
    let (error, starts) = told(&server, "self");
    assert_eq!(
        (error.as_str(), starts),
        ("it is this very server: take its entry out", 0)
    );
    let refused = call(&server, "self__get_system_health");
    assert!(
        refused
            .stdout
            .contains("`self` is down: it is this very server"),
        "{refused:?}"
    );
    assert_eq!(told(&server, "self").1, 0);
    assert_eq!(call(&server, "own__get_system_health").code, 0);
    server.signal("TERM");
    let (_, log) = server.ended();
    assert!(
        log.contains("an upstream is this very server, and is not asked"),
        "{log}"
    );
}

#[test]
fn a_server_that_meets_itself_under_another_address_knows_itself() {
    let node = Node::new();
    let server = node.start(json!({"self": http(&balancer(node.port))}));
    assert!(!listed(&server).contains("self__"));
    for _ in 0..3 {
        let refused = call(&server, "self__get_system_health");
        assert!(
            refused
                .stdout
                .contains("it is this very server: take its entry out"),
            "{refused:?}"
        );
    }
    assert_eq!(
        told(&server, "self").1,
        1,
        "it is not tried again and again"
    );
    assert_eq!(call(&server, "own__get_system_health").code, 0);
}

/// Servers each of which has the next behind it, and the last the first.
fn circle(count: usize) -> Vec<Server> {
    let nodes: Vec<Node> = (0..count).map(|_| Node::new()).collect();
    let next = nodes.iter().cycle().skip(1);
    let servers = nodes.iter().zip(next);
    servers
        .map(|(node, next)| node.start(json!({"next": http(&next.url())})))
        .collect()
}

#[test]
fn a_circle_of_servers_is_broken_where_it_closes() {
    for count in [2, 3] {
        let servers = circle(count);
        let names = listed(&servers[0]);
        assert!(names.contains("next__own__get_system_health"), "{names}");
        let way = ["next__"; 8][..count].concat();
        assert!(!names.contains(&way), "{names}");
        let last = servers.last().expect("some");
        let (error, _) = told(last, "next");
        assert!(error.starts_with("it leads back to"), "{error}");
        for server in &servers {
            let names = listed(server);
            assert!(!names.contains(&way), "{names}");
            assert_eq!(call(server, "own__get_system_health").code, 0);
        }
        assert_eq!(call(&servers[0], "next__own__get_system_health").code, 0);
        let (error, starts) = told(last, "next");
        assert!(
            error.contains("take its entry out here, or the entry there that leads back"),
            "{error}"
        );
        assert!(starts <= 3, "it was tried {starts} times");
    }
}

/// Processes that have this file on their command line.
fn processes(file: &str) -> usize {
    let all = std::fs::read_dir("/proc").expect("a list").flatten();
    let lines = all.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines
        .filter(|line| String::from_utf8_lossy(line).contains(file))
        .count()
}

#[test]
fn a_server_that_its_own_file_starts_is_ended_and_told() {
    let node = Node::new();
    let path = node.file();
    let file = text(&path);
    let again = json!({"command": MESH, "args": ["serve", "--stdio", "--upstreams", file]});
    let server = node.start(json!({"again": again}));
    assert!(!listed(&server).contains("again__"));
    for _ in 0..3 {
        let refused = call(&server, "again__get_system_health");
        assert!(
            refused.stdout.contains("it is started by itself"),
            "{refused:?}"
        );
    }
    assert_eq!(
        told(&server, "again").1,
        1,
        "it is not tried again and again"
    );
    assert_eq!(call(&server, "own__get_system_health").code, 0);
    assert_eq!(processes(file), 1, "the server alone");
    server.signal("TERM");
    server.ended();
    assert_eq!(processes(file), 0);
}

#[test]
fn a_process_that_leads_back_to_who_started_it_is_told_so() {
    let node = Node::new();
    let behind = node.folder.path().join("behind.json");
    let back = json!({"mcpServers": {"back": http(&balancer(node.port))}}).to_string();
    std::fs::write(&behind, back).expect("written");
    let child =
        json!({"command": MESH, "args": ["serve", "--stdio", "--upstreams", text(&behind)]});
    let server = node.start(json!({"child": child}));
    let names = listed(&server);
    assert!(
        names.contains("child__get_system_health") && !names.contains("back__"),
        "{names}"
    );
    let refused = call(&server, "child__back__get_system_health");
    assert_ne!(refused.code, 0, "{refused:?}");
}

#[test]
fn servers_that_go_on_starting_one_another_come_to_an_end() {
    let node = Node::new();
    std::fs::write(node.file(), r#"{"mcpServers": {}}"#).expect("written");
    let answer = |hops: usize| {
        let file = node.file();
        let mut command = mesh(&["serve", "--stdio", "--upstreams", text(&file)]);
        let hops = vec!["0123456789abcdef"; hops].join(",");
        command
            .env("MESH_HOPS", hops)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("starts");
        let client = json!({"name": "test", "version": "1"});
        let opening =
            json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening});
        let mut stdin = child.stdin.take().expect("a pipe");
        writeln!(stdin, "{message}").expect("it reads");
        drop(stdin);
        let ended = ran(child.wait_with_output().expect("an end"));
        assert_eq!(ended.code, 0, "{ended:?}");
        serde_json::from_str::<Value>(ended.stdout.trim()).expect("one answer")
    };
    assert_eq!(answer(7)["result"]["protocolVersion"], "2025-11-25");
    let refused = answer(8);
    assert_eq!(
        (&refused["id"], &refused["error"]["code"]),
        (&json!(1), &json!(508))
    );
    let message = refused["error"]["message"].as_str().expect("text");
    assert!(
        message.starts_with("more than 8 servers follow one another"),
        "{message}"
    );
}

#[test]
fn what_no_server_of_ours_has_set_is_refused() {
    let mut command = mesh(&["serve", "--stdio"]);
    let refused = ran(command.env("MESH_HOPS", "me").output().expect("starts"));
    assert_eq!(refused.code, 64, "{refused:?}");
    assert!(
        refused
            .stderr
            .contains("`MESH_HOPS` must be what a server of ours sets"),
        "{refused:?}"
    );
}
