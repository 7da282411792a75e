//! The one HTTP client of this crate, for the SDK's clients and for our own requests.
//!
//! HTTP/1.1 only: each service is asked once or twice in a row, and one stack less is linked and set up.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use ::http::{Request, Response};
use aws_smithy_types::body::SdkBody;
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use mesh_core::Deadline;
use rustls::ClientConfig;
use tokio::time::timeout_at;

/// How long a connection may rest and be used again. Servers of AWS keep one for 5 s and more; and a process that Lambda has
/// frozen wakes with connections that only look alive.
const REST: Duration = Duration::from_secs(4);

/// A service of AWS in the same region answers a SYN in a few milliseconds, or not at all.
const CONNECT: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub(crate) struct Http {
    connector: HttpsConnector<HttpConnector>,
    rested: Arc<Mutex<Rested>>,
}

#[derive(Debug)]
struct Rested {
    client: Client<HttpsConnector<HttpConnector>, SdkBody>,
    used: SystemTime,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("no answer in time")]
    TimedOut,
    #[error("no connection: {0}")]
    Unreachable(String),
    #[error("the connection broke off: {0}")]
    BrokenOff(String),
}

impl Http {
    pub(crate) fn new(tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let rested = Rested {
            client: client(&connector),
            used: SystemTime::now(),
        };
        Self {
            connector,
            rested: Arc::new(Mutex::new(rested)),
        }
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(
        &self,
        request: Request<SdkBody>,
        deadline: Deadline,
    ) -> Result<Response<Incoming>, HttpError> {
        if deadline.remaining(Instant::now()).is_zero() {
            return Err(HttpError::TimedOut);
        }
        timeout_at(deadline.at().into(), self.start(request))
            .await
            .map_err(|_| HttpError::TimedOut)?
    }

    /// The same, for a caller that keeps the time itself.
    pub(crate) async fn start(
        &self,
        request: Request<SdkBody>,
    ) -> Result<Response<Incoming>, HttpError> {
        let client = self.client(SystemTime::now());
        client.request(request).await.map_err(|error| {
            let chain = chain(&error);
            if error.is_connect() {
                HttpError::Unreachable(chain)
            } else {
                HttpError::BrokenOff(chain)
            }
        })
    }

    /// The client and its pool, or new ones where the old have rested for too long by the clock on the wall: the steady
    /// clock stands still while a process is frozen.
    fn client(&self, now: SystemTime) -> Client<HttpsConnector<HttpConnector>, SdkBody> {
        let mut rested = self.rested.lock().unwrap_or_else(PoisonError::into_inner);
        if has_rested(rested.used, now) {
            rested.client = client(&self.connector);
        }
        rested.used = now;
        rested.client.clone()
    }
}

/// A clock that went back says nothing about how long it was.
fn has_rested(used: SystemTime, now: SystemTime) -> bool {
    now.duration_since(used).map_or(true, |rest| rest > REST)
}

fn client(
    connector: &HttpsConnector<HttpConnector>,
) -> Client<HttpsConnector<HttpConnector>, SdkBody> {
    Client::builder(TokioExecutor::new()).build(connector.clone())
}

/// An error and what it came from, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut inner = error.source();
    while let Some(error) = inner {
        line.push_str(": ");
        line.push_str(&error.to_string());
        inner = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_from_before_a_freeze_is_not_used_again() {
        let used = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        assert!(!has_rested(used, used + Duration::from_secs(3)));
        assert!(has_rested(used, used + Duration::from_secs(5)));
        assert!(has_rested(used, used - Duration::from_secs(1)));
    }
}
