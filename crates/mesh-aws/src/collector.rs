use std::time::{Duration, Instant};

use http::{Request, StatusCode, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, HttpError};

use crate::aws::{self, SetupError};

/// A collector is near, or it is passed over: nobody waits for spans.
const TIMEOUT: Duration = Duration::from_secs(1);

/// An OpenTelemetry collector: nothing of AWS, but reached over the same client.
#[derive(Clone, Debug)]
pub struct Collector {
    http: HttpClient,
    url: String,
}

/// Why spans did not reach their collector. The words are for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
    #[error("the collector could not be reached: {0}")]
    Unreachable(String),
    #[error("the collector answered {0}")]
    Refused(StatusCode),
}

impl Collector {
    /// `url` is the whole address that spans are posted to.
    ///
    /// # Errors
    /// When `AWS_CA_BUNDLE` names roots that cannot be read.
    pub fn new(variable: &dyn Fn(&str) -> Option<String>, url: String) -> Result<Self, SetupError> {
        Ok(Self {
            http: aws::http(variable)?,
            url,
        })
    }

    /// Posts one export in OTLP's JSON encoding.
    ///
    /// # Errors
    /// See [`CollectorError`]; the export is lost.
    pub async fn send(&self, export: String, deadline: Deadline) -> Result<(), CollectorError> {
        let request = Request::post(&self.url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(export.into())
            .map_err(|error| CollectorError::Unreachable(error.to_string()))?;
        let bounds = Bounds {
            deadline: deadline.at_most(Instant::now(), TIMEOUT),
            max_bytes: 0,
        };
        match self.http.send(request, bounds).await {
            Ok(_) => Ok(()),
            Err(HttpError::Refused(refusal)) => Err(CollectorError::Refused(refusal.status)),
            Err(error) => Err(CollectorError::Unreachable(error.to_string())),
        }
    }
}
