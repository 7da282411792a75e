//! An upstream over Streamable HTTP, on loopback, with a list that can be made another.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    tools: Vec<&'static str>,
    /// Streams that listen.
    streams: Vec<TcpStream>,
    /// How many have asked for one.
    asked: usize,
    /// Whether there are any.
    has_streams: bool,
}

impl Server {
    pub(crate) fn start(has_streams: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            address: listener.local_addr().expect("bound"),
            state: Arc::new(Mutex::new(State {
                tools: vec!["ring"],
                has_streams,
                ..State::default()
            })),
        };
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Says that the list has changed, to whoever listens.
    pub(crate) fn change(&self, tools: &[&'static str]) {
        const CHANGED: &str = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n";
        let mut state = self.state.lock().expect("unpoisoned");
        state.tools = tools.to_vec();
        for stream in &mut state.streams {
            stream
                .write_all(CHANGED.as_bytes())
                .expect("somebody listens");
        }
    }

    /// Ends every stream.
    pub(crate) fn hang_up(&self) {
        self.state.lock().expect("unpoisoned").streams.clear();
    }

    pub(crate) fn asked_for_streams(&self) -> usize {
        self.state.lock().expect("unpoisoned").asked
    }

    pub(crate) fn streams(&self) -> usize {
        self.state.lock().expect("unpoisoned").streams.len()
    }

    /// One request, and the connection is over; a stream stays.
    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("cloned"));
        let (mut method, mut length) = (String::new(), 0);
        for line in reader.by_ref().lines().map_while(Result::ok) {
            if line.is_empty() {
                break;
            }
            if method.is_empty() {
                method = line.split(' ').next().unwrap_or_default().to_owned();
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("is read");
        match method.as_str() {
            "GET" => self.listen(stream),
            "POST" => self.answer(stream, &body),
            _ => respond(stream, "200 OK", ""),
        }
    }

    fn listen(&self, mut stream: TcpStream) {
        let mut state = self.state.lock().expect("unpoisoned");
        state.asked += 1;
        if !state.has_streams {
            return respond(stream, "405 Method Not Allowed", "");
        }
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("is sent");
        state.streams.push(stream);
    }

    fn answer(&self, stream: TcpStream, body: &[u8]) {
        let request: Value = serde_json::from_slice(body).expect("JSON");
        let result = match request["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": "2025-06-18", "capabilities": {"tools": {"listChanged": true}},
                "serverInfo": {"name": "s", "version": "1"},
            }),
            Some("tools/list") => {
                let state = self.state.lock().expect("unpoisoned");
                let tools = state.tools.iter();
                let tools: Vec<_> = tools
                    .map(|name| json!({"name": name, "inputSchema": {"type": "object"}}))
                    .collect();
                json!({"tools": tools})
            }
            _ => return respond(stream, "202 Accepted", ""),
        };
        let answer = json!({"jsonrpc": "2.0", "id": request["id"], "result": result});
        respond(stream, "200 OK", &answer.to_string());
    }
}

fn respond(mut stream: TcpStream, status: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // Who asked may be gone.
    let _ = stream.write_all((head + body).as_bytes());
}
