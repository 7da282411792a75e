use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, Hasher as _};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderValue;

/// A file to be sent.
#[derive(Clone, Debug)]
pub struct Upload {
    pub name: String,
    pub media_type: Option<String>,
    pub bytes: Bytes,
}

/// A form with files (RFC 7578).
#[derive(Debug)]
pub(crate) struct Form {
    boundary: String,
    body: BytesMut,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self {
            boundary: boundary(),
            body: BytesMut::new(),
        }
    }

    pub(crate) fn field(mut self, name: &'static str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), None, value.as_bytes());
        self
    }

    pub(crate) fn optional(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    pub(crate) fn file(mut self, name: &'static str, file: &Upload) -> Self {
        let filename = escaped(&file.name);
        let kind = file.media_type.as_deref().filter(|kind| is_header(kind));
        let kind = kind.unwrap_or("application/octet-stream");
        let names = format!("name=\"{name}\"; filename=\"{filename}\"");
        self.part(&names, Some(kind), &file.bytes);
        self
    }

    /// Its type and its bytes.
    pub(crate) fn finish(mut self) -> (String, Bytes) {
        let end = format!("--{}--\r\n", self.boundary);
        self.body.put_slice(end.as_bytes());
        let content_type = format!("multipart/form-data; boundary={}", self.boundary);
        (content_type, self.body.freeze())
    }

    fn part(&mut self, names: &str, kind: Option<&str>, value: &[u8]) {
        let mut head = format!("--{}\r\n", self.boundary);
        write!(head, "content-disposition: form-data; {names}\r\n").expect("a string takes all");
        if let Some(kind) = kind {
            write!(head, "content-type: {kind}\r\n").expect("a string takes all");
        }
        self.body.reserve(head.len() + value.len() + 64);
        self.body.put_slice(head.as_bytes());
        self.body.put_slice(b"\r\n");
        self.body.put_slice(value);
        self.body.put_slice(b"\r\n");
    }
}

/// 128 bits of chance, which no file holds and nobody who makes one can guess: hundreds of megabytes need not be searched.
fn boundary() -> String {
    let chance = || RandomState::new().build_hasher().finish();
    format!("mesh-{:016x}{:016x}", chance(), chance())
}

fn is_header(kind: &str) -> bool {
    HeaderValue::from_str(kind).is_ok()
}

/// WHATWG HTML, section 4.10.21.8: a name ends neither its quotes nor its line.
fn escaped(filename: &str) -> String {
    let filename = filename.replace('\r', "%0D").replace('\n', "%0A");
    filename.replace('"', "%22")
}
