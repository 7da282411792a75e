use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, HttpError, Refusal, SigningScope, Signs, Streamed};
use tokio::time::timeout_at;

use super::destination::{Destination, redirected};
use crate::address::Address;
use crate::fault::Fault;
use crate::here::{HOPS_HEADER, Way};
use crate::hops::Hops;

/// What is sent with every request, and what sends it.
#[derive(Clone, Debug)]
pub(crate) struct Headers {
    pub(crate) client: HttpClient,
    /// From the entry; the values are marked as sensitive.
    pub(crate) own: HeaderMap,
    pub(crate) signature: Option<Signature>,
    pub(crate) way: Way,
}

/// Who signs, and for whom where the host name does not say it.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) signs: Arc<dyn Signs>,
    pub(crate) scope: Option<SigningScope>,
}

impl Headers {
    /// Sends a request that is otherwise complete, once more where it is redirected.
    ///
    /// # Errors
    /// Where it could not be made, or signed; the inner error is of what was sent.
    pub(super) async fn send(
        &self,
        to: &Destination,
        request: impl Fn(&Address) -> Result<Request<Bytes>, Fault>,
        bounds: Bounds,
    ) -> Result<Result<Response<Streamed>, HttpError>, Fault> {
        let address = to.now();
        let first = request(&address)?;
        let method = first.method().clone();
        let sent = self.send_once(first, bounds).await?;
        let Err(error) = &sent else {
            return Ok(sent);
        };
        to.failed(error);
        let Some(elsewhere) = redirected(&method, &address, error) else {
            return Ok(sent);
        };
        let sent = self.send_once(request(&elsewhere)?, bounds).await?;
        if sent.is_ok() {
            to.leads_to(elsewhere);
        }
        Ok(sent)
    }

    /// A signature is over all of a request.
    async fn send_once(
        &self,
        mut request: Request<Bytes>,
        bounds: Bounds,
    ) -> Result<Result<Response<Streamed>, HttpError>, Fault> {
        if let Some(signature) = &self.signature {
            let headers = signature.of(&request, bounds.deadline).await?;
            request.headers_mut().extend(headers);
        }
        Ok(self.client.send(request, bounds).await)
    }

    /// Adds what the entry has sent with every request, and who we are.
    pub(super) fn add_to(&self, headers: &mut HeaderMap, hops: &Hops) {
        for (name, value) in &self.own {
            headers.insert(name, value.clone());
        }
        headers.insert(HOPS_HEADER, self.way.header(hops));
    }

    /// The answer, or why it is of no use, where no session or error of the protocol can say more.
    pub(super) fn answered(
        &self,
        sent: Result<Response<Streamed>, HttpError>,
        hops: &Hops,
    ) -> Result<Response<Streamed>, Fault> {
        let response = sent.map_err(|error| match &error {
            HttpError::Refused(refusal) if refusal.status == StatusCode::LOOP_DETECTED => {
                self.way.refused(refusal, hops)
            }
            _ => self.fault(error),
        })?;
        self.way.answered(response.headers())?;
        Ok(response)
    }

    /// A server that was shown something says by the same answer that this was not good enough.
    pub(super) fn fault(&self, error: HttpError) -> Fault {
        let shows_nothing = self.own.is_empty() && self.signature.is_none();
        match &error {
            HttpError::Refused(refusal) if shows_nothing && wants_a_login(refusal) => Fault::Login,
            _ => error.into(),
        }
    }
}

/// RFC 9728, section 5.1.
fn wants_a_login(refusal: &Refusal) -> bool {
    let challenges = refusal.headers.get_all(header::WWW_AUTHENTICATE);
    let mut challenges = challenges.iter().filter_map(|value| value.to_str().ok());
    refusal.status == StatusCode::UNAUTHORIZED
        && challenges.any(|challenge| {
            challenge
                .to_ascii_lowercase()
                .contains("resource_metadata=")
        })
}

impl Signature {
    async fn of(&self, request: &Request<Bytes>, deadline: Deadline) -> Result<HeaderMap, Fault> {
        let signed = self.signs.headers(request, self.scope.as_ref());
        let signed = timeout_at(deadline.at().into(), signed).await;
        signed
            .map_err(|_| Fault::TimedOut)?
            .map_err(|why| Fault::Unresolved(format!("its requests cannot be signed: {why}")))
    }
}
