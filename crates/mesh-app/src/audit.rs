//! Writes down what was decided of each call, in a chain of lines in which a change shows.

mod file;
mod outbox;

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use mesh_core::{Deadline, Effect, Parameter, Secret, lock};
use mesh_doors::audit::{Chain, Decision, Entry, Head, Outcome, Salt, anchor};
use mesh_store::{Store, Within};
use mesh_tools::{Secrets, ToolError};
use serde_json::Value;
use tokio::sync::watch;

use crate::access::Granted;
use crate::config::{AuditTo, Server};
use crate::mcp::Incoming;
use outbox::Outbox;

/// How long the end of a chain is remembered whose lines are not in the state: they are kept as long as whoever collects them
/// keeps them.
const ANCHORED: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Nothing is written where no record is asked for.
#[derive(Debug)]
pub(crate) struct Audit(Option<Record>);

#[derive(Debug)]
struct Record {
    secrets: Secrets,
    /// The key under which personal data is hashed where no `state-key` is shared between processes.
    process_key: Secret,
    written: Mutex<Written>,
    /// Closed while no call is on its way.
    underway: watch::Sender<()>,
}

#[derive(Debug)]
struct Written {
    chain: Chain,
    sink: Sink,
    /// The last line may have been written in part.
    is_torn: bool,
    anchored: Option<Head>,
    /// The moment of the last line.
    at: SystemTime,
}

#[derive(Debug)]
enum Sink {
    StandardOutput,
    File(File),
    State(Arc<Outbox>),
}

/// A call that is on its way. Its line is written when it ends, however it does.
#[derive(Debug)]
pub(crate) struct Pending<'a> {
    record: &'a Record,
    started: Instant,
    caller: String,
    team: Option<String>,
    what: String,
    effect: Effect,
    arguments: String,
    request_id: Option<Arc<str>>,
    told: Mutex<(Decision<'static>, Outcome)>,
    /// Dropped when the line is written.
    _underway: watch::Receiver<()>,
}

impl Audit {
    /// # Errors
    /// When the file cannot be written, there is no state, or the system gives no random bytes.
    pub(crate) fn to(
        server: &Server,
        environment: &str,
        secrets: &Secrets,
        state: Option<&Arc<dyn Store>>,
    ) -> anyhow::Result<Self> {
        let Some(to) = &server.audit else {
            return Ok(Self(None));
        };
        let (sink, is_torn) = match to {
            AuditTo::StandardOutput => (Sink::StandardOutput, false),
            AuditTo::File(path) => {
                let (file, is_torn) = file::open(path)?;
                (Sink::File(file), is_torn)
            }
            AuditTo::State => {
                let state = state.context("there is no state to keep the audit in")?;
                let outbox = Outbox::new(Arc::clone(state), server.audit_kept);
                (Sink::State(Arc::new(outbox)), false)
            }
        };
        Ok(Self(Some(Record {
            secrets: secrets.clone(),
            underway: watch::Sender::new(()),
            process_key: Secret::new(random()?),
            written: Mutex::new(Written {
                chain: Chain::new(environment, &random()?),
                sink,
                is_torn,
                anchored: None,
                at: SystemTime::UNIX_EPOCH,
            }),
        })))
    }

    /// To be held while a call is decided and made: of a tool by its name, of anything else by its method.
    pub(crate) fn begin(
        &self,
        incoming: &Incoming,
        granted: Option<&Granted>,
        what: &str,
        effect: Effect,
        arguments: &Value,
    ) -> Option<Pending<'_>> {
        let record = self.0.as_ref()?;
        let salt = record.salt();
        let team = granted.map(Granted::teams);
        Some(Pending {
            record,
            started: Instant::now(),
            caller: salt.caller(&incoming.request.caller),
            team: team.filter(|team| !team.is_empty()),
            what: what.to_owned(),
            effect,
            arguments: salt.arguments(arguments),
            request_id: incoming.request.id.clone(),
            told: Mutex::new((Decision::Allowed, Outcome::Abandoned)),
            _underway: record.underway.subscribe(),
        })
    }

    /// Waits for the lines of calls that are being ended.
    pub(crate) async fn settle(&self, deadline: Deadline) {
        let Some(record) = &self.0 else { return };
        let left = deadline.remaining(Instant::now());
        let settled = tokio::time::timeout(left, record.underway.closed()).await;
        if settled.is_err() {
            tracing::error!("calls did not end with the server; their lines of the audit are lost");
        }
    }

    /// Has the state take the lines that are to be kept there.
    pub(crate) async fn flush(&self, deadline: Deadline) {
        let Some(record) = &self.0 else { return };
        let outbox = match &record.lock().sink {
            Sink::State(outbox) => Arc::clone(outbox),
            Sink::StandardOutput | Sink::File(_) => return,
        };
        outbox.flush(deadline).await;
    }

    /// Keeps the end of the chain elsewhere, so that lines cut off are missed; where it has grown since.
    pub(crate) async fn anchor(&self, store: &dyn Store, deadline: Deadline) {
        let Some(record) = &self.0 else { return };
        let now = SystemTime::now();
        let (chain, until) = {
            let written = record.lock();
            let head = written.chain.head();
            if head.seq == 0 || written.anchored.as_ref() == Some(head) {
                return;
            }
            let until = match &written.sink {
                // A head that outlived its last line would be one of a chain that is gone.
                Sink::State(outbox) => outbox.expiry(written.at),
                Sink::StandardOutput | Sink::File(_) => now + ANCHORED,
            };
            (written.chain.clone(), until)
        };
        match anchor(store, &chain, until, Within { now, deadline }).await {
            Ok(()) => record.lock().anchored = Some(chain.head().clone()),
            Err(error) => tracing::warn!(%error, "the end of the audit's chain could not be kept"),
        }
    }
}

