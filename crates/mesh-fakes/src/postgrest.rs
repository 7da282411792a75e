//! PostgREST, answering as it was told to; what it was not told of is not there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures::stream;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A server on loopback that lives as long as the runtime it was started on.
#[derive(Clone, Debug)]
pub struct PostgRest {
    url: String,
    state: Arc<Mutex<Told>>,
}

#[derive(Debug, Default)]
struct Told {
    answers: HashMap<String, Vec<Answer>>,
    requests: Vec<Asked>,
}

/// A request that has come.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// Decoded, in their order.
    pub query: Vec<(String, String)>,
    /// Their names in lower case.
    pub headers: HashMap<String, String>,
    pub body: Bytes,
}

impl Asked {
    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What a request is answered with.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Whole,
    CutOff,
    Never,
}

impl Answer {
    #[must_use]
    pub fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    /// PostgREST's own words for a fault.
    #[must_use]
    pub fn fault(status: u16, code: &str, message: &str) -> Self {
        let details = Value::Null;
        let hint = "a hint that may quote what was sent";
        let fault = json!({"code": code, "message": message, "details": details, "hint": hint});
        Self::json(status, &fault)
    }

    #[must_use]
    pub fn text(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
            end: End::Whole,
        }
    }

    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same, but the connection breaks after the body.
    #[must_use]
    pub fn cut_off(mut self) -> Self {
        self.end = End::CutOff;
        self
    }

    /// Nothing, for ever.
    #[must_use]
    pub fn never() -> Self {
        Self {
            end: End::Never,
            ..Self::text(200, "application/json", "")
        }
    }
}

impl PostgRest {
    /// # Panics
    /// Where loopback has no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let fake = Self {
            url: format!("http://{address}"),
            state: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// The project's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What is answered at `/rest/v1/` and this: one to each request, and the last to all that follow.
    ///
    /// # Panics
    /// Where there is none.
    pub fn answer(&self, below: &str, answers: impl IntoIterator<Item = Answer>) {
        let path = format!("/rest/v1/{below}");
        let answers: Vec<_> = answers.into_iter().collect();
        assert!(!answers.is_empty(), "it is told no answer");
        self.told(|told| told.answers.insert(path, answers));
    }

    /// What has come, in its order.
    #[must_use]
    pub fn requests(&self) -> Vec<Asked> {
        self.told(|told| told.requests.clone())
    }

    fn next(&self, asked: Asked) -> Answer {
        self.told(|told| {
            let path = asked.path.clone();
            told.requests.push(asked);
            match told.answers.get_mut(&path) {
                Some(answers) if answers.len() > 1 => answers.remove(0),
                Some(answers) => answers[0].clone(),
                None => unknown(&path),
            }
        })
    }

    fn told<T>(&self, read: impl FnOnce(&mut Told) -> T) -> T {
        read(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn unknown(path: &str) -> Answer {
    let name = path.rsplit('/').next().unwrap_or_default();
    let (code, kind) = match path.contains("/rpc/") {
        true => ("PGRST202", "function"),
        false => ("PGRST205", "table"),
    };
    let message = format!("Could not find the {kind} public.{name} in the schema cache");
    Answer::fault(404, code, &message)
}

async fn answer(State(fake): State<PostgRest>, request: Request) -> Response {
    let answer = fake.next(asked(request).await);
    if matches!(answer.end, End::Never) {
        std::future::pending::<()>().await;
    }
    let broken = std::io::Error::other("told to break off");
    let body = match answer.end {
        End::CutOff => Body::from_stream(stream::iter([Ok(answer.body), Err(broken)])),
        End::Whole | End::Never => Body::from(answer.body),
    };
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(body).expect("headers that a test wrote")
}

async fn asked(request: Request) -> Asked {
    let (head, body) = request.into_parts();
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let query = head.uri.query().unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Asked {
        method: head.method.to_string(),
        path: decoded(head.uri.path()),
        query: pairs
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        body: to_bytes(body, usize::MAX).await.unwrap_or_default(),
    }
}
