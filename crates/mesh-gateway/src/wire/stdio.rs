//! A message a line, over the standard input and output of a process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use mesh_core::Deadline;
use serde_json::value::RawValue;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc;
use tokio::time::{timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::Request;
use super::aside::Cancels;
use super::child::{self, Launch, MOMENT, Output, Running, StderrTail};
use super::lines::{Line, Lines};
use crate::fault::Fault;
use crate::here::Way;
use crate::inbox::Inbox;
use crate::message::{self, Message};
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
        let _following = self.inbox.follow(id, request.listener, request.kept);
        let line = message::request(id, request.method, &request.params_for(id));
        self.send(line, request.deadline).await?;
        let mut cancels = Cancels::new(&request, id, |cancelled| {
            // A process that reads nothing hears of nothing.
            let _ = self.outbox.try_send(cancelled);
        });
        let answer = waiter.wait(request.deadline).await;
        cancels.unless_late(&answer);
        answer?.map_err(|error| self.way.fault(error, &request.hops))
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
        self.pending.end(&Fault::not_needed());
        self.running.end();
        self.running.gone.cancelled().await;
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

struct Reader {
    pending: Arc<Pending>,
    inbox: Arc<Inbox>,
    replies: mpsc::WeakSender<String>,
    noise: Arc<AtomicU64>,
    said: StderrTail,
    gone: CancellationToken,
    status: Arc<OnceLock<String>>,
}

impl Reader {
    async fn read(self, stdout: ChildStdout) {
        let mut stdout = Output::new(stdout, self.gone.clone());
        let (mut lines, mut piece) = (Lines::new(MAX_LINE), vec![0; 64 * 1024]);
        while let Some(read) = stdout.read_some(&mut piece).await {
            for line in lines.read(&piece[..read]) {
                self.line(&line);
            }
        }
        // Where it has closed its output, how it ended is known a moment later, if it does end.
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
            Line::TooLong { beginning, end } => match answered(beginning, end) {
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

/// Of a message that is too long to be read: the request that it answers, whose id servers write first or last.
fn answered(beginning: &[u8], end: &[u8]) -> Option<u64> {
    let (beginning, end) = (
        String::from_utf8_lossy(beginning),
        String::from_utf8_lossy(end),
    );
    let body = ["\"result\"", "\"error\"", "\"params\""];
    let at = body.iter().filter_map(|body| beginning.find(body)).min()?;
    let head = &beginning[..at];
    if head.contains("\"method\"") || beginning[at..].starts_with("\"params\"") {
        return None;
    }
    first_id(head).or_else(|| last_id(&end))
}

fn first_id(head: &str) -> Option<u64> {
    let after = head.split_once("\"id\"")?.1.trim_start();
    let number = after.strip_prefix(':')?.trim_start();
    let digits = number.find(|c: char| !c.is_ascii_digit())?;
    number[..digits].parse().ok()
}

fn last_id(end: &str) -> Option<u64> {
    let number = end.trim_end().strip_suffix('}')?.trim_end();
    let before = number.trim_end_matches(|c: char| c.is_ascii_digit());
    let id = number[before.len()..].parse().ok()?;
    let name = before.trim_end().strip_suffix(':')?.trim_end();
    name.ends_with("\"id\"").then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_answer_is_known_by_its_id_at_either_end() {
        let check = |beginning: &str, end: &str, expected: Option<u64>| {
            let known = answered(beginning.as_bytes(), end.as_bytes());
            assert_eq!(known, expected, "{beginning} … {end}");
        };
        let text = r#"{"content":[{"type":"text","text":"x"#;
        check(
            &format!(r#"{{"jsonrpc":"2.0","id":7,"result":{text}"#),
            r#"x"}]}}"#,
            Some(7),
        );
        check(
            &format!(r#"{{ "id" : 7 , "jsonrpc" : "2.0" , "error" : {text}"#),
            "x\"}]} }\r",
            Some(7),
        );
        check(
            &format!(r#"{{"result":{text}"#),
            r#"x"}]},"jsonrpc":"2.0","id":7}"#,
            Some(7),
        );
        check(
            &format!(r#"{{"jsonrpc":"2.0","result":{text}"#),
            "x\"}]} , \"id\" : 7 }\r",
            Some(7),
        );
        // An id of something else, and requests of its own.
        check(
            r#"{"jsonrpc":"2.0","error":{"data":{"id":3,"text":"x"#,
            r#"x"}},"id":7}"#,
            Some(7),
        );
        check(
            r#"{"jsonrpc":"2.0","result":{"text":"x"#,
            r#"x","id":7}}"#,
            None,
        );
        check(
            r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"id":7,"text":"x"#,
            r#"x"}}"#,
            None,
        );
        check(
            r#"{"method":"roots/list","params":{"text":"x"#,
            r#"x"},"id":7}"#,
            None,
        );
        check("xxx", "xxx", None);
    }
}
