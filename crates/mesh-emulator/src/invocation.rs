use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;

use crate::exchange::{Exchange, Order, Progress};
pub use crate::invocation::options::{Deadline, Options};
use crate::reply::{Chunk, Head, Reply};
use crate::{Failure, Payload};

mod identifier;
mod options;

/// The time the environment gets after its process is gone to have its last words read.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What became of an invocation.
#[derive(Debug)]
pub enum Outcome {
    Answered(Reply),
    /// The function reported an error; a Function URL answers 502.
    Failed(Failure),
    /// The answer is none that a Function URL understands; it answers 502.
    Malformed(Failure),
    /// The process ended before it answered.
    Exited(ExitStatus),
    TimedOut,
}

/// An event that has been offered, to be followed step by step.
#[derive(Debug)]
pub struct Invocation {
    request_id: String,
    exchange: Arc<Exchange>,
    progress: UnboundedReceiver<Progress>,
    exit: watch::Receiver<Option<ExitStatus>>,
    until: Instant,
    given: Instant,
    /// What sent the event waits for a whole answer.
    is_buffered: bool,
    streaming: Option<Head>,
    ended: Option<Outcome>,
}

impl Outcome {
    /// The reply, or the outcome that is none.
    ///
    /// # Errors
    /// The outcome, where it is no reply.
    pub fn into_reply(self) -> Result<Reply, Box<Self>> {
        match self {
            Self::Answered(reply) => Ok(reply),
            other => Err(Box::new(other)),
        }
    }
}

impl Invocation {
    pub(crate) fn offer(
        exchange: &Arc<Exchange>,
        exit: watch::Receiver<Option<ExitStatus>>,
        payload: Payload,
        options: &Options,
    ) -> Self {
        let request_id = options
            .request_id
            .clone()
            .unwrap_or_else(identifier::request);
        let (sender, progress) = unbounded_channel();
        let now = Instant::now();
        let invocation = Self {
            request_id: request_id.clone(),
            exchange: Arc::clone(exchange),
            progress,
            exit,
            until: now + options.timeout(),
            given: now,
            is_buffered: payload.is_of_a_buffered_door(),
            streaming: None,
            ended: None,
        };
        exchange.offer(Order {
            headers: options.headers(&request_id),
            request_id,
            event: payload.0,
            progress: sender,
        });
        invocation
    }

    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The status and headers of a streamed reply, as soon as they are there; `None` where there is no stream to follow:
    /// [`Self::outcome`] tells what there is.
    pub async fn head(&mut self) -> Option<&Head> {
        while self.streaming.is_none() && self.ended.is_none() {
            self.step().await;
        }
        self.streaming.as_ref()
    }

    /// The next piece of a streamed body, or `None` at its end.
    pub async fn chunk(&mut self) -> Option<Chunk> {
        self.head().await?;
        while self.ended.is_none() {
            if let Some(chunk) = self.step().await {
                return Some(chunk);
            }
        }
        None
    }

    /// The end of it. A streamed body holds the pieces that [`Self::chunk`] has not taken.
    pub async fn outcome(mut self) -> Outcome {
        let mut chunks = Vec::new();
        loop {
            match self.ended.take() {
                Some(Outcome::Answered(reply)) => return Outcome::Answered(reply.with(chunks)),
                Some(outcome) => return outcome,
                None => chunks.extend(self.step().await),
            }
        }
    }

    async fn step(&mut self) -> Option<Chunk> {
        match self.progress().await {
            Ok(progress) => self.apply(progress),
            Err(outcome) => {
                self.ended = Some(outcome);
                None
            }
        }
    }

    fn apply(&mut self, progress: Progress) -> Option<Chunk> {
        match progress {
            Progress::Given(at) => self.given = at,
            Progress::Buffered(at, payload) => {
                self.ended = Some(Reply::buffered(&payload, at - self.given).into())
            }
            Progress::Head(..) if self.is_buffered => {
                self.ended = Some(Outcome::Malformed(Failure::streamed()));
            }
            Progress::Head(at, head) => match Head::streamed(head.as_deref(), at - self.given) {
                Ok(head) => self.streaming = Some(head),
                Err(failure) => self.ended = Some(Outcome::Malformed(failure)),
            },
            Progress::Chunk(at, bytes) => {
                return Some(Chunk {
                    after: at - self.given,
                    bytes,
                });
            }
            Progress::End(at, broken) => {
                let head = self.streaming.clone().unwrap_or_default();
                self.ended = Some(Outcome::Answered(Reply::streamed(
                    head,
                    at - self.given,
                    broken,
                )));
            }
            Progress::Failed(failure) => self.ended = Some(Outcome::Failed(failure)),
        }
        None
    }

    async fn progress(&mut self) -> Result<Progress, Outcome> {
        let until = tokio::time::Instant::from_std(self.until);
        tokio::select! {
            biased;
            Some(progress) = self.progress.recv() => Ok(progress),
            status = gone(&mut self.exit) => self.last_words(status).await,
            () = tokio::time::sleep_until(until) => Err(Outcome::TimedOut),
        }
    }

    /// What the process had sent before it ended still counts: its connections are read to their end first.
    async fn last_words(&mut self, status: ExitStatus) -> Result<Progress, Outcome> {
        let mut connections = self.exchange.connections.subscribe();
        let _ = tokio::time::timeout(LAST_WORDS, connections.wait_for(|open| *open == 0)).await;
        self.progress
            .try_recv()
            .map_err(|_| Outcome::Exited(status))
    }
}

impl Drop for Invocation {
    fn drop(&mut self) {
        self.exchange.withdraw(&self.request_id);
    }
}

impl From<Result<Reply, Failure>> for Outcome {
    fn from(reply: Result<Reply, Failure>) -> Self {
        reply.map_or_else(Self::Malformed, Self::Answered)
    }
}

/// Completes when the process has ended.
pub(crate) async fn gone(exit: &mut watch::Receiver<Option<ExitStatus>>) -> ExitStatus {
    match exit.wait_for(Option::is_some).await.map(|status| *status) {
        Ok(Some(status)) => status,
        // Nobody watches the process any more: only while its owner is dropped.
        _ => std::future::pending().await,
    }
}
