use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::request::Builder;
use http::{HeaderName, HeaderValue, Method, Request, Response, header};
use mesh_core::{Deadline, Secret};
use mesh_http::{AddressError, Bounds, HttpClient, Streamed, media_type};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::{Charge, ElevenLabsError, Spending};
use crate::base::{Base, encoded, segment};
use crate::multipart::Form;

const API_KEY: HeaderName = HeaderName::from_static("xi-api-key");

/// ElevenLabs' API, or one that speaks as it does. Clones share connections.
#[derive(Clone, Debug)]
pub struct ElevenLabs {
    http: HttpClient,
    base: Base,
    spending: Spending,
    /// Held by who changes the list of an agent's documents.
    pub(super) documents: Arc<Mutex<()>>,
}

impl ElevenLabs {
    /// At an address such as `https://api.elevenlabs.io`: [`super::Residency`] knows its own.
    ///
    /// # Errors
    /// Where a key must not be sent to it.
    pub fn new(http: HttpClient, base: &str) -> Result<Self, AddressError> {
        let base = Base::parse(base)?;
        Ok(Self {
            http,
            base,
            spending: Spending::default(),
            documents: Arc::default(),
        })
    }

    /// The same, which tells `spending` of what it sends.
    #[must_use]
    pub fn telling(&self, spending: &Spending) -> Self {
        Self {
            spending: spending.clone(),
            ..self.clone()
        }
    }

    /// What only reads: it may be sent twice, and costs nothing. Its answer is read whole.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        key: &Secret,
        path: &str,
        deadline: Deadline,
        max_bytes: u64,
    ) -> Result<T, ElevenLabsError> {
        let request = finish(self.request(Method::GET, key, path)?, Bytes::new())?;
        self.ask(request, deadline, max_bytes).await
    }

    /// What leaves nothing behind and costs nothing, whatever its method.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
        max_bytes: u64,
    ) -> Result<T, ElevenLabsError> {
        let bounds = Bounds {
            deadline,
            max_bytes,
        };
        let answer = self.http.send_idempotent_slow(request, bounds, |_| false);
        let answer = answer.await.map_err(ElevenLabsError::unpaid)?;
        parsed(answer, Charge::None).await
    }

    /// What costs credits or leaves something behind, once its answer is read whole.
    pub(super) async fn change<T: DeserializeOwned>(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
        max_bytes: u64,
    ) -> Result<T, ElevenLabsError> {
        let answer = self.spend(request, deadline, max_bytes).await?;
        parsed(answer, Charge::Possible).await
    }

    /// What costs credits or leaves something behind: sent again only where it surely did neither.
    pub(super) async fn spend(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
        max_bytes: u64,
    ) -> Result<Response<Streamed>, ElevenLabsError> {
        if deadline.remaining(Instant::now()).is_zero() {
            return Err(ElevenLabsError::TimedOut(Charge::None));
        }
        let bounds = Bounds {
            deadline,
            max_bytes,
        };
        let sent = async {
            let waits = ElevenLabsError::is_of_concurrency;
            let answer = self.http.send_until_taken(request, bounds, waits).await;
            answer.map_err(ElevenLabsError::paid)
        };
        self.spending.counting(sent).await
    }

    pub(super) fn json(
        &self,
        method: Method,
        key: &Secret,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Request<Bytes>, ElevenLabsError> {
        let body = serde_json::to_vec(body).map_err(|error| invalid(&error))?;
        let request = self.request(method, key, path)?;
        let request = request.header(header::CONTENT_TYPE, "application/json");
        finish(request, body.into())
    }

    pub(super) fn form(
        &self,
        key: &Secret,
        path: &str,
        form: Form,
    ) -> Result<Request<Bytes>, ElevenLabsError> {
        let (content_type, body) = form.finish();
        let request = self.request(Method::POST, key, path)?;
        finish(request.header(header::CONTENT_TYPE, content_type), body)
    }

    fn request(
        &self,
        method: Method,
        key: &Secret,
        path: &str,
    ) -> Result<Builder, ElevenLabsError> {
        let mut key = HeaderValue::from_str(key.reveal()).map_err(|_| {
            ElevenLabsError::BadRequest("the key has a character no key has".to_owned())
        })?;
        key.set_sensitive(true);
        Ok(Request::builder()
            .method(method)
            .uri(self.base.join(path))
            .header(API_KEY, key))
    }
}

/// The whole of an answer that is JSON.
async fn parsed<T: DeserializeOwned>(
    answer: Response<Streamed>,
    charge: Charge,
) -> Result<T, ElevenLabsError> {
    if media_type(answer.headers()) != "application/json" {
        let what = "it is not of the type `application/json`".to_owned();
        return Err(ElevenLabsError::UnexpectedAnswer { what, charge });
    }
    let body = answer.into_body().whole().await;
    let body = body.map_err(|error| ElevenLabsError::of(error, charge))?;
    serde_json::from_slice(&body).map_err(|error| ElevenLabsError::unreadable(&error, charge))
}

/// An id as a segment of a path.
pub(super) fn id(id: &str) -> Result<String, ElevenLabsError> {
    segment(id).ok_or_else(|| ElevenLabsError::BadRequest("an id is empty, or a path".to_owned()))
}

/// A path with those parameters that have a value.
pub(super) fn with_query(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut whole = path.to_owned();
    let mut mark = '?';
    for (name, value) in parameters {
        if let Some(value) = value {
            whole.push(mark);
            whole.push_str(name);
            whole.push('=');
            whole.push_str(&encoded(value));
            mark = '&';
        }
    }
    whole
}

fn finish(request: Builder, body: Bytes) -> Result<Request<Bytes>, ElevenLabsError> {
    request.body(body).map_err(|error| invalid(&error))
}

fn invalid(error: &dyn std::error::Error) -> ElevenLabsError {
    ElevenLabsError::BadRequest(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_what_has_a_value_and_nothing_leaves_its_place() {
        let parameters = [("a", None), ("b", Some("x&y=z ü")), ("c", Some("1"))];
        let path = with_query("/v1/voices", &parameters);
        assert_eq!(path, "/v1/voices?b=x%26y%3Dz%20%C3%BC&c=1");
        assert_eq!(with_query("/v1/voices", &[("a", None)]), "/v1/voices");
    }
}
