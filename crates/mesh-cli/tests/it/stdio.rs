use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::support::{corpus, mesh, text};

/// A server that was started by its client.
pub(crate) struct Served {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    pub(crate) fn start_with(arguments: &[&str], variables: &[(&str, String)]) -> Self {
        let mut command = mesh(&[&["serve", "--stdio"], arguments].concat());
        command
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        Self {
            stdin: child.stdin.take().expect("a pipe"),
            stdout: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    pub(crate) fn open(&mut self) {
        self.open_in("2025-11-25");
    }

    fn open_in(&mut self, version: &str) {
        let client = json!({"name": "test", "version": "1"});
        let opening = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client});
        self.send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening}));
        assert_eq!(self.receive()["result"]["protocolVersion"], version);
        self.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    }

    pub(crate) fn send(&mut self, message: impl std::fmt::Display) {
        writeln!(self.stdin, "{message}").expect("it reads");
    }

    pub(crate) fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("UTF-8");
        serde_json::from_str(&line).expect("JSON and nothing else")
    }

    pub(crate) fn close(self) -> Option<i32> {
        let Self {
            mut child, stdin, ..
        } = self;
        drop(stdin);
        child.wait().expect("an end").code()
    }
}

#[test]
fn a_client_that_started_it_is_served_until_it_closes_stdin() {
    let folder = corpus();
    let corpus = folder.path().join("corpus");
    let mut served = Served::start(&["--corpus", text(&corpus)]);
    served.open();
    let call =
        json!({"name": "query_aoma_knowledge", "arguments": {"query": "who approves a master?"}});
    served.send(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}));
    assert_eq!(
        served.receive()["result"]["structuredContent"]["found"],
        true
    );
    assert_eq!(served.close(), Some(0));
}

/// 2025-03-26, basic: implementations MUST support receiving them.
#[test]
fn a_batch_is_answered_message_by_message_in_the_revision_that_has_them() {
    let mut served = Served::start(&[]);
    served.open_in("2025-03-26");
    let ping = |id: u8| json!({"jsonrpc": "2.0", "id": id, "method": "ping"});
    served.send(json!([ping(2), {"id": 3}, ping(4)]));
    let mut ids: Vec<_> = (0..3)
        .map(|_| served.receive())
        .map(|answer| (answer["id"].as_u64(), answer["error"]["code"].as_i64()))
        .collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [(Some(2), None), (Some(3), Some(-32600)), (Some(4), None)]
    );
    assert_eq!(served.close(), Some(0));
}

#[test]
fn what_is_mended_and_refused_is_so_as_over_http() {
    let mut served = Served::start(&[]);
    served.send(
        r#"{"id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":null,"clientInfo":{"name":"\ud800"}}}"#,
    );
    assert_eq!(served.receive()["result"]["protocolVersion"], "2025-11-25");
    served.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    for (sent, id, code) in [
        ("nonsense", json!(null), -32700),
        (r#"{"id":null,"method":"ping"}"#, json!(null), -32600),
        (
            r#"{"id":7,"method":"ping","method":"tools/list"}"#,
            json!(7),
            -32600,
        ),
        (r#"{"method":"ping"}"#, json!(null), -32600),
        (
            r#"{"id":"a","method":"tools/call","params":[]}"#,
            json!("a"),
            -32602,
        ),
        (
            r#"{"jsonrpc":"2.0","id":9,"method":"no/such"}"#,
            json!(9),
            -32601,
        ),
    ] {
        served.send(sent);
        let answer = served.receive();
        assert_eq!(
            (&answer["id"], &answer["error"]["code"]),
            (&id, &json!(code)),
            "{sent}"
        );
    }
    served.send("\u{feff}{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"ping\"}");
    assert_eq!(
        served.receive(),
        json!({"jsonrpc": "2.0", "id": 8, "result": {}})
    );
    assert_eq!(served.close(), Some(0));
}
