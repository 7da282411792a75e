//! The body of a request that is answered before it was read. It may be on its way still; a connection that is closed then is
//! one a client believes to be open, and whose answer a reset can take away (RFC 9112, section 9.6). So the rest is read, if
//! it is small and comes soon, and otherwise the answer says that the connection closes.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, header};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use mesh_core::lock;

/// What a stranger may have us read for nothing.
const MAX_REST: u64 = 64 * 1024;
/// A client sends head and body one right after the other.
const GRACE: Duration = Duration::from_millis(100);

pub(super) async fn read_rest(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // It sends nothing before it is told to, and now it is told something else (RFC 9110, section 10.1.1).
    let waits = request.headers().contains_key(header::EXPECT);
    let rest = Rest::default();
    let request = request.map(|body| Body::new(Lent::new(body, &rest)));
    let mut response = next.run(request).await;
    if let Some(body) = rest.take()
        && (waits || !is_read(body).await)
    {
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn is_read(mut body: Body) -> bool {
    if body.size_hint().lower() > MAX_REST {
        return false;
    }
    let reading = async {
        let mut size = 0;
        while let Some(Ok(frame)) = body.frame().await {
            size += frame.data_ref().map_or(0, Bytes::len) as u64;
            if size > MAX_REST {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(GRACE, reading).await.unwrap_or(false)
}

/// Where a body is left by who did not read all of it.
#[derive(Clone, Default)]
struct Rest(Arc<Mutex<Option<Body>>>);

impl Rest {
    fn take(&self) -> Option<Body> {
        lock(&self.0).take()
    }
}

struct Lent {
    /// `None` once it has ended.
    body: Option<Body>,
    rest: Rest,
}

impl Lent {
    fn new(body: Body, rest: &Rest) -> Self {
        Self {
            body: Some(body),
            rest: rest.clone(),
        }
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.body.as_ref();
        body.map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let left = self.body.take().filter(|body| !body.is_end_stream());
        *lock(&self.rest.0) = left;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::any;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::Notify;

    use super::super::{connection, connections::Connections};
    use super::*;

    /// A connection to a server that answers without a look at the body, and what tells that it was asked.
    async fn client() -> (TcpStream, Arc<Notify>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let client = TcpStream::connect(address).await.expect("a connection");
        let (stream, _) = listener.accept().await.expect("a connection");
        let asked = Arc::new(Notify::new());
        let ask = Arc::clone(&asked);
        let answer = move || {
            ask.notify_one();
            async { "refused" }
        };
        let router = Router::new()
            .route("/", any(answer))
            .layer(from_fn(read_rest));
        let place = Connections::within_limits().admit();
        tokio::spawn(async move { connection(&router, stream, &place).await });
        (client, asked)
    }

    async fn read_to_end(mut client: TcpStream) -> String {
        let mut read = String::new();
        client.read_to_string(&mut read).await.expect("answers");
        read
    }

    #[tokio::test]
    async fn a_body_that_comes_after_the_answer_was_made_costs_no_connection() {
        let (mut client, asked) = client().await;
        let head = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\n";
        client.write_all(head).await.expect("is sent");
        asked.notified().await;
        let next = b"bodyGET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        client.write_all(next).await.expect("is sent");
        let read = read_to_end(client).await;
        assert_eq!(read.matches("HTTP/1.1 200").count(), 2, "{read}");
        assert_eq!(read.matches("connection: close").count(), 1, "{read}");
    }

    #[tokio::test]
    async fn a_body_that_stays_away_or_is_too_large_or_waits_ends_the_connection_by_name() {
        for header in [
            "content-length: 4",
            "content-length: 65537",
            "content-length: 4\r\nexpect: 100-continue",
        ] {
            let (mut client, _) = client().await;
            let head = format!("POST / HTTP/1.1\r\nhost: localhost\r\n{header}\r\n\r\n");
            client.write_all(head.as_bytes()).await.expect("is sent");
            let read = read_to_end(client).await;
            assert!(read.starts_with("HTTP/1.1 200 OK"), "{header}: {read}");
            assert!(read.contains("connection: close"), "{header}: {read}");
        }
    }
}
