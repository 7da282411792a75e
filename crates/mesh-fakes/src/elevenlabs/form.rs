use std::convert::Infallible;

use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, header};
use multer::Multipart;

use super::error::ApiError;

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// Nothing, where it is no file.
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub bytes: Bytes,
}

impl Part {
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A form as operations read it.
#[derive(Debug)]
pub(super) struct Form(Vec<Part>);

impl Form {
    pub(super) async fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, ApiError> {
        let parts = parts(headers, body).await;
        parts.map(Self).map_err(|error| {
            let message = error.to_string();
            ApiError::field(&["body"], "multipart_invalid", &message, &().into())
        })
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        let mut parts = self.0.iter();
        parts.find(|part| part.name == name).map(Part::text)
    }

    /// Of a field that may be there more than once.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let parts = self.0.iter().filter(|part| part.name == name);
        parts.map(Part::text).collect()
    }

    pub(super) fn required(&self, name: &str) -> Result<String, ApiError> {
        self.text(name)
            .ok_or_else(|| ApiError::missing(&["body", name]))
    }

    pub(super) fn files(&self, name: &str) -> Vec<&Part> {
        let files = self.0.iter();
        files
            .filter(|part| part.name == name && part.file_name.is_some())
            .collect()
    }

    pub(super) fn file(&self, name: &str) -> Result<&Part, ApiError> {
        let file = self.files(name).into_iter().next();
        file.ok_or_else(|| ApiError::missing(&["body", name]))
    }
}

pub(super) async fn parts(headers: &HeaderMap, body: &Bytes) -> Result<Vec<Part>, multer::Error> {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let boundary = multer::parse_boundary(content_type)?;
    let body = body.clone();
    let body = stream::once(async { Ok::<_, Infallible>(body) });
    let mut form = Multipart::new(body, boundary);
    let mut parts = Vec::new();
    while let Some(part) = form.next_field().await? {
        parts.push(Part {
            name: part.name().unwrap_or("").to_owned(),
            file_name: part.file_name().map(str::to_owned),
            media_type: part.content_type().map(ToString::to_string),
            bytes: part.bytes().await?,
        });
    }
    Ok(parts)
}
