use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{corpus, mesh, text};

#[test]
fn a_client_that_started_it_is_served_until_it_closes_stdin() {
    let folder = corpus();
    let corpus = folder.path().join("corpus");
    let mut command = mesh(&["serve", "--stdio", "--corpus", text(&corpus)]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut send = |message: Value| writeln!(stdin, "{message}").expect("it reads");
    let mut receive = || {
        let mut line = String::new();
        stdout.read_line(&mut line).expect("UTF-8");
        serde_json::from_str::<Value>(&line).expect("JSON and nothing else")
    };
    let client = json!({"name": "test", "version": "1"});
    let opening =
        json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
    send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening}));
    assert_eq!(receive()["result"]["protocolVersion"], "2025-11-25");
    send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    let call =
        json!({"name": "query_aoma_knowledge", "arguments": {"query": "who approves a master?"}});
    send(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}));
    assert_eq!(receive()["result"]["structuredContent"]["found"], true);
    drop(stdin);
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}
