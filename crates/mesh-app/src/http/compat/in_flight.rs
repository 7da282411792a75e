use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Body;
use axum::response::Response;
use futures::StreamExt as _;
use http::StatusCode;
use mesh_core::lock;
use serde_json::Value;

use crate::rescue::{INVALID_REQUEST, Refusal};

/// The requests of all sessions that are being answered. A session tells its answers apart by the requests' ids: of two with
/// one id, one would get the other's answer and the other none.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<Mutex<HashSet<Key>>>);

type Key = (String, String);

/// Held for as long as a request is being answered: by the stream of its answer, and by whatever works on it, since that goes
/// on when the stream is dropped.
#[derive(Debug)]
pub(super) struct Answering {
    all: InFlight,
    key: Key,
}

impl InFlight {
    /// # Errors
    /// Where the session's request with that id has no answer yet.
    pub(super) fn begin(&self, session: &str, id: &Value) -> Result<Answering, Refusal> {
        let key = (session.to_owned(), id.to_string());
        if self.lock().insert(key.clone()) {
            return Ok(Answering {
                all: self.clone(),
                key,
            });
        }
        let message = format!("the request with the id {id} has no answer yet; give each its own");
        Err(Refusal::new(StatusCode::OK, INVALID_REQUEST, message).to(id.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Key>> {
        lock(&self.0)
    }
}

impl Answering {
    /// The same response, which holds this until its end.
    pub(super) fn until_the_end_of(self: Arc<Self>, response: Response) -> Response {
        response.map(|body| {
            Body::from_stream(body.into_data_stream().inspect(move |_| {
                let _until_the_end = &self;
            }))
        })
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.all.lock().remove(&self.key);
    }
}
