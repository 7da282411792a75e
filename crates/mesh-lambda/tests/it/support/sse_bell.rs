use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// A server over HTTP+SSE, on loopback. `ring` answers which of its streams it is told over.
#[derive(Clone, Debug)]
pub(crate) struct SseBell {
    address: SocketAddr,
    streams: Arc<Mutex<Streams>>,
}

#[derive(Debug, Default)]
struct Streams {
    opened: usize,
    open: HashMap<usize, TcpStream>,
    /// They stay connected, and nothing more comes over them.
    lost: Vec<TcpStream>,
}

impl SseBell {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let bell = Self {
            address: listener.local_addr().expect("bound"),
            streams: Arc::default(),
        };
        let serving = bell.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        bell
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/sse", self.address)
    }

    /// As a network loses connections that nobody used for a while.
    pub(crate) fn lose_streams(&self) {
        let mut streams = self.streams.lock().expect("unpoisoned");
        let open: Vec<_> = streams.open.drain().map(|(_, stream)| stream).collect();
        streams.lost.extend(open);
    }

    /// One request, and the connection is over; a stream stays.
    fn serve(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("cloned"));
        let (mut target, mut length) = (String::new(), 0);
        for line in reader.by_ref().lines().map_while(Result::ok) {
            if line.is_empty() {
                break;
            }
            if target.is_empty() {
                line.clone_into(&mut target);
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("is read");
        if target.starts_with("GET /sse ") {
            return self.open(stream);
        }
        let of = target.strip_prefix("POST /messages/");
        let of = of.and_then(|rest| rest.split(' ').next()?.parse().ok());
        stream
            .write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .expect("is sent");
        self.answer(of.expect("a stream's address"), &body);
    }

    fn open(&self, mut stream: TcpStream) {
        let mut streams = self.streams.lock().expect("unpoisoned");
        streams.opened += 1;
        let number = streams.opened;
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        let begin = format!("{head}event: endpoint\ndata: /messages/{number}\n\n");
        stream.write_all(begin.as_bytes()).expect("is sent");
        streams.open.insert(number, stream);
    }

    fn answer(&self, number: usize, body: &[u8]) {
        let request: Value = serde_json::from_slice(body).expect("JSON");
        let result = match request["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": "2024-11-05", "capabilities": {"tools": {}},
                "serverInfo": {"name": "s", "version": "1"},
            }),
            Some("tools/list") => {
                json!({"tools": [{"name": "ring", "inputSchema": {"type": "object"}}]})
            }
            Some("tools/call") => {
                json!({"content": [{"type": "text", "text": format!("rung over {number}")}]})
            }
            Some("ping") => json!({}),
            _ => return,
        };
        let answer = json!({"jsonrpc": "2.0", "id": request["id"], "result": result});
        let event = format!("event: message\ndata: {answer}\n\n");
        let mut streams = self.streams.lock().expect("unpoisoned");
        if let Some(stream) = streams.open.get_mut(&number) {
            stream.write_all(event.as_bytes()).expect("is sent");
        }
    }
}
