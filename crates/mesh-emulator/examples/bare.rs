//! The least a function can be: blocking sockets and a fixed answer. What a round trip costs beside it is ours.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::Context as _;

const ANSWER: &str =
    r#"{"statusCode":200,"headers":{},"cookies":[],"body":"{}","isBase64Encoded":false}"#;

#[expect(
    clippy::disallowed_methods,
    reason = "a function is told where its Runtime API is"
)]
fn main() -> anyhow::Result<()> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let event = exchange(
            &mut stream,
            &mut buffer,
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: a\r\n\r\n",
        )?;
        let id = header(&event, "lambda-runtime-aws-request-id").context("an id")?;
        let length = ANSWER.len();
        let report = format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n{ANSWER}"
        );
        exchange(&mut stream, &mut buffer, &report)?;
    }
}

/// Sends a request and reads a whole answer.
fn exchange(stream: &mut TcpStream, buffer: &mut [u8], request: &str) -> anyhow::Result<String> {
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    loop {
        let read = stream.read(buffer)?;
        anyhow::ensure!(read > 0, "the Runtime API is gone");
        answer.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&answer);
        let Some(end) = text.find("\r\n\r\n") else {
            continue;
        };
        let length: usize = header(&text, "content-length")
            .context("a length")?
            .parse()?;
        if answer.len() >= end + 4 + length {
            return Ok(text.into_owned());
        }
    }
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = answer.lines().filter_map(|line| line.split_once(':'));
    lines
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
