use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::sync::Barrier;

use super::error::ApiError;
use super::{KEY, Shared};
use crate::serve::Reset;

/// A request as it arrived, without what was in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    pub path: String,
}

#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) method: String,
    pub(super) path_end: String,
    pub(super) status: u16,
    pub(super) detail: Value,
}

/// Requests that wait for each other.
#[derive(Debug)]
pub(super) struct Meeting {
    pub(super) method: String,
    pub(super) path_end: String,
    /// How many are still to come.
    pub(super) left: usize,
    pub(super) barrier: Arc<Barrier>,
}

/// Where this request has to wait for others. The last one of a meeting ends it.
fn met(state: &mut super::State, method: &str, path: &str) -> Option<Arc<Barrier>> {
    let mut meetings = state.meetings.iter();
    let at = meetings
        .position(|meeting| meeting.method == method && path.ends_with(&meeting.path_end))?;
    let meeting = &mut state.meetings[at];
    meeting.left -= 1;
    let barrier = meeting.barrier.clone();
    if meeting.left == 0 {
        state.meetings.remove(at);
    }
    Some(barrier)
}

/// From when on nothing is served.
#[derive(Debug)]
pub(super) struct Cut {
    left: usize,
    is_last_unanswered: bool,
    has_cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    Unanswered,
    Unserved,
}

impl Cut {
    pub(super) const fn after(count: usize) -> Self {
        Self {
            left: count,
            is_last_unanswered: true,
            has_cut: false,
        }
    }

    pub(super) const fn before(count: usize) -> Self {
        Self {
            left: count,
            is_last_unanswered: false,
            has_cut: false,
        }
    }

    pub(super) const fn has_cut(&self) -> bool {
        self.has_cut
    }

    fn next(&mut self) -> Fate {
        let fate = match (self.left, self.is_last_unanswered) {
            (0, _) => Fate::Unserved,
            (1, true) => Fate::Unanswered,
            _ => Fate::Answered,
        };
        self.left = self.left.saturating_sub(1);
        self.has_cut |= fate != Fate::Answered;
        fate
    }
}

/// Writes a request down, and lets it through where its key is good and nothing else is planned.
pub(super) async fn pass(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let key = request.headers().get("xi-api-key");
    let key = key.and_then(|key| key.to_str().ok()).unwrap_or("");
    let meeting = met(&mut shared.lock(), &method, &path);
    if let Some(barrier) = meeting {
        barrier.wait().await;
    }
    let (fate, refusal) = {
        let mut state = shared.lock();
        state.asked.push(Asked {
            method: method.clone(),
            path: path.clone(),
        });
        let fate = state.cut.as_mut().map_or(Fate::Answered, Cut::next);
        let refusal = refused(key, &method, &path, &state);
        let planned = state
            .refusals
            .iter()
            .position(|planned| planned.method == method && path.ends_with(&planned.path_end));
        let planned = planned.map(|at| state.refusals.remove(at));
        let planned = planned.map(|planned| ApiError::of(planned.status, planned.detail));
        (fate, refusal.or(planned))
    };
    if fate == Fate::Unserved {
        return Reset.into_response();
    }
    let answer = match refusal {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    match fate {
        Fate::Unanswered => Reset.into_response(),
        _ => answer,
    }
}

/// All of these are 401.
fn refused(key: &str, method: &str, path: &str, state: &super::State) -> Option<ApiError> {
    if key != KEY {
        return Some(ApiError::named(401, "invalid_api_key", "Invalid API key"));
    }
    if state.is_elsewhere {
        let message = "This API key belongs to a data-residency stack. Use its own address.";
        return Some(ApiError::named(401, "invalid_api_key", message));
    }
    let needed = match (method, path.starts_with("/v1/convai")) {
        ("GET", true) => "convai_read",
        (_, true) => "convai_write",
        (_, false) => "workspace_write",
    };
    let message = format!(
        "The API key you used is missing the permission {needed} to execute this operation."
    );
    (state.denied == needed).then(|| ApiError::named(401, "missing_permissions", &message))
}
