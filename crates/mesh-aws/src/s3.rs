mod presign;
mod upload;

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpError, Refusal, Streamed};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout_at;

use crate::Aws;
use crate::endpoint::Service;
use crate::signer::{OBJECT, Scope, SignError};

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
#[error("an object is named as `s3://bucket/key`, without `.` or `..` between its slashes")]
pub struct NotAnObject;

impl Object {
    /// # Errors
    /// [`NotAnObject`].
    pub fn within(bucket: &str, key: &str) -> Result<Self, NotAnObject> {
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        // What an address makes of such parts leads to another object.
        let is_plain = !key.split('/').any(|part| matches!(part, "." | ".."));
        if bucket.len() < 3 || !bucket.bytes().all(fits) || key.is_empty() || !is_plain {
            return Err(NotAnObject);
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }
}

impl FromStr for Object {
    type Err = NotAnObject;

    fn from_str(uri: &str) -> Result<Self, NotAnObject> {
        let rest = uri.strip_prefix("s3://").ok_or(NotAnObject)?;
        let (bucket, key) = rest.split_once('/').ok_or(NotAnObject)?;
        Self::within(bucket, key)
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// Of an object that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// In bytes.
    pub length: u64,
    /// The `ETag`, with its quotes; empty where there was none.
    pub version: String,
}

/// Why an object could not be fetched or kept. The words are for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    #[error("there is no such object")]
    NotFound,
    #[error("there is no such bucket")]
    NoBucket,
    /// Also for an object that is not there, where the role may not list the bucket.
    #[error(
        "the bucket refused: the role may not read the object (s3:GetObject), or it is not there"
    )]
    Denied,
    /// The condition of a conditional write does not hold.
    #[error("the object is not as it was")]
    Conflict,
    #[error("the bucket could not be reached")]
    Unreachable,
    #[error("the bucket goes on failing, and is not asked for some seconds")]
    LeftAlone,
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

/// Objects of S3, one request each.
#[derive(Clone, Debug)]
pub struct S3 {
    aws: Aws,
}

impl S3 {
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone() }
    }

    /// Writes the object to `sink` as it arrives. After an error `sink` may hold a part of it.
    ///
    /// # Errors
    /// See [`ObjectError`]; nothing of more than `limit` bytes is written.
    pub async fn download(
        &self,
        object: &Object,
        sink: &mut (impl AsyncWrite + Unpin + Send),
        limit: u64,
        deadline: Deadline,
    ) -> Result<Fetched, ObjectError> {
        let bounds = Bounds {
            deadline,
            max_bytes: limit,
        };
        let request = timeout_at(deadline.at().into(), self.request(object)).await;
        let request = request.map_err(|_| ObjectError::TimedOut)??;
        let answer = self.aws.http().send_idempotent(request, bounds).await?;
        let version = answer.headers().get(header::ETAG);
        let version = version.and_then(|version| version.to_str().ok());
        let version = version.unwrap_or_default().to_owned();
        let length = pour(answer.into_body(), sink).await?;
        Ok(Fetched { length, version })
    }

    /// Credentials may have to be fetched first.
    async fn request(&self, object: &Object) -> Result<Request<Bytes>, ObjectError> {
        let mut request = Request::get(self.address(object))
            .body(Bytes::new())
            .map_err(|error| invalid(&error))?;
        let credentials = self.aws.credentials().await;
        let headers = credentials
            .ok_or(SignError::NoCredentials)
            .and_then(|credentials| {
                self.scope(SystemTime::now())
                    .headers(&request, &credentials)
            })
            .map_err(|error| invalid(&error))?;
        request.headers_mut().extend(headers);
        Ok(request)
    }

    fn scope(&self, now: SystemTime) -> Scope<'_> {
        Scope {
            service: OBJECT,
            region: self.aws.region(),
            now,
        }
    }

    /// The bucket as a host name, or as the first part of the path where another address was set: such a server has no
    /// host name per bucket. So has a bucket with a dot, which no certificate of AWS holds for.
    fn address(&self, object: &Object) -> String {
        let Object { bucket, key } = object;
        let key = utf8_percent_encode(key, KEPT);
        let region = self.aws.region();
        let suffix = match region.starts_with("cn-") {
            true => "amazonaws.com.cn",
            false => "amazonaws.com",
        };
        match self.aws.overridden(Service::S3) {
            Some(base) => format!("{base}/{bucket}/{key}"),
            None if bucket.contains('.') => format!("https://s3.{region}.{suffix}/{bucket}/{key}"),
            None => format!("https://{bucket}.s3.{region}.{suffix}/{key}"),
        }
    }
}

fn invalid(error: &dyn fmt::Display) -> ObjectError {
    ObjectError::Refused(error.to_string())
}

async fn pour(
    mut body: Streamed,
    sink: &mut (impl AsyncWrite + Unpin + Send),
) -> Result<u64, ObjectError> {
    let mut length = 0;
    while let Some(part) = body.chunk().await? {
        length += part.len() as u64;
        sink.write_all(&part)
            .await
            .map_err(ObjectError::Unwritten)?;
    }
    sink.flush().await.map_err(ObjectError::Unwritten)?;
    Ok(length)
}

impl From<HttpError> for ObjectError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::TimedOut => Self::TimedOut,
            HttpError::Unreachable(_) => Self::Unreachable,
            HttpError::LeftAlone { .. } => Self::LeftAlone,
            HttpError::BrokenOff(_) => Self::BrokenOff,
            HttpError::TooLarge { max_bytes } => Self::TooLarge { limit: max_bytes },
            HttpError::Refused(refusal) => refused(&refusal),
            HttpError::Invalid(why) => Self::Refused(why),
        }
    }
}

/// A 403 may also be about the signature or the credentials.
fn refused(refusal: &Refusal) -> ObjectError {
    let told = String::from_utf8_lossy(&refusal.body);
    match (refusal.status, code(&told)) {
        (StatusCode::NOT_FOUND, Some("NoSuchBucket")) => ObjectError::NoBucket,
        (StatusCode::NOT_FOUND, _) => ObjectError::NotFound,
        (StatusCode::FORBIDDEN, None | Some("AccessDenied")) => ObjectError::Denied,
        // Amazon S3 User Guide, Conditional writes: 409 where another write was under way.
        (StatusCode::PRECONDITION_FAILED, _)
        | (StatusCode::CONFLICT, Some("ConditionalRequestConflict")) => ObjectError::Conflict,
        (status, code) => ObjectError::Refused(code.unwrap_or(status.as_str()).to_owned()),
    }
}

/// The short name of a fault: an element without attributes, whose text has no entities.
fn code(told: &str) -> Option<&str> {
    let (_, rest) = told.split_once("<Code>")?;
    rest.split_once("</Code>").map(|(code, _)| code)
}
