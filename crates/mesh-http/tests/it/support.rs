use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, Roots};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A server that gives these answers, one to each request, the last of them to all that follow. It closes each connection
/// after its answer; an empty answer is none.
#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) url: String,
    answers: Arc<Mutex<Vec<&'static str>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    pub(crate) async fn answering(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let fake = Self {
            url: format!("http://{}/", listener.local_addr().expect("bound")),
            answers: Arc::new(Mutex::new(answers.to_vec())),
            seen: Arc::default(),
        };
        tokio::spawn(fake.clone().accept(listener));
        fake
    }

    /// The first line of each request.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("unpoisoned").clone()
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((connection, _)) = listener.accept().await {
            self.answer(connection).await;
        }
    }

    async fn answer(&self, mut connection: TcpStream) {
        let mut request = vec![0; 8_192];
        let read = connection.read(&mut request).await.expect("a request");
        let request = String::from_utf8_lossy(&request[..read]).into_owned();
        let line = request.lines().next().unwrap_or_default().to_owned();
        self.seen.lock().expect("unpoisoned").push(line);
        let answer = {
            let mut answers = self.answers.lock().expect("unpoisoned");
            if answers.len() > 1 {
                answers.remove(0)
            } else {
                answers[0]
            }
        };
        connection.write_all(answer.as_bytes()).await.expect("sent");
    }
}

pub(crate) fn client() -> HttpClient {
    HttpClient::new(Roots::compiled_in())
}

pub(crate) fn within(millis: u64) -> Bounds {
    Bounds {
        deadline: Deadline::after(Instant::now(), Duration::from_millis(millis)),
        max_bytes: 100,
    }
}

pub(crate) fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).expect("a request")
}
