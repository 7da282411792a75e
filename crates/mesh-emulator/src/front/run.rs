use std::io::Error;
use std::sync::Arc;

use http::Response;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::front::Mode;
use crate::front::answer::{self, Body};
use crate::front::pool::Pool;
use crate::{Invocation, Options, Outcome, Payload};

/// Runs an event to its end, and sends the answer as soon as there is one.
pub(super) async fn invocation(
    pool: Arc<Pool>,
    payload: Payload,
    options: Options,
    mode: Mode,
    sender: oneshot::Sender<Response<Body>>,
) {
    let lease = match pool.lease().await {
        Ok(lease) => lease,
        Err(error) => {
            report(&format!("no environment: {error}"));
            let _ = sender.send(answer::bad_gateway());
            return;
        }
    };
    let invocation = lease.function.begin(payload, &options);
    let outcome = match mode {
        Mode::Buffered => buffered(invocation, sender).await,
        Mode::Streaming => streaming(invocation, sender).await,
    };
    match outcome {
        Outcome::TimedOut | Outcome::Exited(_) => drop(lease),
        _ => pool.give_back(lease),
    }
}

async fn buffered(invocation: Invocation, sender: oneshot::Sender<Response<Body>>) -> Outcome {
    let request_id = invocation.request_id().to_owned();
    let outcome = invocation.outcome().await;
    if matches!(&outcome, Outcome::Answered(reply) if reply.streamed) {
        report(
            "the function streams, its URL is buffered: on Lambda the client would see the head in the body",
        );
    }
    // A client that went away has no use for it.
    let _ = sender.send(whole(&outcome, &request_id));
    outcome
}

async fn streaming(mut invocation: Invocation, sender: oneshot::Sender<Response<Body>>) -> Outcome {
    let request_id = invocation.request_id().to_owned();
    let Some(head) = invocation.head().await.cloned() else {
        let outcome = invocation.outcome().await;
        let _ = sender.send(whole(&outcome, &request_id));
        return outcome;
    };
    let (chunks, body) = unbounded_channel();
    let _ = sender.send(answer::streamed(&head, body, &request_id));
    while let Some(chunk) = invocation.chunk().await {
        let _ = chunks.send(Ok(chunk.bytes));
    }
    let outcome = invocation.outcome().await;
    break_off(&outcome, &chunks);
    outcome
}

/// A stream that did not end well must not look as if it had.
fn break_off(outcome: &Outcome, chunks: &UnboundedSender<Result<bytes::Bytes, Error>>) {
    let broken = match outcome {
        Outcome::Answered(reply) => reply.broken.as_ref().map(|failure| format!("{failure:?}")),
        other => Some(format!("{other:?}")),
    };
    if let Some(reason) = broken {
        report(&format!("a stream broke off: {reason}"));
        let _ = chunks.send(Err(Error::other(reason)));
    }
}

fn whole(outcome: &Outcome, request_id: &str) -> Response<Body> {
    match outcome {
        Outcome::Answered(reply) => answer::buffered(reply, request_id),
        other => {
            report(&format!("502: {other:?}"));
            answer::bad_gateway()
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "what AWS hides from a client, one who tests must not miss"
)]
fn report(text: &str) {
    eprintln!("function-url: {text}");
}
