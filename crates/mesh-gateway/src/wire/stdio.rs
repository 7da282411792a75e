//! A message a line, over the standard input and output of a process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use mesh_core::Deadline;
use serde_json::value::RawValue;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc;
use tokio::time::{timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::Request;
use super::child::{self, Launch, Running, Said, read_some};
use super::lines::{Line, Lines};
use crate::fault::Fault;
use crate::here::Way;
use crate::inbox::Inbox;
use crate::message::{self, Answer, Message};
use crate::pending::Pending;

/// A line may be no longer: it fails its call, and what follows is read on.
pub(crate) const MAX_LINE: usize = 16 * 1024 * 1024;

/// Messages on their way to the process; who is faster waits.
const CAPACITY: usize = 64;

#[derive(Debug)]
pub(crate) struct Stdio {
    outbox: mpsc::Sender<String>,
    pending: Arc<Pending>,
    inbox: Arc<Inbox>,
    running: Running,
    way: Way,
    /// Lines that were no JSON.
    noise: Arc<AtomicU64>,
}

impl Stdio {
    pub(super) fn start(launch: &Launch, inbox: Arc<Inbox>) -> Result<Self, Fault> {
        let started = child::start(launch)?;
        let (outbox, messages) = mpsc::channel(CAPACITY);
        let wire = Self {
            outbox,
            pending: Arc::default(),
            inbox,
            running: started.running,
            way: launch.way.clone(),
            noise: Arc::default(),
        };
        tokio::spawn(write(started.stdin, messages, wire.running.ending()));
        tokio::spawn(
            Reader {
                pending: Arc::clone(&wire.pending),
                inbox: Arc::clone(&wire.inbox),
                replies: wire.outbox.downgrade(),
                noise: Arc::clone(&wire.noise),
                said: wire.running.said.clone(),
                gone: wire.running.gone.clone(),
                status: Arc::clone(&wire.running.status),
            }
            .read(started.stdout),
        );
        Ok(wire)
    }

    pub(super) async fn request(&self, request: Request<'_>) -> Result<Box<RawValue>, Fault> {
        let mut waiter = self.pending.begin()?;
        let id = waiter.id;
        let _following = self.inbox.follow(id, &request.listener);
        let line = message::request(id, request.method, &request.params_for(id));
        self.send(line, request.deadline).await?;
        let mut cancels = Cancels {
            outbox: &self.outbox,
            id: Some(id).filter(|_| request.can_be_cancelled()),
        };
        let answer: Answer = waiter.wait(request.deadline).await.inspect_err(|fault| {
            if !matches!(fault, Fault::TimedOut) {
                cancels.id = None;
            }
        })?;
        cancels.id = None;
        answer.map_err(|error| self.way.fault(error, &request.hops))
    }

    pub(super) async fn notify(&self, method: &str, deadline: Deadline) -> Result<(), Fault> {
        self.send(message::notification(method, None), deadline)
            .await
    }

    async fn send(&self, line: String, deadline: Deadline) -> Result<(), Fault> {
        match timeout_at(deadline.at().into(), self.outbox.send(line)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.pending.over().unwrap_or(Fault::Ended(String::new()))),
            Err(_) => Err(Fault::TimedOut),
        }
    }

    pub(super) fn over(&self) -> Option<Fault> {
        self.pending.over()
    }

    /// The last of what it wrote to standard error.
    pub(super) fn said(&self) -> String {
        self.running.said.text()
    }

    pub(super) const fn group(&self) -> Option<child::Group> {
        self.running.group
    }

    pub(super) fn kill(&self) {
        self.running.kill();
    }

    pub(super) fn noise(&self) -> u64 {
        self.noise.load(Ordering::Relaxed)
    }

    /// Ends the process and all it has started.
    pub(super) async fn end(&self) {
        self.pending
            .end(&Fault::Ended(": it was not needed any more".to_owned()));
        self.running.end();
        self.running.gone.cancelled().await;
    }
}

/// Takes a request back when nobody waits for it any more.
struct Cancels<'a> {
    outbox: &'a mpsc::Sender<String>,
    id: Option<u64>,
}

impl Drop for Cancels<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            // A process that reads nothing hears of nothing.
            let _ = self.outbox.try_send(message::cancelled(id));
        }
    }
}

/// Closes the input of the process when it is to end.
async fn write(
    mut stdin: ChildStdin,
    mut messages: mpsc::Receiver<String>,
    ending: CancellationToken,
) {
    let writing = async {
        while let Some(mut line) = messages.recv().await {
            line.push('\n');
            if stdin.write_all(line.as_bytes()).await.is_err() || stdin.flush().await.is_err() {
                return;
            }
        }
    };
    ending.run_until_cancelled(writing).await;
}

const MOMENT: Duration = Duration::from_millis(200);

struct Reader {
    pending: Arc<Pending>,
    inbox: Arc<Inbox>,
    replies: mpsc::WeakSender<String>,
    noise: Arc<AtomicU64>,
    said: Said,
    gone: CancellationToken,
    status: Arc<OnceLock<String>>,
}

impl Reader {
    async fn read(self, mut stdout: ChildStdout) {
        let (mut lines, mut piece) = (Lines::new(MAX_LINE), vec![0; 64 * 1024]);
        while let Some(read) = read_some(&mut stdout, &mut piece).await {
            for line in lines.read(&piece[..read]) {
                self.line(&line);
            }
        }
        // It has closed its output; how it ended is known a moment later, if it does end.
        let _ = timeout(MOMENT, self.gone.cancelled()).await;
        let status = self.status.get().map(|status| format!(" ({status})"));
        let said = self
            .said
            .last_line()
            .map(|line| format!("; the last that it said: {line}"));
        let told = [status, said].into_iter().flatten().collect();
        self.pending.end(&Fault::Ended(told));
    }

    fn line(&self, line: &Line) {
        match line {
            Line::Whole(line) if line.iter().all(u8::is_ascii_whitespace) => {}
            Line::Whole(line) => match Message::read(line) {
                Some(message) => self.message(&message),
                None => {
                    self.noise.fetch_add(1, Ordering::Relaxed);
                }
            },
            Line::TooLong { beginning } => match id_in(beginning) {
                Some(id) => {
                    let fault = Fault::TooLarge(MAX_LINE as u64);
                    self.pending.answer(id, Err(fault));
                }
                None => {
                    self.noise.fetch_add(1, Ordering::Relaxed);
                }
            },
        }
    }

    fn message(&self, message: &Message<'_>) {
        if let Some((id, answer)) = message.answer() {
            self.pending.answer(id, Ok(answer));
        } else if let Some(reply) = self.inbox.relay(message, None) {
            let replies = self.replies.clone();
            tokio::spawn(async move {
                let reply = reply.await;
                if let Some(replies) = replies.upgrade() {
                    let _ = replies.send(reply).await;
                }
            });
        } else if let Some(reply) = message.reply() {
            if let Some(replies) = self.replies.upgrade() {
                let _ = replies.try_send(reply);
            }
        } else {
            self.inbox.hear(message);
        }
    }
}

/// Of a message that is too long to be read: its id, where it comes first, as servers write it.
fn id_in(beginning: &[u8]) -> Option<u64> {
    let beginning = String::from_utf8_lossy(beginning);
    let head = beginning
        .split_once("\"result\"")
        .map_or(&*beginning, |(head, _)| head);
    let after = head
        .split_once("\"id\"")?
        .1
        .trim_start()
        .strip_prefix(':')?;
    let digits: String = after
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}
