use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use mesh_core::lock;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::{mpsc, watch};

use crate::message::{Message, reply_to};
use crate::question::{Question, Questions};
use crate::wishes::Wishes;

/// How far a call has come, as its upstream tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub done: f64,
    pub total: Option<f64>,
    pub message: Option<String>,
}

/// Where nobody keeps up, steps are lost: the next one says how far it is.
pub type Steps = mpsc::Sender<Step>;

/// Who hears what an upstream says while it works on a request.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    pub steps: Option<Steps>,
    /// None where nobody can be asked.
    pub questions: Option<Questions>,
    /// What can be asked, as 2026-07-28 has it said with every request (`clientCapabilities`).
    pub capabilities: Map<String, Value>,
}

impl Listener {
    /// Hears nothing, and can be asked nothing.
    pub(crate) fn nobody() -> &'static Self {
        static NOBODY: LazyLock<Listener> = LazyLock::new(Listener::default);
        &NOBODY
    }
}

/// Has a listener hear of its request until this is dropped, and not until that is answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Arc<Mutex<Option<Following>>>);

impl Kept {
    /// From now on it hears of steps alone: what is asked comes with another request.
    pub(crate) fn hears_of_steps(&self) {
        if let Some(Following { inbox, id }) = &*self.lock()
            && let Some(listener) = inbox.lock().get_mut(id)
        {
            listener.questions = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Following>> {
        lock(&self.0)
    }
}

/// What an upstream says without being asked.
#[derive(Debug)]
pub(crate) struct Inbox {
    upstream: String,
    /// Counted up whenever it says that its lists have changed.
    changes: watch::Sender<u64>,
    wishes: Arc<Wishes>,
    /// By the numbers of requests.
    listeners: Mutex<HashMap<u64, Listener>>,
}

impl Inbox {
    pub(crate) fn new(upstream: &str, changes: watch::Sender<u64>, wishes: Arc<Wishes>) -> Self {
        Self {
            upstream: upstream.to_owned(),
            changes,
            wishes,
            listeners: Mutex::default(),
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
            "notifications/resources/updated" => self.updated(message.params),
            "notifications/subscriptions/acknowledged" => self.acknowledged(message.params),
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
        self.wishes.has_missed_something();
    }

    fn updated(&self, params: Option<&RawValue>) {
        #[derive(Deserialize)]
        struct Updated {
            uri: String,
        }
        let params = params.map_or("", RawValue::get);
        if let Ok(Updated { uri }) = serde_json::from_str(params) {
            self.wishes.updated(&uri);
        }
    }

    /// MCP 2026-07-28, basic/patterns/subscriptions: what a stream begins with names the resources that it will tell of.
    fn acknowledged(&self, params: Option<&RawValue>) {
        #[derive(Deserialize)]
        struct Acknowledged {
            notifications: Notifications,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Notifications {
            #[serde(default)]
            resource_subscriptions: Vec<String>,
        }
        let params = params.map_or("", RawValue::get);
        if let Ok(Acknowledged { notifications }) = serde_json::from_str(params) {
            let uris = notifications.resource_subscriptions;
            uris.iter().for_each(|uri| self.wishes.is_told(uri));
        }
    }

    /// Has what is said of the request of that number heard, until what is returned, or kept, is dropped.
    pub(crate) fn follow(
        self: &Arc<Self>,
        id: u64,
        listener: &Listener,
        kept: Option<&Kept>,
    ) -> Option<Following> {
        if listener.steps.is_none() && listener.questions.is_none() {
            return None;
        }
        self.lock().insert(id, listener.clone());
        let inbox = Arc::clone(self);
        let following = Following { inbox, id };
        match kept {
            Some(kept) => {
                kept.lock().replace(following);
                None
            }
            None => Some(following),
        }
    }

    /// Passes a question on to whoever sent the request that it belongs to; where the connection does not say which that is, to
    /// the only one there is. What is returned is the reply, once there is one.
    pub(crate) fn relay(
        &self,
        message: &Message<'_>,
        request: Option<u64>,
    ) -> Option<impl Future<Output = String> + Send + use<>> {
        let (id, method) = (message.id?.to_owned(), message.method.as_deref()?);
        let (question, answered) = Question::of(method, message.params)?;
        let questions = {
            let listeners = self.lock();
            let mut asked = listeners.iter().filter(|(of, listener)| {
                listener.questions.is_some() && request.is_none_or(|request| request == **of)
            });
            let (_, listener) = asked.next()?;
            let is_the_only_one = asked.next().is_none();
            listener.questions.clone().filter(|_| is_the_only_one)?
        };
        questions.try_send(question).ok()?;
        Some(async move {
            let reply = answered.await;
            reply_to(
                &id,
                reply.unwrap_or_else(|_| Err("the call is over".to_owned())),
            )
        })
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
        let steps = |listener: &Listener| listener.steps.clone();
        let steps = self.lock().get(&progress.progress_token).and_then(steps);
        if let Some(steps) = steps {
            let _ = steps.try_send(Step {
                done: progress.progress,
                total: progress.total,
                message: progress.message,
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Listener>> {
        lock(&self.listeners)
    }
}

#[derive(Debug)]
pub(crate) struct Following {
    inbox: Arc<Inbox>,
    id: u64,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.inbox.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;

    use super::*;

    fn inbox() -> Arc<Inbox> {
        let wishes = Wishes::new("chatty", broadcast::Sender::new(1));
        Arc::new(Inbox::new("chatty", watch::channel(0).0, Arc::new(wishes)))
    }

    fn said(inbox: &Inbox, text: &str) -> Option<impl Future<Output = String> + Send + use<>> {
        let message = Message::read(text.as_bytes()).expect("a message");
        inbox.hear(&message);
        inbox.relay(&message, None)
    }

    #[test]
    fn of_steps_that_nobody_takes_the_later_ones_are_lost() {
        let (inbox, (steps, mut heard)) = (inbox(), mpsc::channel(2));
        let listener = Listener {
            steps: Some(steps),
            ..Listener::default()
        };
        let _following = inbox.follow(7, &listener, None);
        let mut step = |done: u8| {
            let params = format!(r#"{{"progressToken":7,"progress":{done}}}"#);
            let text = format!(
                r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{params}}}"#
            );
            assert!(said(&inbox, &text).is_none());
        };
        (1..=5).for_each(&mut step);
        let mut done = || heard.try_recv().ok().map(|step| step.done);
        assert_eq!([done(), done(), done()], [Some(1.0), Some(2.0), None]);
        step(6);
        assert_eq!(done(), Some(6.0));
    }

    #[tokio::test]
    async fn a_question_that_there_is_no_room_for_is_not_passed_on() {
        let (inbox, (questions, mut heard)) = (inbox(), mpsc::channel(1));
        let listener = Listener {
            questions: Some(questions),
            ..Listener::default()
        };
        let _following = inbox.follow(7, &listener, None);
        let ask = |id: u8| {
            said(
                &inbox,
                &format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"roots/list"}}"#),
            )
        };
        let first = ask(1).expect("room");
        assert!(ask(2).is_none());
        let question = heard.try_recv().expect("the first");
        question.answer(Ok(&Value::from("here")));
        assert_eq!(first.await, r#"{"jsonrpc":"2.0","id":1,"result":"here"}"#);
        assert!(ask(3).is_some());
    }
}
