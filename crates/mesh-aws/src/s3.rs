use std::fmt;
use std::str::FromStr;

use ::http::{Request, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use mesh_core::Deadline;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout_at;

use crate::endpoint::Service;
use crate::exchange::{ExchangeError, whole};
use crate::http::HttpError;
use crate::retry::{Passing, twice};
use crate::{Aws, xml};

/// All that RFC 3986 leaves as it is, and the slash between the parts of a key.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// An object of S3, as `s3://bucket/key` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    bucket: String,
    key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an object is named as `s3://bucket/key`")]
pub struct NotAnObject;

impl FromStr for Object {
    type Err = NotAnObject;

    fn from_str(uri: &str) -> Result<Self, NotAnObject> {
        let rest = uri.strip_prefix("s3://").ok_or(NotAnObject)?;
        let (bucket, key) = rest.split_once('/').ok_or(NotAnObject)?;
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        if bucket.len() < 3 || !bucket.bytes().all(fits) || key.is_empty() {
            return Err(NotAnObject);
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// Why an object could not be fetched. The words are for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    #[error("there is no such object or bucket")]
    NotFound,
    /// Also for an object that is not there, where the role may not list the bucket.
    #[error(
        "the bucket refused: the role may not read the object (s3:GetObject), or it is not there"
    )]
    Denied,
    #[error("the bucket could not be reached")]
    Unreachable,
    #[error("the object did not arrive in time")]
    TimedOut,
    #[error("the connection broke off in the middle of the object")]
    BrokenOff,
    #[error("the object is larger than the {limit} bytes there is room for")]
    TooLarge { limit: u64 },
    #[error("the object could not be written: {0}")]
    Unwritten(std::io::Error),
    /// Anything else, by the short name that S3 has for it, such as `PermanentRedirect` for a bucket of another region.
    #[error("the bucket answered `{0}`")]
    Refused(String),
}

/// Objects of S3: read only, one request each.
#[derive(Clone, Debug)]
pub struct S3 {
    aws: Aws,
}

impl S3 {
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone() }
    }

    /// Writes the object to `sink` as it arrives, and returns its length. After an error `sink` may hold a part of it.
    ///
    /// # Errors
    /// See [`ObjectError`]; nothing of more than `limit` bytes is written.
    pub async fn download(
        &self,
        object: &Object,
        sink: &mut (impl AsyncWrite + Unpin + Send),
        limit: u64,
        deadline: Deadline,
    ) -> Result<u64, ObjectError> {
        let body = twice(deadline, |deadline| self.open(object, limit, deadline)).await?;
        timeout_at(deadline.at().into(), pour(body, sink, limit))
            .await
            .map_err(|_| ObjectError::TimedOut)?
    }

    async fn open(
        &self,
        object: &Object,
        limit: u64,
        deadline: Deadline,
    ) -> Result<Incoming, ObjectError> {
        let request = Request::get(self.address(object))
            .body(Bytes::new())
            .map_err(|error| ObjectError::Refused(error.to_string()))?;
        let signed = self.aws.sign(Service::S3, request, deadline).await?;
        let answer = self.aws.http().send(signed, deadline).await;
        let (head, body) = answer.map_err(ExchangeError::from)?.into_parts();
        if head.status != StatusCode::OK {
            let told = timeout_at(deadline.at().into(), whole(body)).await;
            let told = told.ok().and_then(Result::ok).unwrap_or_default();
            return Err(refusal(head.status, &String::from_utf8_lossy(&told)));
        }
        let length = hyper::body::Body::size_hint(&body).lower();
        if length > limit {
            return Err(ObjectError::TooLarge { limit });
        }
        Ok(body)
    }

    /// The bucket as a host name, or as the first part of the path where another address was set: such a server has no
    /// host name per bucket. So has a bucket with a dot, which no certificate of AWS holds for.
    fn address(&self, object: &Object) -> String {
        let Object { bucket, key } = object;
        let key = utf8_percent_encode(key, KEPT);
        if self.aws.overridden(Service::S3).is_some() || bucket.contains('.') {
            format!("{}/{bucket}/{key}", self.aws.base(Service::S3))
        } else {
            let host = Service::S3.host(self.aws.region());
            format!("https://{bucket}.{host}/{key}")
        }
    }
}

async fn pour(
    mut body: Incoming,
    sink: &mut (impl AsyncWrite + Unpin + Send),
    limit: u64,
) -> Result<u64, ObjectError> {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ObjectError::BrokenOff)?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len() as u64;
        if length > limit {
            return Err(ObjectError::TooLarge { limit });
        }
        sink.write_all(data).await.map_err(ObjectError::Unwritten)?;
    }
    sink.flush().await.map_err(ObjectError::Unwritten)?;
    Ok(length)
}

fn refusal(status: StatusCode, told: &str) -> ObjectError {
    match status {
        StatusCode::NOT_FOUND => ObjectError::NotFound,
        StatusCode::FORBIDDEN => denial(told),
        _ => ObjectError::Refused(
            xml::text(told, "Code")
                .unwrap_or(status.as_str())
                .to_owned(),
        ),
    }
}

/// A 403 may also be about the signature or the credentials.
fn denial(told: &str) -> ObjectError {
    match xml::text(told, "Code") {
        None | Some("AccessDenied") => ObjectError::Denied,
        Some(code) => ObjectError::Refused(code.to_owned()),
    }
}

impl From<ExchangeError> for ObjectError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Http(HttpError::TimedOut) => Self::TimedOut,
            ExchangeError::Http(HttpError::Unreachable(_)) => Self::Unreachable,
            ExchangeError::Http(HttpError::BrokenOff(_)) => Self::BrokenOff,
            ExchangeError::Unsigned(error) => Self::Refused(error.to_string()),
        }
    }
}

impl Passing for ObjectError {
    fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut | Self::BrokenOff => true,
            Self::Refused(code) => {
                matches!(
                    code.as_str(),
                    "SlowDown" | "InternalError" | "ServiceUnavailable"
                ) || code.starts_with('5')
            }
            Self::NotFound | Self::Denied | Self::TooLarge { .. } | Self::Unwritten(_) => false,
        }
    }
}
