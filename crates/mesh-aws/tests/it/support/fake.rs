//! A server of HTTP/1.1 on a loopback port, that remembers what it was asked and fails as it is told.

use std::convert::Infallible;
use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    /// Path and query, as sent.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("text"))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    /// With a header more.
    #[cfg(feature = "operate")]
    pub(crate) fn saying(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers
            .insert(name, http::HeaderValue::from_static(value));
        self
    }
}

#[derive(Clone, Debug)]
enum Mode {
    Serving,
    Hanging,
    Answering(Reply),
    /// The connection ends without an answer.
    Resetting,
    /// The answer promises more than it sends.
    BreakingOff(Bytes),
}

struct State {
    serve: Box<dyn Fn(&Seen) -> Reply + Send + Sync>,
    /// What to do with the next requests; the last holds for all after it.
    modes: Vec<Mode>,
    seen: Vec<Seen>,
    connections: usize,
}

#[derive(Clone)]
pub(crate) struct Fake {
    address: String,
    state: Arc<Mutex<State>>,
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").finish_non_exhaustive()
    }
}

impl Fake {
    pub(crate) async fn serving(serve: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let fake = Self {
            address: format!("http://{}", listener.local_addr().expect("bound")),
            state: Arc::new(Mutex::new(State {
                serve: Box::new(serve),
                modes: vec![Mode::Serving],
                seen: Vec::new(),
                connections: 0,
            })),
        };
        tokio::spawn(fake.clone().accept(listener));
        fake
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn hanging(self) -> Self {
        self.doing(vec![Mode::Hanging])
    }

    pub(crate) fn answering(self, status: u16, body: &str) -> Self {
        self.answering_so(Reply::new(status, body.to_owned()))
    }

    pub(crate) fn answering_so(self, reply: Reply) -> Self {
        self.doing(vec![Mode::Answering(reply)])
    }

    /// Answers so once, and serves from then on.
    pub(crate) fn answering_once(self, status: u16, body: &str) -> Self {
        let reply = Reply::new(status, body.to_owned());
        self.doing(vec![Mode::Answering(reply), Mode::Serving])
    }

    pub(crate) fn resetting(self) -> Self {
        self.doing(vec![Mode::Resetting])
    }

    /// Loses one answer, and serves from then on.
    #[cfg(feature = "dynamodb")]
    pub(crate) fn resetting_once(self) -> Self {
        self.doing(vec![Mode::Resetting, Mode::Serving])
    }

    pub(crate) fn breaking_off_after(self, body: &'static str) -> Self {
        self.doing(vec![Mode::BreakingOff(Bytes::from_static(body.as_bytes()))])
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().expect("unpoisoned").seen.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.lock().expect("unpoisoned").connections
    }

    fn doing(self, modes: Vec<Mode>) -> Self {
        self.state.lock().expect("unpoisoned").modes = modes;
        self
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((connection, _)) = listener.accept().await {
            self.state.lock().expect("unpoisoned").connections += 1;
            tokio::spawn(self.clone().converse(connection));
        }
    }

    async fn converse(self, connection: TcpStream) {
        let service = service_fn(|request| {
            let fake = self.clone();
            async move { fake.answer(request).await }
        });
        // A connection that ends in an error is what some modes are for.
        drop(
            http1::Builder::new()
                .serve_connection(TokioIo::new(connection), service)
                .await,
        );
    }

    async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<UnsyncBoxBody<Bytes, Broken>>, Broken> {
        let (head, body) = request.into_parts();
        let seen = Seen {
            method: head.method,
            target: head.uri.to_string(),
            headers: head.headers,
            body: body.collect().await.expect("a whole request").to_bytes(),
        };
        match self.next(&seen) {
            Mode::Serving => {
                let state = self.state.lock().expect("unpoisoned");
                Ok(response((state.serve)(&seen)))
            }
            Mode::Answering(reply) => Ok(response(reply)),
            Mode::Hanging => pending().await,
            Mode::Resetting => Err(Broken),
            Mode::BreakingOff(begun) => Ok(begun_only(begun)),
        }
    }

    fn next(&self, seen: &Seen) -> Mode {
        let mut state = self.state.lock().expect("unpoisoned");
        state.seen.push(seen.clone());
        if state.modes.len() > 1 {
            state.modes.remove(0)
        } else {
            state.modes[0].clone()
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("as told")]
struct Broken;

fn never(error: Infallible) -> Broken {
    match error {}
}

fn response(reply: Reply) -> Response<UnsyncBoxBody<Bytes, Broken>> {
    let body = Full::new(reply.body).map_err(never).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

fn begun_only(begun: Bytes) -> Response<UnsyncBoxBody<Bytes, Broken>> {
    let promised = begun.len() + 1_000;
    let frames = [Ok(Frame::data(begun)), Err(Broken)];
    let stream = tokio_stream::iter(frames);
    let body = StreamBody::new(stream).boxed_unsync();
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert("content-length", promised.into());
    response
}
