//! A server over HTTP, on loopback, that answers as a test says.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use mesh_gateway::{Gateway, World, source};
use serde_json::{Value, json};

use crate::support::world;

/// What was asked: `POST /mcp`, and its body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Value,
}

/// Everything that was asked.
pub(crate) type Seen = Arc<Mutex<Vec<Request>>>;

impl Request {
    /// The method of JSON-RPC; of what has none, the line.
    pub(crate) fn method(&self) -> &str {
        self.body["method"].as_str().unwrap_or(&self.line)
    }

    /// An answer with this result.
    pub(crate) fn result(&self, result: &Value) -> String {
        let answer = json!({"jsonrpc": "2.0", "id": self.body["id"], "result": result});
        respond("200 OK", "application/json", &answer.to_string())
    }
}

/// How often this was asked.
pub(crate) fn count(seen: &Seen, method: &str) -> usize {
    let seen = seen.lock().expect("unpoisoned");
    seen.iter().filter(|one| one.method() == method).count()
}

/// A gateway with the upstream `bell`, whose opening and whose one tool, `ring`, are answered unless `answer` does.
pub(crate) fn bell(
    answer: impl Fn(&Request) -> Option<String> + Send + Sync + 'static,
) -> (Gateway, Seen) {
    bell_in(&world(), &json!({}), answer)
}

/// The same, which is shown these headers.
pub(crate) fn bell_in(
    world: &World,
    headers: &Value,
    answer: impl Fn(&Request) -> Option<String> + Send + Sync + 'static,
) -> (Gateway, Seen) {
    let (url, seen) = serve(move |request| answer(request).unwrap_or_else(|| usual(request)));
    let entry = json!({"type": "http", "url": url, "headers": headers});
    let text = json!({"mcpServers": {"bell": entry}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    (Gateway::new(read.entries, world, 48), seen)
}

fn usual(request: &Request) -> String {
    match request.method() {
        "initialize" => request.result(&json!({
            "protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"},
        })),
        "tools/list" => request.result(&json!({"tools": [{"name": "ring", "inputSchema": {"type": "object"}}]})),
        "tools/call" => request.result(&json!({"content": [{"type": "text", "text": "rung"}]})),
        "server/discover" => respond("400 Bad Request", "text/plain", "unknown"),
        "GET /mcp" => respond("405 Method Not Allowed", "text/plain", ""),
        _ => respond("202 Accepted", "application/json", ""),
    }
}

pub(crate) fn respond(status: &str, media_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// One request, and the connection is over.
fn serve(answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/mcp", listener.local_addr().expect("bound"));
    let (answer, seen) = (Arc::new(answer), Seen::default());
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
            std::thread::spawn(move || {
                let request = read(&stream);
                kept.lock().expect("unpoisoned").push(request.clone());
                // Who asked may be gone.
                let _ = stream.write_all(answer(&request).as_bytes());
            });
        }
    });
    (url, seen)
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let line = lines.next().unwrap_or_default();
    let headers: HashMap<_, _> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect();
    let length = headers.get("content-length");
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    reader.read_exact(&mut body).expect("is read");
    Request {
        line: line.split(" HTTP").next().unwrap_or_default().to_owned(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }
}
