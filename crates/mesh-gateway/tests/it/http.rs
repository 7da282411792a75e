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
    /// Whether it says that its lists change.
    tells: bool,
    /// Whether it answers nothing but 500.
    fails: bool,
    /// How many tokens were given out; only the last is good. None are needed until the first.
    tokens: usize,
    /// Bodies of the requests for them.
    forms: Vec<String>,
    /// Whether it is to be found below its address, and whoever asks there is sent on.
    has_moved: bool,
    /// What was asked for, each by its method and path, and what is in it by its own method.
    seen: Vec<String>,
    /// Whether it says of no call that it has come; those that did.
    holds_calls: bool,
    held: Vec<TcpStream>,
}

impl Server {
    pub(crate) fn start(has_streams: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            address: listener.local_addr().expect("bound"),
            state: Arc::new(Mutex::new(State {
                tools: vec!["ring"],
                has_streams,
                tells: true,
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

    /// One that sends whoever asks it on to its address with a slash behind it.
    pub(crate) fn moved() -> Self {
        let server = Self::start(true);
        server.state.lock().expect("unpoisoned").has_moved = true;
        server
    }

    /// One that does not say that its lists change.
    pub(crate) fn quiet() -> Self {
        let server = Self::start(true);
        server.state.lock().expect("unpoisoned").tells = false;
        server
    }

    /// From now on it fails.
    pub(crate) fn fail(&self) {
        self.state.lock().expect("unpoisoned").fails = true;
    }

    /// Asks whoever listens for its roots.
    pub(crate) fn ask(&self) {
        self.tell("data: {\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"roots/list\"}\n\n");
    }

    /// From now on it says of no call over HTTP+SSE that it has come.
    pub(crate) fn hold_calls(&self) {
        self.state.lock().expect("unpoisoned").holds_calls = true;
    }

    /// Of HTTP+SSE.
    pub(crate) fn sse_url(&self) -> String {
        format!("http://{}/sse", self.address)
    }

    /// How often this was asked for.
    pub(crate) fn seen(&self, asked: &str) -> usize {
        let state = self.state.lock().expect("unpoisoned");
        state.seen.iter().filter(|seen| *seen == asked).count()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Says that the list has changed, to whoever listens.
    pub(crate) fn change(&self, tools: &[&'static str]) {
        const CHANGED: &str = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n";
        self.state.lock().expect("unpoisoned").tools = tools.to_vec();
        self.tell(CHANGED);
    }

    fn tell(&self, event: &str) {
        let mut state = self.state.lock().expect("unpoisoned");
        for stream in &mut state.streams {
            stream
                .write_all(event.as_bytes())
                .expect("somebody listens");
        }
    }

    /// Ends every stream.
    pub(crate) fn hang_up(&self) {
        self.state.lock().expect("unpoisoned").streams.clear();
    }

    /// From now on a token is needed, and none that was given out is good.
    pub(crate) fn expire(&self) {
        self.state.lock().expect("unpoisoned").tokens += 1;
    }

    pub(crate) fn token_url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// What tokens were asked for with.
    pub(crate) fn forms(&self) -> Vec<String> {
        self.state.lock().expect("unpoisoned").forms.clone()
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
        let (mut method, mut length, mut shown) = (String::new(), 0, String::new());
        for line in reader.by_ref().lines().map_while(Result::ok) {
            if line.is_empty() {
                break;
            }
            if method.is_empty() {
                method = line.split(" HTTP").next().unwrap_or_default().to_owned();
            }
            if let Some(value) = line.strip_prefix("authorization: ") {
                value.clone_into(&mut shown);
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("is read");
        let has_moved = {
            let mut state = self.state.lock().expect("unpoisoned");
            state.seen.push(method.clone());
            state.has_moved
        };
        let is_let_in = match self.state.lock().expect("unpoisoned").tokens {
            0 => true,
            last => shown == format!("Bearer token-{last}"),
        };
        match method.as_str() {
            "POST /token" => self.issue(stream, &shown, body),
            _ if !is_let_in => respond(stream, "401 Unauthorized", ""),
            _ if has_moved && (method.ends_with("/mcp") || method.ends_with("/sse")) => {
                let to = method.split(' ').next_back().unwrap_or_default();
                let location = format!("location: {to}/\r\n");
                respond_with(stream, "307 Temporary Redirect", &location, "");
            }
            "GET /mcp" | "GET /mcp/" => self.listen(stream, ""),
            // Where to send is told as it is seen from there.
            "GET /sse" | "GET /sse/" => self.listen(stream, "event: endpoint\ndata: messages\n\n"),
            "POST /mcp" if self.state.lock().expect("unpoisoned").fails => {
                respond(stream, "500 Internal Server Error", "");
            }
            "POST /mcp" | "POST /mcp/" => match self.answer(&body) {
                Some(answer) => respond_with(stream, "200 OK", SESSION, &answer.to_string()),
                None => respond(stream, "202 Accepted", ""),
            },
            "POST /sse/messages" if self.holds(&body) => {
                self.state.lock().expect("unpoisoned").held.push(stream);
            }
            "POST /sse/messages" => {
                respond(stream, "202 Accepted", "");
                if let Some(answer) = self.answer(&body) {
                    self.tell(&format!("event: message\ndata: {answer}\n\n"));
                }
            }
            _ => respond(stream, "200 OK", ""),
        }
    }

    fn listen(&self, mut stream: TcpStream, first: &str) {
        let mut state = self.state.lock().expect("unpoisoned");
        state.asked += 1;
        if !state.has_streams {
            return respond(stream, "405 Method Not Allowed", "");
        }
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        stream
            .write_all((head.to_owned() + first).as_bytes())
            .expect("is sent");
        state.streams.push(stream);
    }

    /// To a client that shows `id:s%3Acret` as RFC 6749 has it.
    fn issue(&self, stream: TcpStream, shown: &str, body: Vec<u8>) {
        if shown != "Basic aWQ6cyUzQWNyZXQ=" {
            return respond(stream, "401 Unauthorized", "");
        }
        let mut state = self.state.lock().expect("unpoisoned");
        state.forms.push(String::from_utf8(body).expect("UTF-8"));
        state.tokens += 1;
        let token = format!("token-{}", state.tokens);
        let issued = json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600});
        respond(stream, "200 OK", &issued.to_string());
    }

    fn holds(&self, body: &[u8]) -> bool {
        let request: Value = serde_json::from_slice(body).expect("JSON");
        let mut state = self.state.lock().expect("unpoisoned");
        let holds = state.holds_calls && request["method"] == "tools/call";
        if holds {
            state.seen.push("tools/call".to_owned());
        }
        holds
    }

    fn answer(&self, body: &[u8]) -> Option<Value> {
        let request: Value = serde_json::from_slice(body).expect("JSON");
        let method = request["method"].as_str().map(str::to_owned);
        let answers = method
            .is_none()
            .then(|| format!("answer to {}", request["id"]));
        let mut state = self.state.lock().expect("unpoisoned");
        state.seen.extend(method.or(answers));
        let tells = state.tells;
        drop(state);
        let result = match request["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": "2025-06-18", "capabilities": {"tools": {"listChanged": tells}},
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
            Some("tools/call") => json!({"content": [{"type": "text", "text": "rung"}]}),
            _ => return None,
        };
        Some(json!({"jsonrpc": "2.0", "id": request["id"], "result": result}))
    }
}

const SESSION: &str = "mcp-session-id: s\r\n";

fn respond(stream: TcpStream, status: &str, body: &str) {
    respond_with(stream, status, "", body);
}

fn respond_with(mut stream: TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n"
    );
    // Who asked may be gone.
    let _ = stream.write_all((head + body).as_bytes());
}
