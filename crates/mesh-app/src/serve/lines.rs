//! Standard input and output as a transport: a message a line, read as leniently as a body over HTTP, where the SDK's own
//! would pass over what it cannot read, and leave its sender waiting.

use std::sync::Arc;

use bytes::Bytes;
use mesh_gateway::Comeback;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Stdout, stdin, stdout};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::PollSender;

use crate::app::App;
use crate::http::read_message;
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
    tokio::spawn(read(inbox, Arc::clone(&output)));
    let writing = tokio::spawn(write_all(outbox, output, app));
    let transport = (PollSender::new(answers), ReceiverStream::new(messages));
    (transport, writing)
}

/// Answers every request with why none is served, until the client closes its end.
pub(super) async fn refuse(comeback: &Comeback) {
    let output = Output::new(Mutex::new(stdout()));
    let mut lines = BufReader::new(stdin()).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        let refusal = match read_message(&line.into()) {
            Ok(ClientJsonRpcMessage::Request(request)) => {
                Refusal::comeback(comeback).to(serde_json::json!(request.id))
            }
            Ok(_) => continue,
            Err(refusal) => refusal,
        };
        write(&output, json(&refusal.body())).await;
    }
}

async fn read(inbox: mpsc::Sender<ClientJsonRpcMessage>, output: Output) {
    let mut lines = BufReader::new(stdin()).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match read_message(&line.into()) {
            Ok(message) => {
                if inbox.send(message).await.is_err() {
                    return;
                }
            }
            Err(refusal) => write(&output, json(&refusal.body())).await,
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
