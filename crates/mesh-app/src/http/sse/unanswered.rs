use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use http::StatusCode;
use mesh_core::lock;
use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, JsonRpcMessage, RequestId, ServerJsonRpcMessage,
};

use crate::rescue::{INVALID_REQUEST, Refusal};

/// A client that does not read its stream must not make the server keep answers without end.
const MAX: usize = 64;

/// The requests of one client whose answers it has not taken yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Unanswered(Arc<Mutex<HashSet<RequestId>>>);

impl Unanswered {
    /// All of these, or none.
    ///
    /// # Errors
    /// Where too many wait, or one with the same id does.
    pub(super) fn note(&self, messages: &[ClientJsonRpcMessage]) -> Result<(), Refusal> {
        let mut ids = self.lock();
        let mut noted = ids.clone();
        for message in messages {
            match message {
                JsonRpcMessage::Request(request) => add(&mut noted, &request.id)?,
                JsonRpcMessage::Notification(notification) => {
                    // It is answered no more.
                    if let ClientNotification::CancelledNotification(cancelled) =
                        &notification.notification
                        && let Some(id) = &cancelled.params.request_id
                    {
                        noted.remove(id);
                    }
                }
                _ => {}
            }
        }
        *ids = noted;
        Ok(())
    }

    /// The client takes a message.
    pub(super) fn taken(&self, message: &ServerJsonRpcMessage) {
        let id = match message {
            JsonRpcMessage::Response(response) => Some(&response.id),
            JsonRpcMessage::Error(error) => error.id.as_ref(),
            _ => None,
        };
        if let Some(id) = id {
            self.lock().remove(id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<RequestId>> {
        lock(&self.0)
    }
}

fn add(ids: &mut HashSet<RequestId>, id: &RequestId) -> Result<(), Refusal> {
    if ids.contains(id) {
        let message = "the request with that id has no answer yet; give each its own";
        return Err(Refusal::bad_request(message).to(id.clone().into_json_value()));
    }
    if ids.len() >= MAX {
        let message = "read the stream before sending more";
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, INVALID_REQUEST, message);
        return Err(refusal.to(id.clone().into_json_value()));
    }
    ids.insert(id.clone());
    Ok(())
}
