use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, HttpError, SigningScope, Signs, Streamed};
use tokio::time::timeout_at;

use crate::fault::Fault;

/// What is sent with every request, and what sends it.
#[derive(Clone, Debug)]
pub(crate) struct Headers {
    pub(crate) client: HttpClient,
    /// From the entry; the values are marked as sensitive.
    pub(crate) own: HeaderMap,
    pub(crate) signature: Option<Signature>,
}

/// Who signs, and for whom where the host name does not say it.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) signs: Arc<dyn Signs>,
    pub(crate) scope: Option<SigningScope>,
}

impl Headers {
    /// Sends a request that is otherwise complete: a signature is over all of it.
    ///
    /// # Errors
    /// Where it could not be signed; the inner error is of what was sent.
    pub(super) async fn send(
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
