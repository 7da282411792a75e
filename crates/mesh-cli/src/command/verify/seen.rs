use std::time::{Duration, Instant, SystemTime};

use mesh_http::media_type;
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

use crate::client::{CallFault, Endpoint, body};

/// An answer, whatever it is.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) took: Duration,
    /// When it came, by our clock.
    pub(super) at: SystemTime,
}

impl Seen {
    pub(super) async fn of(
        endpoint: &Endpoint,
        request: RequestBuilder,
    ) -> Result<Self, CallFault> {
        let begun = Instant::now();
        let response = endpoint.exchange(request).await?;
        Self::from(response, begun).await
    }

    /// The rest of an answer that has begun.
    pub(super) async fn whole(response: Response) -> Result<Self, CallFault> {
        Self::from(response, Instant::now()).await
    }

    async fn from(response: Response, begun: Instant) -> Result<Self, CallFault> {
        let (status, headers) = (response.status(), response.headers().clone());
        let at = SystemTime::now();
        Ok(Self {
            status,
            headers,
            body: body::read(response).await?,
            took: begun.elapsed(),
            at,
        })
    }

    pub(super) fn header(&self, name: impl Into<HeaderName>) -> Option<&str> {
        self.headers.get(name.into())?.to_str().ok()
    }

    pub(super) fn json(&self) -> Option<Value> {
        let value: Value = serde_json::from_slice(&self.body).ok()?;
        value.is_object().then_some(value)
    }

    pub(super) fn is_page(&self) -> bool {
        media_type(&self.headers) == "text/html" || self.body.trim_ascii_start().starts_with(b"<")
    }

    pub(super) fn excerpt(&self) -> String {
        body::excerpt(&self.body)
    }
}
