//! What a function returns, made into HTTP as a Function URL makes it.

mod proxy;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::Failure;

/// An HTTP answer, from the function's buffered or streamed reply.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    /// Without `set-cookie`: see `cookies`.
    pub headers: HeaderMap,
    pub cookies: Vec<String>,
    pub body: Bytes,
    /// Whether the function streamed it.
    pub streamed: bool,
    /// The pieces of a streamed body as they came; empty for a buffered reply.
    pub chunks: Vec<Chunk>,
    /// From handing out the event to the last byte of the answer.
    pub took: Duration,
    /// The failure with which a stream broke off after its head was sent.
    pub broken: Option<Failure>,
}

/// The status and headers that precede a streamed body.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub cookies: Vec<String>,
    /// From handing out the event to this head.
    pub after: Duration,
}

/// A piece of a streamed body.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// From handing out the event to this piece.
    pub after: Duration,
    pub bytes: Bytes,
}

impl Reply {
    pub(crate) fn buffered(payload: &[u8], took: Duration) -> Result<Self, Failure> {
        let (head, body) = proxy::read(payload)?;
        Ok(Self {
            body,
            took,
            ..Self::headed(head)
        })
    }

    pub(crate) fn streamed(head: Head, took: Duration, broken: Option<Failure>) -> Self {
        Self {
            took,
            broken,
            streamed: true,
            ..Self::headed(head)
        }
    }

    pub(crate) fn with(mut self, chunks: Vec<Chunk>) -> Self {
        if !chunks.is_empty() {
            let pieces: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.bytes.as_ref()).collect();
            self.body = Bytes::from(pieces.concat());
        }
        self.chunks = chunks;
        self
    }

    fn headed(head: Head) -> Self {
        Self {
            status: head.status,
            headers: head.headers,
            cookies: head.cookies,
            body: Bytes::new(),
            streamed: false,
            chunks: Vec::new(),
            took: head.after,
            broken: None,
        }
    }

    /// The body as text, with what is no UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The first value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Head {
    pub(crate) fn streamed(json: Option<&[u8]>, after: Duration) -> Result<Self, Failure> {
        let head = match json {
            Some(json) => proxy::read_head(json)?,
            None => Self::default(),
        };
        Ok(Self { after, ..head })
    }
}
