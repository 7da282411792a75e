//! Other servers behind the function: their lists from the lock in the package, their processes kept from one invocation to the
//! next.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mesh_emulator::{Deadline, Options};
use mesh_gateway::lock::Lock;
use mesh_gateway::{Heard, Kind, locked, source};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::support::rpc::told;
use crate::support::{Fake, Mesh, Setup, SseBell, Store, mcp, rpc, until};

const RING: &str = r#"{"name":"ring","inputSchema":{"type":"object"}}"#;
const HANG: &str = r#"{"name":"hang","inputSchema":{"type":"object"}}"#;

/// Writes a line into `starts` of its home for each start. `ring` answers its process id and token; `hang` never answers.
const BELL: &str = r#"#!/bin/sh
echo $$ >> "$HOME/starts"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"}},{"name":"hang","inputSchema":{"type":"object"}}]}' ;;
    *'"ping"'*) result='{}' ;;
    *'"hang"'*) continue ;;
    *'"tools/call"'*) result='{"content":[{"type":"text","text":"'"$$ ${TOKEN:-none} $(pwd)"'"}]}' ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

/// What `make package` packs: a file of servers, its lock, and the program of one.
struct Package {
    folder: tempfile::TempDir,
}

impl Package {
    fn new(servers: &Value, approved: &[(&str, &[&str])]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let package = Self { folder };
        for name in ["upstreams", "bin", "tmp"] {
            std::fs::create_dir(package.path(name)).expect("made");
        }
        let file = package.path("upstreams/mcp.json");
        let text = json!({"mcpServers": servers}).to_string();
        std::fs::write(&file, &text).expect("written");
        let read = source::read(&file, &text);
        let mut lock = Lock::default();
        for (name, tools) in approved {
            let mut heard = Heard::default();
            let tools = tools
                .iter()
                .map(|tool| RawValue::from_string((*tool).to_owned()));
            heard
                .of_mut(Kind::Tool)
                .extend(tools.map(|tool| tool.expect("JSON")));
            let entry = read.entries.iter().find(|entry| entry.name == *name);
            lock.approve(name, locked(entry.expect("it is written there"), &heard).0);
        }
        lock.save(&package.path("upstreams/mesh.lock"))
            .expect("saved");
        let program = package.path("bin/bell");
        std::fs::write(&program, BELL).expect("written");
        executable(&program);
        package
    }

