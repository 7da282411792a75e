//! Standard input and output as a transport: a message a line, read as leniently as a body over HTTP, where the SDK's own
//! would pass over what it cannot read, and leave its sender waiting.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use mesh_gateway::Comeback;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use serde::Serialize;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Stdout, stdin, stdout,
};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::PollSender;

use crate::app::App;
use crate::http::Messages;
use crate::rescue::Refusal;

/// Messages in flight in one direction; who is faster waits.
const CAPACITY: usize = 16;

pub(super) type Transport = (
    PollSender<ServerJsonRpcMessage>,
    ReceiverStream<ClientJsonRpcMessage>,
);

type Output = Arc<Mutex<Stdout>>;

/// The transport, and the task that ends when the last answer is written.
pub(super) fn open(app: App) -> (Transport, JoinHandle<()>) {
    let output = Output::new(Mutex::new(stdout()));
    let (inbox, messages) = mpsc::channel(CAPACITY);
    let (answers, outbox) = mpsc::channel(CAPACITY);
    let max_bytes = app.config.server.max_body_bytes;
    tokio::spawn(read(inbox, Arc::clone(&output), max_bytes));
    let writing = tokio::spawn(write_all(outbox, output, app));
    let transport = (PollSender::new(answers), ReceiverStream::new(messages));
    (transport, writing)
}

/// Answers every request with why none is served, until the client closes its end.
pub(super) async fn refuse(comeback: &Comeback, max_bytes: usize) {
    let output = Output::new(Mutex::new(stdout()));
    let messages = Messages::default();
    let mut input = BufReader::new(stdin());
    while let Ok(Some(line)) = next_line(&mut input, max_bytes).await {
        for message in read_line(&messages, line) {
            let refusal = match message {
                Ok(ClientJsonRpcMessage::Request(request)) => {
                    Refusal::comeback(comeback).to(serde_json::json!(request.id))
                }
                Ok(_) => continue,
                Err(refusal) => refusal,
            };
            write(&output, json(&refusal.body())).await;
        }
    }
}

async fn read(inbox: mpsc::Sender<ClientJsonRpcMessage>, output: Output, max_bytes: usize) {
    let messages = Messages::default();
    let mut input = BufReader::new(stdin());
    while let Ok(Some(line)) = next_line(&mut input, max_bytes).await {
        if let Ok(line) = &line
            && line.iter().all(u8::is_ascii_whitespace)
        {
            continue;
        }
        for message in read_line(&messages, line) {
            match message {
                Ok(message) => {
                    if inbox.send(message).await.is_err() {
                        return;
                    }
                }
                Err(refusal) => write(&output, json(&refusal.body())).await,
            }
        }
    }
}

fn read_line(
    messages: &Messages,
    line: Result<Bytes, Refusal>,
) -> Vec<Result<ClientJsonRpcMessage, Refusal>> {
    match line {
        Ok(line) => messages.read(&line),
        Err(refusal) => vec![Err(refusal)],
    }
}

/// The next line; of one that is too long nothing is kept, and what follows is read on. None at the end.
async fn next_line(
    input: &mut (impl AsyncBufRead + Unpin),
    max_bytes: usize,
) -> io::Result<Option<Result<Bytes, Refusal>>> {
    let (mut line, mut length) = (Vec::new(), 0);
    loop {
        let piece = input.fill_buf().await?;
        if piece.is_empty() && length == 0 {
            return Ok(None);
        }
        let end = piece.iter().position(|byte| *byte == b'\n');
        let part = &piece[..end.unwrap_or(piece.len())];
        length += part.len();
        match length <= max_bytes {
            true => line.extend_from_slice(part),
            false => line = Vec::new(),
        }
        let (is_last, used) = (piece.is_empty(), end.map_or(part.len(), |end| end + 1));
        input.consume(used);
        if is_last || end.is_some() {
            return Ok(Some(match length <= max_bytes {
                true => Ok(line.into()),
                false => Err(Refusal::bad_request(format!(
                    "the message is larger than {max_bytes} bytes; send less at once"
                ))),
            }));
        }
    }
}

async fn write_all(mut outbox: mpsc::Receiver<ServerJsonRpcMessage>, output: Output, app: App) {
    while let Some(answer) = outbox.recv().await {
        write(&output, app.splices.fill(json(&answer))).await;
    }
}

fn json(message: &impl Serialize) -> Bytes {
    let json = serde_json::to_vec(message);
    json.expect("messages can be written as JSON").into()
}

/// A client that reads no more has closed its input too, which ends everything.
async fn write(output: &Output, message: Bytes) {
    let mut output = output.lock().await;
    let _ = output.write_all(&message).await;
    let _ = output.write_all(b"\n").await;
    let _ = output.flush().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_that_is_too_long_costs_only_itself() {
        let sent = b"one\n\n12345678\n123456789\n1234567890123\nlast".as_slice();
        // Read in pieces of four bytes.
        let mut input = BufReader::with_capacity(4, sent);
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut input, 8).await.expect("read") {
            let line = line.map_err(|refusal| refusal.code);
            lines.push(line.map(|line| String::from_utf8_lossy(&line).into_owned()));
        }
        let whole = |line: &str| Ok(line.to_owned());
        let too_long = || Err(crate::rescue::INVALID_REQUEST);
        assert_eq!(
            lines,
            [
                whole("one"),
                whole(""),
                whole("12345678"),
                too_long(),
                too_long(),
                whole("last")
            ]
        );
    }
}
