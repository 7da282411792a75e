use std::time::{Instant, SystemTime};

use ::http::{Request, StatusCode};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use mesh_core::Deadline;
use tokio::time::timeout_at;
use zeroize::Zeroizing;

use crate::Aws;
use crate::endpoint::Service;
use crate::http::{HttpError, chain};
use crate::signer::{Scope, SignError};

/// More than any answer of those services that is read whole.
const WHOLE: usize = 1024 * 1024;

/// An answer that was read whole. It is wiped when let go: it may hold secrets.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// What a service that answers to a path calls its fault.
    #[cfg(feature = "operate")]
    pub(crate) kind: Option<String>,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// Why there is no answer to a signed request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    #[error(transparent)]
    Unsigned(#[from] SignError),
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl Aws {
    /// Signs a request for a service, sends it, and reads the whole answer.
    pub(crate) async fn exchange(
        &self,
        service: Service,
        request: Request<Bytes>,
        deadline: Deadline,
    ) -> Result<Answer, ExchangeError> {
        let signed = self.sign(service, request, deadline).await?;
        let (head, body) = self.http().send(signed, deadline).await?.into_parts();
        let body = timeout_at(deadline.at().into(), whole(body))
            .await
            .map_err(|_| HttpError::TimedOut)??;
        Ok(Answer {
            status: head.status,
            #[cfg(feature = "operate")]
            kind: head
                .headers
                .get("x-amzn-errortype")
                .and_then(|kind| Some(kind.to_str().ok()?.to_owned())),
            body,
        })
    }

    /// Credentials may have to be fetched first, and that too is over at the deadline.
    pub(crate) async fn sign(
        &self,
        service: Service,
        request: Request<Bytes>,
        deadline: Deadline,
    ) -> Result<Request<SdkBody>, ExchangeError> {
        if deadline.remaining(Instant::now()).is_zero() {
            return Err(HttpError::TimedOut.into());
        }
        let credentials = timeout_at(deadline.at().into(), self.credentials())
            .await
            .map_err(|_| HttpError::TimedOut)?
            .ok_or(SignError::NoCredentials)?;
        let scope = Scope {
            service,
            region: service.signing_region(self.region()),
            now: SystemTime::now(),
        };
        let (mut head, body) = request.into_parts();
        let signable = Request::from_parts(head.clone(), body.as_ref());
        let headers = scope.headers(&signable, &credentials)?;
        head.headers.extend(headers);
        Ok(Request::from_parts(head, SdkBody::from(body.to_vec())))
    }
}

pub(crate) async fn whole(body: Incoming) -> Result<Zeroizing<Vec<u8>>, HttpError> {
    let mut whole = Zeroizing::new(Vec::new());
    let mut body = Limited::new(body, WHOLE);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| HttpError::BrokenOff(chain(error.as_ref())))?;
        if let Some(data) = frame.data_ref() {
            whole.extend_from_slice(data);
        }
    }
    Ok(whole)
}
