use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// One kept-alive connection, one request at a time, and nothing between the clock and the socket.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            body: Vec::new(),
        })
    }

    /// The time from the first byte sent to the last received of a successful answer.
    pub(crate) fn send(&mut self, headers: &str, body: &str) -> anyhow::Result<Duration> {
        let elapsed = self.post("/rpc", headers, body)?;
        if !self.body.windows(8).any(|window| window == b"\"result\"") {
            bail!("not a result: {}", String::from_utf8_lossy(&self.body));
        }
        Ok(elapsed)
    }

    /// The same, whatever the answer.
    pub(crate) fn post(
        &mut self,
        path: &str,
        headers: &str,
        body: &str,
    ) -> anyhow::Result<Duration> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let started = Instant::now();
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read_answer()?;
        Ok(started.elapsed())
    }

    /// Of the last answer.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    fn read_answer(&mut self) -> anyhow::Result<()> {
        let mut line = String::new();
        let mut length = None;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                if line.trim_end().is_empty() {
                    break;
                }
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse::<usize>()?);
            }
        }
        self.body
            .resize(length.context("an answer without a length")?, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(())
    }
}
