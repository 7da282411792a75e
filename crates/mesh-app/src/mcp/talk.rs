use std::sync::Mutex;

use futures::future::BoxFuture;
use mesh_core::lock;
use mesh_tools::ToolError;
use mesh_tools::ask::{Answer, Answers, Capability, Level, Question, Talk};
use rmcp::model::{ClientCapabilities, ProgressNotificationParam, ProgressToken, ServerRequest};
#[expect(deprecated, reason = "earlier revisions have logging, and are served")]
use rmcp::model::{LoggingLevel, LoggingMessageNotificationParam};
use rmcp::service::{Peer, RoleServer};
use serde_json::Value;

use super::rounds;
use super::seal::Stamp;
use crate::dispatch::Round;

/// The way back to an MCP client during one request.
pub(super) struct McpTalk {
    pub(super) peer: Peer<RoleServer>,
    /// Absent where the client gave none, or can take nothing before the result.
    pub(super) progress: Option<ProgressToken>,
    /// The least level the client wants to hear of.
    pub(super) log_from: Option<Level>,
    pub(super) offers: ClientCapabilities,
    pub(super) way: Way,
}

/// How a question reaches the client.
pub(super) enum Way {
    /// It is sent at once within the session, and its answer comes back into the same call.
    Session,
    /// It is the result of this round, with what is known from the rounds before.
    Rounds(Mutex<Known>),
}

/// What the rounds before have brought.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) answers: Answers,
    /// What was kept for this round.
    pub(super) memo: Option<Value>,
    /// What is kept for the next.
    pub(super) kept: Option<Value>,
}

impl Talk for McpTalk {
    fn progress<'a>(&'a self, done: f64, total: f64, message: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(token) = self.progress.clone() else {
                return;
            };
            let mut note = ProgressNotificationParam::new(token, done);
            note.message = (!message.is_empty()).then(|| message.to_owned());
            note.total = (total > 0.0).then_some(total);
            // A client that left hears nothing; the call's own end notices.
            let _ = self.peer.notify_progress(note).await;
        })
    }

    fn takes_progress(&self) -> bool {
        self.progress.is_some()
    }

    fn log<'a>(&'a self, level: Level, message: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if self.log_from.is_some_and(|from| rank(level) >= rank(from)) {
                #[expect(deprecated, reason = "earlier revisions have logging, and are served")]
                let _ = self
                    .peer
                    .notify_logging_message(LoggingMessageNotificationParam::new(
                        to_wire(level),
                        Value::from(message),
                    ))
                    .await;
            }
        })
    }

    fn offers(&self, capability: Capability) -> bool {
        match capability {
            // One that says nothing of modes has forms.
            Capability::Elicitation => (self.offers.elicitation.as_ref())
                .is_some_and(|elicitation| elicitation.form.is_some() || elicitation.url.is_none()),
            Capability::Sampling => self.offers.sampling.is_some(),
            Capability::Roots => self.offers.roots.is_some(),
        }
    }

    fn keep(&self, memo: Value) {
        if let Way::Rounds(known) = &self.way {
            lock(known).kept = Some(memo);
        }
    }

    fn resume(&self) -> Option<(Value, Answers)> {
        let Way::Rounds(known) = &self.way else {
            return None;
        };
        let mut known = lock(known);
        let memo = known.memo.take()?;
        Some((memo, std::mem::take(&mut known.answers)))
    }

    fn ask(&self, questions: Vec<(String, Question)>) -> BoxFuture<'_, Result<Answers, ToolError>> {
        Box::pin(async move {
            match &self.way {
                Way::Rounds(known) => among(&lock(known).answers, questions),
                Way::Session => self.send(questions).await,
            }
        })
    }
}

impl McpTalk {
    /// What the next round is to know beside what is answered in it.
    pub(super) fn known(&self) -> (Answers, Option<Value>) {
        match &self.way {
            Way::Session => (Answers::new(), None),
            Way::Rounds(known) => {
                let known = lock(known);
                (known.answers.clone(), known.kept.clone())
            }
        }
    }

    /// What this client's answers come with.
    pub(super) fn round<'a>(&self, stamp: Option<&'a Stamp>) -> Round<'a> {
        match &self.way {
            Way::Session => Round::Whole,
            Way::Rounds(_) => Round::Answering(stamp),
        }
    }

    async fn send(&self, questions: Vec<(String, Question)>) -> Result<Answers, ToolError> {
        let mut answers = Answers::new();
        for (key, question) in questions {
            let request: ServerRequest =
                serde_json::from_value(rounds::wire(question)).map_err(ToolError::internal)?;
            let answer = self.peer.send_request(request).await.map_err(|_| {
                ToolError::Unavailable(
                    "the client did not answer what the tool asked; call again to be asked again"
                        .to_owned(),
                )
            })?;
            answers.insert(
                key,
                Answer(serde_json::to_value(answer).map_err(ToolError::internal)?),
            );
        }
        Ok(answers)
    }
}

fn among(answers: &Answers, questions: Vec<(String, Question)>) -> Result<Answers, ToolError> {
    let missing: Vec<_> = questions
        .iter()
        .filter(|(key, _)| !answers.contains_key(key))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(ToolError::InputRequired(missing));
    }
    Ok(questions
        .into_iter()
        .filter_map(|(key, _)| answers.get(&key).cloned().map(|answer| (key, answer)))
        .collect())
}

const fn rank(level: Level) -> u8 {
    match level {
        Level::Debug => 0,
        Level::Info => 1,
        Level::Warning => 2,
        Level::Error => 3,
    }
}

#[expect(deprecated, reason = "earlier revisions have logging, and are served")]
const fn to_wire(level: Level) -> LoggingLevel {
    match level {
        Level::Debug => LoggingLevel::Debug,
        Level::Info => LoggingLevel::Info,
        Level::Warning => LoggingLevel::Warning,
        Level::Error => LoggingLevel::Error,
    }
}

/// Syslog has eight levels, we send four: each stands for itself and what lies between it and the next.
#[expect(deprecated, reason = "earlier revisions have logging, and are served")]
pub(super) const fn from_wire(level: LoggingLevel) -> Level {
    match level {
        LoggingLevel::Debug => Level::Debug,
        LoggingLevel::Info => Level::Info,
        LoggingLevel::Notice | LoggingLevel::Warning => Level::Warning,
        _ => Level::Error,
    }
}
