use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use mesh_core::Deadline;
use rustls::ClientConfig;
use tokio::time::timeout_at;

use crate::breaker::Breakers;
use crate::error::{HttpError, Refusal};
use crate::pool::Pool;
use crate::{FileBody, Identity, Roots, RootsError, Streamed, retry};

/// As much as is read of an answer that refuses.
const MAX_REFUSAL_BYTES: usize = 64 * 1024;

/// A host that did not answer for this long is at fault; before, it may be the deadline that was short.
const FAIR: Duration = Duration::from_secs(1);

/// Connections and breakers to share. Clones are the same client.
#[derive(Clone, Debug)]
pub struct HttpClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: Pool,
    breakers: Breakers,
}

/// What an exchange may take: all of it, the body of the answer included.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub deadline: Deadline,
    pub max_bytes: u64,
}

impl HttpClient {
    #[must_use]
    pub fn new(roots: Roots) -> Self {
        Self::over(roots.client_config())
    }

    /// One that shows servers who it is.
    ///
    /// # Errors
    /// Where that cannot be shown.
    pub fn known_as(roots: Roots, identity: Identity) -> Result<Self, RootsError> {
        roots.client_config_as(identity).map(Self::over)
    }

    fn over(tls: ClientConfig) -> Self {
        Self(Arc::new(Inner {
            pool: Pool::new(tls),
            breakers: Breakers::default(),
        }))
    }

    /// Sends a request once, and waits for the head of an answer of success.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn send(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
    ) -> Result<Response<Streamed>, HttpError> {
        successful(self.exchange(request, bounds).await?, bounds.deadline).await
    }

    /// The same for a request that may take effect twice: it is sent once more after a fault that passes, as far as the
    /// deadline allows.
    ///
    /// # Errors
    /// The last attempt's.
    pub async fn send_idempotent(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
    ) -> Result<Response<Streamed>, HttpError> {
        self.send_twice(request, bounds, retry::FIRST_TIMEOUT, |_| false)
            .await
    }

    /// The same for a host whose healthy answer may take seconds: the first attempt has at least half of the time there is.
    /// A refusal that `lasts`, the same request would meet again: it is told at once.
    ///
    /// # Errors
    /// The last attempt's.
    pub async fn send_idempotent_slow(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
        lasts: fn(&Refusal) -> bool,
    ) -> Result<Response<Streamed>, HttpError> {
        let first_timeout = first_of_slow(bounds.deadline);
        self.send_twice(request, bounds, first_timeout, lasts).await
    }

    /// The same for a file, which is read as it is sent.
    ///
    /// # Errors
    /// The last attempt's.
    pub async fn send_file(
        &self,
        head: Request<()>,
        file: &FileBody,
        bounds: Bounds,
    ) -> Result<Response<Streamed>, HttpError> {
        let call = |attempt| {
            let sent = self.attempt(file.behind(&head), attempt, bounds);
            async move { successful(sent.await?, attempt).await }
        };
        let first_timeout = first_of_slow(bounds.deadline);
        retry::within(
            bounds.deadline,
            first_timeout,
            HttpError::is_transient,
            call,
        )
        .await
    }

    /// The same for a request that must not take effect twice, and is worth some waiting: it is sent again, as far as the
    /// deadline allows, where it surely took none, as nobody was reached or the answer was 429. `waits_for_others` tells a 429 that
    /// passes as soon as other requests have ended.
    ///
    /// # Errors
    /// The last attempt's.
    pub async fn send_until_taken(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
        waits_for_others: impl Fn(&Refusal) -> bool,
    ) -> Result<Response<Streamed>, HttpError> {
        let call = || self.send(request.clone(), bounds);
        retry::until_taken(bounds.deadline, waits_for_others, call).await
    }

    async fn send_twice(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
        first_timeout: Duration,
        lasts: fn(&Refusal) -> bool,
    ) -> Result<Response<Streamed>, HttpError> {
        let is_worth_another = |error: &HttpError| match error {
            HttpError::Refused(refusal) if lasts(refusal) => false,
            error => error.is_transient(),
        };
        let call = |attempt| {
            let sent = self.attempt(request.clone(), attempt, bounds);
            async move { successful(sent.await?, attempt).await }
        };
        retry::within(bounds.deadline, first_timeout, is_worth_another, call).await
    }

    /// Sends a request once, and takes any answer.
    pub(crate) async fn exchange(
        &self,
        request: Request<impl Into<reqwest::Body>>,
        bounds: Bounds,
    ) -> Result<Response<Streamed>, HttpError> {
        self.attempt(request, bounds.deadline, bounds).await
    }

    /// The head has to arrive by `deadline`, the body within its bounds.
    async fn attempt(
        &self,
        request: Request<impl Into<reqwest::Body>>,
        deadline: Deadline,
        bounds: Bounds,
    ) -> Result<Response<Streamed>, HttpError> {
        let started = Instant::now();
        if deadline.remaining(started).is_zero() {
            return Err(HttpError::TimedOut);
        }
        let host = request.uri().authority().map(ToString::to_string);
        let host = host.ok_or_else(|| HttpError::Invalid("it names no host".to_owned()))?;
        let breakers = &self.0.breakers;
        breakers
            .admit(&host, SystemTime::now())
            .map_err(|retry_in| HttpError::LeftAlone { retry_in })?;
        // In a box: it is large, and would be in the future of everything that sends something.
        let answer = Box::pin(self.answer(request));
        let answer = timeout_at(deadline.at().into(), answer).await;
        let answer = answer.unwrap_or(Err(HttpError::TimedOut));
        match &answer {
            // One request had come back to where it was before (508): the host is well.
            Ok(answer)
                if answer.status().is_server_error()
                    && answer.status() != StatusCode::LOOP_DETECTED =>
            {
                breakers.fail(&host, SystemTime::now());
            }
            Ok(_) => breakers.succeed(&host),
            Err(HttpError::TimedOut) if started.elapsed() < FAIR => {}
            Err(_) => breakers.fail(&host, SystemTime::now()),
        }
        Ok(Streamed::split(answer?, bounds))
    }

    async fn answer(
        &self,
        request: Request<impl Into<reqwest::Body>>,
    ) -> Result<reqwest::Response, HttpError> {
        let (asked, began) = (SystemTime::now(), Instant::now());
        let client = self.0.pool.client(asked)?;
        let answer = client.execute(request.try_into()?).await?;
        self.0
            .pool
            .answered(asked, began.elapsed(), SystemTime::now());
        Ok(answer)
    }
}

/// What the first of two attempts has, where a healthy answer may take seconds.
fn first_of_slow(deadline: Deadline) -> Duration {
    let half = deadline.remaining(Instant::now()) / 2;
    half.max(retry::FIRST_TIMEOUT)
}

/// What is read of an answer that refuses is read by `deadline`: another attempt may follow.
async fn successful(
    answer: Response<Streamed>,
    deadline: Deadline,
) -> Result<Response<Streamed>, HttpError> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    Err(HttpError::Refused(Box::new(Refusal {
        status: head.status,
        headers: head.headers,
        body: body.beginning(MAX_REFUSAL_BYTES, deadline).await,
    })))
}
