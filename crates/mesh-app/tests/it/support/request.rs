use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Answer, Events, within};

/// One request on a connection of its own.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    address: SocketAddr,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Request {
    pub(crate) fn new(address: SocketAddr, method: Method, path: &str) -> Self {
        let request = Self {
            address,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        request.header("host", &address.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a header, in the place of what it was before.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.headers.insert(name, value);
        self
    }

    /// One more header of the same name.
    pub(crate) fn again(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers
            .append(name, value.parse().expect("a header's value"));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub(crate) async fn send(self) -> Answer {
        within(async {
            let (parts, body) = self.open().await.into_parts();
            Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: body.collect().await.expect("a whole body").to_bytes(),
            }
        })
        .await
    }

    /// Sends, and reads the answer event by event; dropping the events hangs up.
    pub(crate) async fn stream(self) -> Events {
        let response = within(self.open()).await;
        let media_type = &response.headers()["content-type"];
        assert_eq!(media_type, "text/event-stream", "{}", response.status());
        Events::of(response)
    }

    async fn open(self) -> http::Response<Incoming> {
        let stream = TcpStream::connect(self.address).await.expect("connects");
        stream.set_nodelay(true).expect("sets an option");
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .expect("shakes hands");
        tokio::spawn(connection);
        let mut request = http::Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().expect("a path");
        *request.headers_mut() = self.headers;
        sender.send_request(request).await.expect("an answer")
    }
}