    fn bell() -> Self {
        Self::new(
            &json!({"bell": {"command": "bell"}}),
            &[("bell", &[RING, HANG])],
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn setup(&self) -> Setup {
        let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        mcp()
            .set("LAMBDA_TASK_ROOT", text(self.folder.path()))
            .set("TMPDIR", text(&self.path("tmp")))
            .set("PATH", "/usr/bin:/bin")
    }

    /// The processes that were started of the bell.
    fn starts(&self) -> Vec<String> {
        let starts = std::fs::read_to_string(self.path("tmp/upstreams/bell/starts"));
        starts
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

fn executable(program: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(program, mode).expect("made a program");
}

fn is_alive(process: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

/// The words that the bell answers.
async fn ring(mesh: &Mesh) -> Vec<String> {
    let answer = mesh.call("bell__ring", json!({})).await;
    let (text, is_error) = told(&answer);
    assert!(!is_error, "{answer}\n{}", mesh.log());
    text.split(' ').map(str::to_owned).collect()
}

#[tokio::test]
async fn lists_come_from_the_lock_and_one_process_serves_all_calls() {
    let package = Package::bell();
    let mesh = package.setup().start().await;
    let tools = mesh.tools().await;
    assert!(
        tools.ends_with(&["bell__hang".to_owned(), "bell__ring".to_owned()]),
        "{tools:?}"
    );
    assert_eq!(package.starts(), [""; 0], "nobody has called it");
    let first = ring(&mesh).await;
    for _ in 0..49 {
        assert_eq!(ring(&mesh).await, first);
    }
    assert_eq!(package.starts(), [first[0].clone()]);
    let metrics = mesh.settled().await;
    assert!(
        metrics.contains(r#""Backend":"upstream:bell""#),
        "{metrics}"
    );
    let home = package.path("tmp/upstreams/bell");
    assert_eq!(
        first[1..],
        ["none".to_owned(), home.to_str().expect("UTF-8").to_owned()]
    );
}

#[tokio::test]
async fn a_process_outlives_a_freeze_and_a_dead_or_deaf_one_is_replaced() {
    let package = Package::bell();
    let mesh = package.setup().start().await;
    let first = ring(&mesh).await;
    mesh.function.frozen_for(Duration::from_secs(6)).await;
    assert_eq!(ring(&mesh).await, first);
    signal("KILL", &first[0]);
    let second = ring_again(&mesh).await;
    assert_ne!(second, first);
    mesh.function.frozen_for(Duration::from_secs(6)).await;
    signal("STOP", &second[0]);
    let begun = Instant::now();
    let third = ring(&mesh).await;
    assert_ne!(third, second);
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    until(|| !is_alive(&second[0])).await;
    assert_eq!(package.starts().len(), 3);
}

/// The call that finds a process dead may be the one that fails.
async fn ring_again(mesh: &Mesh) -> Vec<String> {
    let answer = mesh.call("bell__ring", json!({})).await;
    match told(&answer) {
        (text, false) => text.split(' ').map(str::to_owned).collect(),
        (_, true) => ring(mesh).await,
    }
}

fn signal(name: &str, process: &str) {
    let sent = std::process::Command::new("kill")
        .args(["-s", name, process])
        .status();
    assert!(sent.expect("`kill` starts").success());
}

#[tokio::test]
async fn a_process_that_is_late_is_not_left_in_the_middle_of_a_call() {
    let package = Package::bell();
    let mesh = package.setup().start().await;
    let first = ring(&mesh).await;
    let short = Options::deadline(Deadline::In(Duration::from_secs(4)));
    let late = mesh
        .send_with(&rpc::call("bell__hang", json!({})), short)
        .await
        .json();
    assert_eq!(told(&late), ("`bell` gave no answer in time", true));
    until(|| !is_alive(&first[0])).await;
    assert_ne!(ring(&mesh).await, first);
}

#[tokio::test]
async fn what_is_not_as_it_was_approved_is_not_called() {
    let other = r#"{"name":"ring","description":"Rings.","inputSchema":{"type":"object"}}"#;
    let servers = json!({"bell": {"command": "bell"}, "gong": {"command": "bell"}});
    let package = Package::new(&servers, &[("bell", &[other])]);
    let mesh = package.setup().start().await;
    assert!(mesh.tools().await.contains(&"bell__ring".to_owned()));
    let refused = mesh.call("bell__ring", json!({})).await;
    let (text, is_error) = told(&refused);
    assert!(
        is_error && text.contains("not what was approved"),
        "{refused}"
    );
    mesh.settled().await;
    assert!(!mesh.tools().await.contains(&"bell__ring".to_owned()));
    let unapproved = mesh.call("gong__ring", json!({})).await;
    assert!(
        unapproved.to_string().contains("not approved"),
        "{unapproved}"
    );
}

#[tokio::test]
async fn values_come_from_the_parameter_store_and_appear_nowhere() {
    const TOKEN: &str = "bell-token-0123456789";
    let entry = json!({"command": "bell", "env": {"TOKEN": "${BELL_TOKEN}"}});
    let package = Package::new(&json!({"bell": entry}), &[("bell", &[RING])]);
    let unreachable = package.setup().start().await;
    let refused = unreachable.call("bell__ring", json!({})).await;
    let (text, is_error) = told(&refused);
    assert!(
        is_error && text.contains("its values cannot be read: the parameter store"),
        "{refused}"
    );
    let store = Store::whole().await;
    store.put_at("/mesh/global/BELL_TOKEN", TOKEN);
    let mesh = store.is_store_of(package.setup()).start().await;
    assert_eq!(ring(&mesh).await[1], TOKEN);
    let before = store.readings();
    ring(&mesh).await;
    assert_eq!(store.readings(), before);
    assert!(!mesh.settled().await.contains(TOKEN));
}

#[tokio::test]
async fn what_would_fetch_its_program_is_refused_with_what_to_do() {
    let servers = json!({"bell": {"command": "npx", "args": ["-y", "bell@1.0.0"]}});
    let package = Package::new(&servers, &[("bell", &[RING])]);
    let mesh = package.setup().start().await;
    let refused = mesh.call("bell__ring", json!({})).await;
    let (text, is_error) = told(&refused);
    assert!(
        is_error && text.contains("put the program itself into the package"),
        "{refused}"
    );
}

/// Over Streamable HTTP, without sessions.
async fn bell_over_http() -> Fake {
    Fake::serving(|seen| {
        let request: Value = serde_json::from_slice(&seen.body).unwrap_or_default();
        let result = match request["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                "serverInfo": {"name": "s", "version": "1"},
            }),
            Some("tools/list") => {
                json!({"tools": [{"name": "ring", "inputSchema": {"type": "object"}}]})
            }
            Some("tools/call") => json!({"content": [{"type": "text", "text": "rung"}]}),
            _ => return (202, "".into()),
        };
        let answer = json!({"jsonrpc": "2.0", "id": request["id"], "result": result});
        (200, answer.to_string().into())
    })
    .await
}

#[tokio::test]
async fn a_server_over_http_is_asked_by_the_call_that_needs_it() {
    let fake = bell_over_http().await;
    let servers = json!({"bell": {"url": format!("{}/mcp", fake.url())}});
    let package = Package::new(&servers, &[("bell", &[RING])]);
    let mesh = package.setup().start().await;
    assert!(mesh.tools().await.contains(&"bell__ring".to_owned()));
    assert_eq!(fake.seen().len(), 0, "lists touch no server");
    for _ in 0..2 {
        assert_eq!(
            told(&mesh.call("bell__ring", json!({})).await),
            ("rung", false)
        );
        mesh.function.frozen_for(Duration::from_secs(5)).await;
    }
    let methods: Vec<String> = fake
        .seen()
        .iter()
        .map(|seen| {
            serde_json::from_slice::<Value>(&seen.body).expect("JSON")["method"].to_string()
        })
        .collect();
    let opened = methods
        .iter()
        .filter(|method| *method == "\"initialize\"")
        .count();
    assert_eq!(opened, 1, "{methods:?}");
}

#[tokio::test]
async fn a_stream_that_was_lost_in_a_freeze_is_opened_anew_and_one_that_was_not_is_kept() {
    let bell = SseBell::start();
    let servers = json!({"bell": {"type": "sse", "url": bell.url()}});
    let package = Package::new(&servers, &[("bell", &[RING])]);
    let mesh = package.setup().start().await;
    let rung = async || told(&mesh.call("bell__ring", json!({})).await).0.to_owned();
    assert_eq!(rung().await, "rung over 1");
    mesh.function.frozen_for(Duration::from_secs(6)).await;
    assert_eq!(rung().await, "rung over 1");
    bell.lose_streams();
    mesh.function.frozen_for(Duration::from_secs(6)).await;
    assert_eq!(rung().await, "rung over 2");
}

#[tokio::test]
async fn all_environments_of_a_function_are_one_server_which_is_not_called_by_itself() {
    let fake = bell_over_http().await;
    let servers = json!({"bell": {"url": format!("{}/mcp", fake.url())}});
    let package = Package::new(&servers, &[("bell", &[RING])]);
    let named = |name: &str| package.setup().set("AWS_LAMBDA_FUNCTION_NAME", name);
    let way = async |name: &str| {
        let mesh = named(name).start().await;
        mesh.call("bell__ring", json!({})).await;
        let seen = fake.seen();
        seen.last().expect("asked").header("mesh-hops").to_owned()
    };
    let first = way("one").await;
    assert_eq!(way("one").await, first);
    assert_ne!(way("two").await, first);
    let mesh = named("one").start().await;
    let again = rpc::call("bell__ring", json!({})).header("mesh-hops", first);
    let answer = mesh.send(&again).await;
    assert_eq!(answer.status, 508, "{}", answer.text());
    assert_eq!(answer.json()["error"]["data"]["reason"], "cycle");
}
