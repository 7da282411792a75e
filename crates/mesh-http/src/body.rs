use bytes::{Bytes, BytesMut};
use http::Response;
use mesh_core::Deadline;
use tokio::time::timeout_at;

use crate::{Bounds, HttpError};

/// The body of an answer as it arrives, within the bounds of its exchange.
#[derive(Debug)]
pub struct Streamed {
    response: reqwest::Response,
    bounds: Bounds,
    read: u64,
}

impl Streamed {
    /// The head and the body of an answer.
    pub(crate) fn split(mut response: reqwest::Response, bounds: Bounds) -> Response<Self> {
        let mut split = Response::new(());
        *split.status_mut() = response.status();
        *split.headers_mut() = std::mem::take(response.headers_mut());
        split.map(|()| Self {
            response,
            bounds,
            read: 0,
        })
    }

    /// The next part; nothing, where that was all.
    ///
    /// # Errors
    /// `TimedOut`, `BrokenOff` or `TooLarge`.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        let max_bytes = self.bounds.max_bytes;
        let promised = self.response.content_length().unwrap_or(0);
        if self.read.saturating_add(promised) > max_bytes {
            return Err(HttpError::TooLarge { max_bytes });
        }
        let next = timeout_at(self.bounds.deadline.at().into(), self.response.chunk());
        let chunk = next.await.map_err(|_| HttpError::TimedOut)??;
        self.read += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if self.read > max_bytes {
            return Err(HttpError::TooLarge { max_bytes });
        }
        Ok(chunk)
    }

    /// All of it.
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub async fn whole(mut self) -> Result<Bytes, HttpError> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// As much of it as arrives in time, up to so much.
    pub(crate) async fn beginning(mut self, max_bytes: usize, deadline: Deadline) -> Bytes {
        self.bounds = Bounds {
            deadline,
            max_bytes: u64::MAX,
        };
        let mut beginning = BytesMut::new();
        while beginning.len() < max_bytes
            && let Ok(Some(chunk)) = self.chunk().await
        {
            beginning.extend_from_slice(&chunk);
        }
        beginning.truncate(max_bytes);
        beginning.freeze()
    }
}
