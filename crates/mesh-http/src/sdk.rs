//! The same client as the SDKs of AWS take one.

use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use mesh_core::Deadline;

use crate::{Bounds, HttpClient, HttpError};

/// More than any answer that is read whole.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Where an SDK's client sets none for an attempt.
const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
struct Connector {
    http: HttpClient,
    timeout: Duration,
}

impl HttpClient {
    /// What an SDK's configuration takes for its HTTP client. The SDK decides about second attempts; `read_timeout` is what
    /// one may take, its answer included.
    #[must_use]
    pub fn for_sdk(&self) -> SharedHttpClient {
        let http = self.clone();
        http_client_fn(move |settings, _| {
            SharedHttpConnector::new(Connector {
                http: http.clone(),
                timeout: settings.read_timeout().unwrap_or(TIMEOUT),
            })
        })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.answer(request).await })
    }
}

impl Connector {
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let bounds = Bounds {
            deadline: Deadline::after(Instant::now(), self.timeout),
            max_bytes: MAX_BYTES,
        };
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?
            .map(reqwest::Body::wrap);
        let answer = self.http.exchange(request, bounds).await.map_err(error)?;
        let (head, body) = answer.into_parts();
        let body = SdkBody::from(body.whole().await.map_err(error)?);
        HttpResponse::try_from(http::Response::from_parts(head, body))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

fn error(error: HttpError) -> ConnectorError {
    match error {
        HttpError::TimedOut => ConnectorError::timeout(error.into()),
        HttpError::Unreachable(_) | HttpError::LeftAlone { .. } => {
            ConnectorError::io(error.into()).never_connected()
        }
        HttpError::BrokenOff(_) => ConnectorError::io(error.into()),
        _ => ConnectorError::other(error.into(), None),
    }
}