impl Record {
    fn salt(&self) -> Salt {
        let shared = self.secrets.at_hand(Parameter::StateKey);
        let newest = shared
            .as_ref()
            .and_then(|keys| keys.reveal().split(',').next());
        let newest = newest.map(Secret::new);
        Salt::at(
            newest.as_ref().unwrap_or(&self.process_key),
            SystemTime::now(),
        )
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        lock(&self.written)
    }
}

impl Written {
    /// In one piece, so that lines of several processes in one file stay apart. One that was cut short costs no other.
    fn write(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let line = self.chain.append(entry);
        self.at = entry.at;
        if let Sink::State(outbox) = &self.sink {
            outbox.put(&self.chain, line, entry.at);
            return Ok(());
        }
        let line = match std::mem::replace(&mut self.is_torn, true) {
            true => format!("\n{line}\n"),
            false => format!("{line}\n"),
        };
        match &mut self.sink {
            Sink::File(file) => file.write_all(line.as_bytes())?,
            Sink::StandardOutput => io::stdout().lock().write_all(line.as_bytes())?,
            Sink::State(_) => {}
        }
        self.is_torn = false;
        Ok(())
    }
}

impl Pending<'_> {
    /// It was not let through.
    pub(crate) fn refused(&self, error: &ToolError) {
        let why = match error {
            ToolError::Denied(_) => "policy",
            ToolError::RateLimited { .. } => "limit",
            ToolError::RequestTooLarge(_) => "size",
            ToolError::Overloaded { .. } => "overload",
            ToolError::Declined => "declined",
            ToolError::NotConfirmed(_) => "confirmation",
            _ => "uncounted",
        };
        *self.told() = (Decision::Refused(why), Outcome::None);
    }

    /// The policy keeps it from the caller, to whom it is unknown.
    pub(crate) fn hidden(&self) {
        *self.told() = (Decision::Refused("policy"), Outcome::None);
    }

    /// Nothing is done before somebody has agreed.
    pub(crate) fn asked(&self) {
        *self.told() = (Decision::Asked, Outcome::None);
    }

    pub(crate) fn confirmed(&self) {
        *self.told() = (Decision::Confirmed, Outcome::Abandoned);
    }

    /// It was let through, and has ended, whether or not its result is handed over.
    pub(crate) fn ended<T>(&self, result: &Result<T, ToolError>) {
        match result {
            // The arguments are judged when the tool has read them.
            Err(
                error @ (ToolError::Denied(_)
                | ToolError::Overloaded { .. }
                | ToolError::Declined
                | ToolError::NotConfirmed(_)),
            ) => self.refused(error),
            _ if self.told().0 == Decision::Asked => {}
            Ok(_) | Err(ToolError::InputRequired(_)) => self.told().1 = Outcome::Answered,
            Err(_) => self.told().1 = Outcome::Failed,
        }
    }

    fn told(&self) -> MutexGuard<'_, (Decision<'static>, Outcome)> {
        lock(&self.told)
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        let (decision, outcome) = *self.told();
        let line = Entry {
            at: SystemTime::now(),
            caller: &self.caller,
            team: self.team.as_deref(),
            tool: &self.what,
            effect: self.effect,
            decision,
            arguments: &self.arguments,
            duration: self.started.elapsed(),
            outcome,
            request_id: self.request_id.as_deref().unwrap_or_default(),
        };
        if let Err(error) = self.record.lock().write(&line) {
            tracing::error!(%error, "a line of the audit is lost");
        }
    }
}

fn random() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("no random bytes from the system: {error}"))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
