use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::within;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("text"))
    }
}

/// What is done with a request.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    Serving,
    Hanging,
    Answering(u16, String),
    /// The connection ends without an answer.
    Resetting,
    /// The answer promises more than it sends.
    BreakingOff,
}

type Serve = dyn Fn(&Seen) -> (u16, Bytes) + Send + Sync;

struct State {
    serve: Box<Serve>,
    /// For the next requests, one each.
    next: VecDeque<Mode>,
    then: Mode,
}

/// A server of HTTP/1.1 on a loopback port, that remembers what it was asked and fails as it is told.
#[derive(Clone)]
pub(crate) struct Fake {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    seen: Arc<watch::Sender<Vec<Seen>>>,
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").finish_non_exhaustive()
    }
}

/// A port that nobody listens at.
pub(crate) async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("bound")
}

impl Fake {
    pub(crate) async fn serving(
        serve: impl Fn(&Seen) -> (u16, Bytes) + Send + Sync + 'static,
    ) -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address"), serve).await
    }

    pub(crate) async fn at(
        address: SocketAddr,
        serve: impl Fn(&Seen) -> (u16, Bytes) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let fake = Self {
            address: listener.local_addr().expect("bound"),
            state: Arc::new(Mutex::new(State {
                serve: Box::new(serve),
                next: VecDeque::new(),
                then: Mode::Serving,
            })),
            seen: Arc::new(watch::Sender::new(Vec::new())),
        };
        tokio::spawn(fake.clone().accept(listener));
        fake
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on.
    pub(crate) fn does(&self, mode: Mode) {
        let mut state = self.state.lock().expect("unpoisoned");
        state.next.clear();
        state.then = mode;
    }

    /// With the next request only; with those after it, what it did before.
    pub(crate) fn does_once(&self, mode: Mode) {
        self.state.lock().expect("unpoisoned").next.push_back(mode);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// Waits until it has been asked so often.
    pub(crate) async fn until_asked(&self, times: usize) {
        let mut seen = self.seen.subscribe();
        within(seen.wait_for(|seen| seen.len() >= times))
            .await
            .expect("the sender is ours");
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(self.clone().converse(connection));
        }
    }

    async fn converse(self, connection: TcpStream) {
        let service = service_fn(|request| {
            let fake = self.clone();
            async move { fake.answer(request).await }
        });
        // A connection that ends in an error is what some modes are for.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(connection), service)
            .await;
    }

    async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<UnsyncBoxBody<Bytes, Broken>>, Broken> {
        let (head, body) = request.into_parts();
        let seen = Seen {
            path: head.uri.path().to_owned(),
            headers: head.headers,
            body: body.collect().await.map_err(|_| Broken)?.to_bytes(),
        };
        self.seen.send_modify(|all| all.push(seen.clone()));
        match self.mode() {
            Mode::Serving => {
                let state = self.state.lock().expect("unpoisoned");
                let (status, body) = (state.serve)(&seen);
                Ok(whole(status, body))
            }
            Mode::Answering(status, body) => Ok(whole(status, body.into())),
            Mode::Hanging => pending().await,
            Mode::Resetting => Err(Broken),
            Mode::BreakingOff => Ok(begun()),
        }
    }

    fn mode(&self) -> Mode {
        let mut state = self.state.lock().expect("unpoisoned");
        state.next.pop_front().unwrap_or_else(|| state.then.clone())
    }
}

#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("as told")
    }
}

impl std::error::Error for Broken {}

fn never(error: Infallible) -> Broken {
    match error {}
}

fn whole(status: u16, body: Bytes) -> Response<UnsyncBoxBody<Bytes, Broken>> {
    let mut response = Response::new(Full::new(body).map_err(never).boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response
}

fn begun() -> Response<UnsyncBoxBody<Bytes, Broken>> {
    let frames = [Ok(Frame::data(Bytes::from_static(b"begun"))), Err(Broken)];
    let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert("content-length", 1_000.into());
    response
}
