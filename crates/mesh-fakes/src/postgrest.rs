//! PostgREST: tables that keep what is written, and answers that it was told to give. What it was told nothing of is not there.

mod table;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures::stream;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use table::Table;

/// A server on loopback that lives as long as the runtime it was started on.
#[derive(Clone, Debug)]
pub struct PostgRest {
    url: String,
    state: Arc<Mutex<Told>>,
}

#[derive(Debug, Default)]
struct Told {
    answers: HashMap<String, Vec<Answer>>,
    tables: HashMap<String, Table>,
    /// How many writes are still taken.
    writes_left: Option<(usize, Answer)>,
    requests: Vec<Asked>,
    latency: Option<Duration>,
}

impl Told {
    fn table(&mut self, name: &str) -> &mut Table {
        let path = format!("/rest/v1/{name}");
        self.tables.get_mut(&path).expect("the table is there")
    }
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

    /// Whether it is to change something.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.method != "GET"
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
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

    /// A table that keeps what is written to it, by this key; it has an `id` beside.
    pub fn table(&self, name: &str, key: &[&str]) {
        let path = format!("/rest/v1/{name}");
        self.told(|told| told.tables.insert(path, Table::new(key)));
    }

    /// A row that was in the table before.
    ///
    /// # Panics
    /// Where there is no such table.
    pub fn put(&self, table: &str, row: Map<String, Value>) {
        self.told(|told| told.table(table).insert(row));
    }

    /// The table refuses rows with this value in this column, with this code and message.
    ///
    /// # Panics
    /// Where there is no such table.
    pub fn refuse(
        &self,
        table: &str,
        column: &str,
        value: &str,
        fault: (&'static str, &'static str),
    ) {
        let wrong = (column.to_owned(), Value::from(value), fault);
        self.told(|told| told.table(table).refused = Some(wrong));
    }

    /// What a table holds, in the order in which it came.
    ///
    /// # Panics
    /// Where there is no such table.
    #[must_use]
    pub fn rows(&self, table: &str) -> Vec<Map<String, Value>> {
        self.told(|told| told.table(table).rows.clone())
    }

    /// From now on only so many writes to tables are taken, and each that follows is answered with this.
    pub fn after_writes(&self, writes: usize, answer: Answer) {
        self.told(|told| told.writes_left = Some((writes, answer)));
    }

    /// All writes are taken again.
    pub fn take_writes(&self) {
        self.told(|told| told.writes_left = None);
    }

    /// From now on each answer takes so long.
    pub fn delay(&self, latency: Duration) {
        self.told(|told| told.latency = Some(latency));
    }

    /// What has come, in its order.
    #[must_use]
    pub fn requests(&self) -> Vec<Asked> {
        self.told(|told| told.requests.clone())
    }

    fn next(&self, asked: &Asked) -> Answer {
        self.told(|told| {
            told.requests.push(asked.clone());
            if let Some(table) = told.tables.get_mut(&asked.path) {
                match &mut told.writes_left {
                    Some((0, answer)) if asked.is_write() => return answer.clone(),
                    Some((left, _)) if asked.is_write() => *left -= 1,
                    _ => {}
                }
                return table.answer(asked);
            }
            match told.answers.get_mut(&asked.path) {
                Some(answers) if answers.len() > 1 => answers.remove(0),
                Some(answers) => answers[0].clone(),
                None => unknown(&asked.path),
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
    let answer = fake.next(&asked(request).await);
    if let Some(latency) = fake.told(|told| told.latency) {
        tokio::time::sleep(latency).await;
    }
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
