//! S3 with one bucket: what is put into it is there whole, by its path. Signatures are not checked; lengths,
//! digests and conditions are.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use mesh_core::hex;
use ring::digest::{SHA256, digest};

use crate::serve;

/// The bucket that is there.
pub const BUCKET: &str = "sounds";

/// A server that lives as long as the runtime it was started on. Clones are the same server.
#[derive(Clone, Debug)]
pub struct FakeS3 {
    address: SocketAddr,
    shared: Shared,
}

#[derive(Clone, Debug, Default)]
struct Shared(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    objects: BTreeMap<String, Stored>,
    /// What is put under a key that begins so is refused.
    read_only: Option<&'static str>,
}

/// An object as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub bytes: Bytes,
    pub media_type: String,
}

impl FakeS3 {
    /// Listens on a free port of this machine.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn start() -> Self {
        let shared = Shared::default();
        let router = Router::new()
            .fallback(serve)
            .layer(DefaultBodyLimit::disable())
            .with_state(shared.clone());
        let address = serve::start(router).await;
        Self { address, shared }
    }

    /// What `AWS_ENDPOINT_URL_S3` is set to.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The keys of all objects, in their order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.shared.lock().objects.keys().cloned().collect()
    }

    /// The object that a signed address leads to.
    #[must_use]
    pub fn behind(&self, address: &str) -> Option<Stored> {
        let uri: Uri = address.parse().ok()?;
        let is_signed = uri
            .query()
            .is_some_and(|query| query.contains("X-Amz-Signature="));
        let key = uri.path().strip_prefix('/')?.strip_prefix(BUCKET)?;
        let key = key.strip_prefix('/')?;
        let found = self.shared.lock().objects.get(key).cloned();
        found.filter(|_| is_signed)
    }

    /// From now on, what is put under a key that begins with `prefix` is refused with 403.
    pub fn refuse_writes(&self, prefix: &'static str) {
        self.shared.lock().read_only = Some(prefix);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let Some((BUCKET, key)) = path.split_once('/') else {
        return fault(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    let mut held = shared.lock();
    match method {
        Method::PUT if held.read_only.is_some_and(|prefix| key.starts_with(prefix)) => {
            fault(StatusCode::FORBIDDEN, "AccessDenied")
        }
        Method::PUT => {
            let refusal = refusal(&headers, &body);
            if let Some(refusal) = refusal.or_else(|| conflict(&headers, held.objects.get(key))) {
                return refusal;
            }
            let stored = Stored {
                bytes: body,
                media_type: text(&headers, header::CONTENT_TYPE.as_str()).to_owned(),
            };
            held.objects.insert(key.to_owned(), stored);
            StatusCode::OK.into_response()
        }
        Method::GET => match held.objects.get(key) {
            Some(stored) => {
                let head = [
                    (header::CONTENT_TYPE, stored.media_type.clone()),
                    (header::ETAG, stored.version()),
                ];
                (head, stored.bytes.clone()).into_response()
            }
            // Whoever may not list the bucket is told no more.
            None => fault(StatusCode::FORBIDDEN, "AccessDenied"),
        },
        _ => fault(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

/// Amazon S3 API Reference, PutObject: a body has a length, and is what was signed.
fn refusal(headers: &HeaderMap, body: &Bytes) -> Option<Response> {
    if text(headers, header::CONTENT_LENGTH.as_str()).is_empty() {
        return Some(fault(StatusCode::LENGTH_REQUIRED, "MissingContentLength"));
    }
    let is_signed = text(headers, "x-amz-content-sha256") == sha256(body);
    (!is_signed).then(|| fault(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch"))
}

/// Amazon S3 User Guide, Conditional writes.
fn conflict(headers: &HeaderMap, known: Option<&Stored>) -> Option<Response> {
    let changed = || fault(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
    let wanted = text(headers, header::IF_MATCH.as_str());
    match known {
        Some(_) if text(headers, header::IF_NONE_MATCH.as_str()) == "*" => Some(changed()),
        Some(known) if !wanted.is_empty() && wanted != known.version() => Some(changed()),
        None if !wanted.is_empty() => Some(fault(StatusCode::NOT_FOUND, "NoSuchKey")),
        _ => None,
    }
}

impl Stored {
    /// Its `ETag`.
    fn version(&self) -> String {
        format!("\"{}\"", sha256(&self.bytes))
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn fault(status: StatusCode, code: &str) -> Response {
    (status, format!("<Error><Code>{code}</Code></Error>")).into_response()
}
