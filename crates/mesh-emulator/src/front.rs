//! A Function URL on a local port: HTTP in, events through a pool of environments, HTTP out.

mod answer;
mod fault;
mod guard;
mod pool;
mod run;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::front::answer::{Body, message};
pub use crate::front::fault::Fault;
pub use crate::front::guard::Guard;
use crate::front::pool::Pool;
use crate::{Authorizer, Bootstrap, Deadline, Environment, Event, Options, Payload};

/// What Lambda takes of an event, whose body may be base64 and is JSON text.
const EVENT_BYTES: usize = 6_291_456;
/// What is read of a body only to refuse it politely.
const READ_BYTES: usize = 64 << 20;

/// A Function URL before one function.
#[derive(Debug)]
pub struct Front {
    pool: Arc<Pool>,
    guard: Guard,
    mode: Mode,
    timeout: Duration,
    trace_id: Option<String>,
    fault: Option<Fault>,
}

/// The invoke mode of the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Buffered,
    Streaming,
}

impl Front {
    /// At most `environments` processes, each started when a request finds none idle; more requests wait.
    pub fn new(bootstrap: Bootstrap, environment: Environment, environments: usize) -> Self {
        Self {
            pool: Arc::new(Pool::new(bootstrap, environment, environments)),
            guard: Guard::Open,
            mode: Mode::Buffered,
            timeout: Duration::from_secs(30),
            trace_id: None,
            fault: None,
        }
    }

    #[must_use]
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }

    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// The function's timeout: what is not answered by then is a 502, and its process is ended.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The X-Ray header of every event. Default: a fresh one each.
    #[must_use]
    pub fn trace_id(mut self, trace_id: Option<String>) -> Self {
        self.trace_id = trace_id;
        self
    }

    #[must_use]
    pub fn fault(mut self, fault: Option<Fault>) -> Self {
        self.fault = fault;
        self
    }

    /// Serves until the future is dropped or the listener fails.
    ///
    /// # Errors
    /// Where the listener fails.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let front = Arc::new(self);
        loop {
            let (stream, peer) = listener.accept().await?;
            tokio::spawn(Arc::clone(&front).connection(stream, peer));
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let calls = service_fn(|request| {
            let front = Arc::clone(&self);
            async move { Ok::<_, Infallible>(front.answer(request, peer).await) }
        });
        // A client that goes away is not our affair.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), calls)
            .await;
    }

    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, READ_BYTES).collect().await else {
            return too_large();
        };
        let body = body.to_bytes();
        let authorizer = match self.guard.admit(&parts, &body, self.fault) {
            Ok(authorizer) => authorizer,
            Err(refusal) => return refusal.into_response(),
        };
        if let Some(response) = self.fault.and_then(Fault::answer) {
            return response;
        }
        let payload = Payload::from(&event(&parts, body, peer, authorizer));
        if payload.0.len() > EVENT_BYTES {
            return too_large();
        }
        self.invoke(payload).await
    }

    /// A client that goes away does not stop the function: the invocation lives in a task of its own.
    async fn invoke(&self, payload: Payload) -> Response<Body> {
        let (sender, receiver) = oneshot::channel();
        let options = Options {
            trace_id: self.trace_id.clone(),
            ..Options::deadline(Deadline::In(self.timeout))
        };
        tokio::spawn(run::invocation(
            Arc::clone(&self.pool),
            payload,
            options,
            self.mode,
            sender,
        ));
        receiver.await.unwrap_or_else(|_| answer::bad_gateway())
    }
}

fn event(parts: &Parts, body: Bytes, peer: SocketAddr, authorizer: Option<Authorizer>) -> Event {
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let event = Event::function_url(parts.method.clone(), target)
        .source_ip(peer.ip().to_string())
        .all_headers(&parts.headers)
        .body(body);
    match authorizer {
        Some(authorizer) => event.authorizer(authorizer),
        None => event,
    }
}

fn too_large() -> Response<Body> {
    let text = format!(
        "Request must be smaller than {EVENT_BYTES} bytes for the InvokeFunction operation"
    );
    message(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestTooLargeException",
        "Message",
        &text,
    )
}
