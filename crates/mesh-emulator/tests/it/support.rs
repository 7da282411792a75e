use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use mesh_emulator::{Bootstrap, Environment, Function};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const INIT: Duration = Duration::from_secs(20);

pub(crate) async fn echo(environment: Environment) -> Function {
    let function = Function::spawn(&Bootstrap::new(example("echo")), &environment)
        .expect("the example can be started");
    function
        .ready(INIT)
        .await
        .expect("the example asks for an event");
    function
}

/// Cargo builds the examples before the tests, into a folder beside theirs.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    test.parent()
        .expect("a program is in a folder")
        .with_file_name("examples")
        .join(name)
}

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: Vec<(String, String)>,
    body: String,
}

impl Answer {
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let named = self.head.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a body of JSON")
    }
}

pub(crate) async fn post(address: SocketAddr, target: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("an answer of HTTP/1.1");
    let length = body.len();
    let request = format!(
        "POST {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream
        .write_all(request.as_bytes())
        .await
        .expect("an answer of HTTP/1.1");
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .await
        .expect("an answer of HTTP/1.1");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .expect("an answer of HTTP/1.1");
    let (line, head) = head.split_once("\r\n").expect("an answer of HTTP/1.1");
    Answer {
        status: line
            .split(' ')
            .nth(1)
            .expect("an answer of HTTP/1.1")
            .parse()
            .expect("an answer of HTTP/1.1"),
        head: head.lines().map(field).collect(),
        body: body.to_owned(),
    }
}

fn field(line: &str) -> (String, String) {
    let (name, value) = line.split_once(": ").expect("an answer of HTTP/1.1");
    (name.to_owned(), value.to_owned())
}
