use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, header};
use http_body::Frame;
use http_body_util::StreamBody;

/// As much of a file as is in memory at once.
const PART_BYTES: u64 = 64 * 1024;

/// A file as the body of a request: it is read while it is sent, and may be sent again. Clones are the same file.
#[derive(Clone, Debug)]
pub struct FileBody {
    file: Arc<File>,
    length: u64,
}

impl FileBody {
    /// The first `length` bytes of `file`. It should be one that was just written: reading it must not wait for a disk.
    #[must_use]
    pub const fn new(file: Arc<File>, length: u64) -> Self {
        Self { file, length }
    }

    /// With its length, since not every server takes a body whose length is not said.
    pub(crate) fn behind(&self, head: &Request<()>) -> Request<reqwest::Body> {
        let parts = Parts {
            of: self.clone(),
            read: 0,
        };
        let frames = futures::stream::iter(parts.map(|part| part.map(Frame::data)));
        let mut request = head
            .clone()
            .map(|()| reqwest::Body::wrap(StreamBody::new(frames)));
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_LENGTH, self.length.into());
        request
    }
}

struct Parts {
    of: FileBody,
    read: u64,
}

impl Iterator for Parts {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        let left = self.of.length - self.read;
        if left == 0 {
            return None;
        }
        let size = usize::try_from(left.min(PART_BYTES)).expect("a part is small");
        let mut part = vec![0; size];
        let read = self.of.file.read_exact_at(&mut part, self.read);
        self.read += size as u64;
        Some(read.map(|()| part.into()))
    }
}
