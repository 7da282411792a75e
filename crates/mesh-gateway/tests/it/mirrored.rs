//! A server of 2026-07-28 whose tool wants to see an argument in a header too.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use mesh_gateway::{Gateway, source};
use serde_json::{Value, json};

use crate::support::{ring_with, soon, world};

/// Its address, and the headers of each call that reaches it.
fn server() -> (String, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/mcp", listener.local_addr().expect("bound"));
    let (seen, calls) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let seen = seen.clone();
            std::thread::spawn(move || serve(stream, &seen));
        }
    });
    (url, calls)
}

fn serve(mut stream: TcpStream, seen: &Sender<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("cloned"));
    let lines = reader.by_ref().lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let length = head
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    reader.read_exact(&mut body).expect("is read");
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let result = match request["method"].as_str() {
        Some("server/discover") => {
            json!({"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}})
        }
        Some("tools/list") => {
            let region = json!({"type": "string", "x-mcp-header": "Region"});
            let schema = json!({"type": "object", "properties": {"region": region}});
            json!({"tools": [{"name": "ring", "inputSchema": schema}]})
        }
        Some("tools/call") => {
            seen.send(head).expect("somebody looks");
            json!({"content": [{"type": "text", "text": "rung"}]})
        }
        _ => json!({}),
    };
    let answer = json!({"jsonrpc": "2.0", "id": request["id"], "result": result}).to_string();
    let length = answer.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // Who asked may be gone.
    let _ = stream.write_all((head + &answer).as_bytes());
}

#[tokio::test]
async fn an_argument_that_is_marked_goes_into_a_header() {
    let (url, calls) = server();
    let entry = json!({"type": "http", "url": url});
    let text = json!({"mcpServers": {"bell": entry}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    assert_eq!(read.faults, []);
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    for (arguments, expected) in [
        (
            r#"{"region":"Europe"}"#,
            vec!["mcp-name: ring", "mcp-param-region: Europe"],
        ),
        (
            r#"{"region":"Zürich"}"#,
            vec![
                "mcp-name: ring",
                "mcp-param-region: =?base64?WsO8cmljaA==?=",
            ],
        ),
        ("{}", vec!["mcp-name: ring"]),
    ] {
        let rung = ring_with(&gateway, "bell", arguments).await;
        assert_eq!(rung.as_deref(), Ok("rung"));
        let sent = calls.recv().expect("it was called");
        let is_about =
            |line: &&String| line.starts_with("mcp-name") || line.starts_with("mcp-param");
        let mut about: Vec<_> = sent.iter().filter(is_about).collect();
        about.sort();
        assert_eq!(about, expected.iter().collect::<Vec<_>>(), "{arguments}");
    }
    gateway.end().await;
}
