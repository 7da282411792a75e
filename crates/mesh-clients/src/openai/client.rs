use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use mesh_core::{Deadline, Secret};
use mesh_http::{AddressError, Bounds, HttpClient, Streamed, media_type};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::OpenAiError;
use crate::base::{Base, segment};

/// OpenAI's API, or one that speaks as it does. Clones share connections.
#[derive(Clone, Debug)]
pub struct OpenAi {
    pub(super) http: HttpClient,
    base: Base,
}

impl OpenAi {
    /// At an address such as `https://api.openai.com/v1`.
    ///
    /// # Errors
    /// Where a key must not be sent to it.
    pub fn new(http: HttpClient, base: &str) -> Result<Self, AddressError> {
        let base = Base::parse(base)?;
        Ok(Self { http, base })
    }

    pub(super) fn get(&self, key: &Secret, path: &str) -> Result<Request<Bytes>, OpenAiError> {
        finish(self.request(Method::GET, key, path)?, Bytes::new())
    }

    pub(super) fn post(
        &self,
        key: &Secret,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Request<Bytes>, OpenAiError> {
        let body = serde_json::to_vec(body).map_err(|error| invalid(&error))?;
        let request = self.request(Method::POST, key, path)?;
        let request = request.header(header::CONTENT_TYPE, "application/json");
        finish(request, body.into())
    }

    /// A request that may be sent twice, and its answer read whole.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
        max_bytes: u64,
    ) -> Result<T, OpenAiError> {
        let bounds = Bounds {
            deadline,
            max_bytes,
        };
        read(
            self.http
                .send_idempotent_slow(request, bounds, |_| false)
                .await?,
        )
        .await
    }

    /// The same for a request that takes effect each time it is sent.
    pub(super) async fn ask_once<T: DeserializeOwned>(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
        max_bytes: u64,
    ) -> Result<T, OpenAiError> {
        let bounds = Bounds {
            deadline,
            max_bytes,
        };
        read(self.http.send(request, bounds).await?).await
    }

    pub(super) fn request(
        &self,
        method: Method,
        key: &Secret,
        path: &str,
    ) -> Result<Builder, OpenAiError> {
        let mut bearer =
            HeaderValue::try_from(format!("Bearer {}", key.reveal())).map_err(|_| {
                OpenAiError::BadRequest("the key has a character no key has".to_owned())
            })?;
        bearer.set_sensitive(true);
        Ok(Request::builder()
            .method(method)
            .uri(self.base.join(path))
            .header(header::AUTHORIZATION, bearer))
    }
}

/// The whole of an answer that is JSON.
pub(super) async fn read<T: DeserializeOwned>(
    answer: Response<Streamed>,
) -> Result<T, OpenAiError> {
    expect_type(answer.headers(), "application/json")?;
    let body = answer.into_body().whole().await?;
    serde_json::from_slice(&body).map_err(|error| OpenAiError::unreadable(&error))
}

pub(super) fn expect_type(headers: &HeaderMap, expected: &str) -> Result<(), OpenAiError> {
    if media_type(headers) == expected {
        return Ok(());
    }
    Err(OpenAiError::UnexpectedAnswer(format!(
        "it is not of the type `{expected}`"
    )))
}

/// An id as a segment of a path.
pub(super) fn id(id: &str) -> Result<String, OpenAiError> {
    segment(id).ok_or_else(|| OpenAiError::BadRequest("an id is empty, or a path".to_owned()))
}

pub(super) fn finish(request: Builder, body: Bytes) -> Result<Request<Bytes>, OpenAiError> {
    request.body(body).map_err(|error| invalid(&error))
}

fn invalid(error: &dyn std::error::Error) -> OpenAiError {
    OpenAiError::BadRequest(error.to_string())
}
