use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};

use crate::message::Message;

/// How far a call has come, as its upstream tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub done: f64,
    pub total: Option<f64>,
    pub message: Option<String>,
}

pub type Steps = mpsc::UnboundedSender<Step>;

/// What an upstream says without being asked.
#[derive(Debug)]
pub(crate) struct Inbox {
    upstream: String,
    /// Counted up whenever it says that its lists have changed.
    changes: watch::Sender<u64>,
    steps: Mutex<HashMap<u64, Steps>>,
}

impl Inbox {
    pub(crate) fn new(upstream: &str, changes: watch::Sender<u64>) -> Self {
        Self {
            upstream: upstream.to_owned(),
            changes,
            steps: Mutex::default(),
        }
    }

    pub(crate) fn hear(&self, message: &Message<'_>) {
        let Some(method) = message.method.as_deref() else {
            return;
        };
        match method {
            "notifications/tools/list_changed"
            | "notifications/prompts/list_changed"
            | "notifications/resources/list_changed" => {
                self.changes.send_modify(|changes| *changes += 1);
            }
            "notifications/progress" => self.step(message.params),
            "notifications/message" => {
                // Another's words: escaped, and cut.
                let said = message.params.map_or("", RawValue::get);
                let said: String = said.chars().take(500).collect();
                tracing::debug!(upstream = self.upstream, ?said, "an upstream logs");
            }
            _ => {}
        }
    }

    /// What it said for a while was not heard: its lists may have changed.
    pub(crate) fn has_missed_something(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// Sends the steps of the request of that number to `steps`, until what is returned is dropped.
    pub(crate) fn follow(&self, id: u64, steps: Steps) -> Following<'_> {
        self.lock().insert(id, steps);
        Following { inbox: self, id }
    }

    fn step(&self, params: Option<&RawValue>) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Progress {
            progress_token: u64,
            progress: f64,
            total: Option<f64>,
            message: Option<String>,
        }
        let params = params.map_or("", RawValue::get);
        let Ok(progress) = serde_json::from_str::<Progress>(params) else {
            return;
        };
        if let Some(steps) = self.lock().get(&progress.progress_token) {
            let _ = steps.send(Step {
                done: progress.progress,
                total: progress.total,
                message: progress.message,
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Steps>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub(crate) struct Following<'a> {
    inbox: &'a Inbox,
    id: u64,
}

impl Drop for Following<'_> {
    fn drop(&mut self) {
        self.inbox.lock().remove(&self.id);
    }
}
