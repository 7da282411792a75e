//! Writes down what was decided of each call, in a chain of lines in which a change shows.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use mesh_core::{Deadline, Parameter, Secret};
use mesh_doors::audit::{Chain, Decision, Entry, Head, Outcome, Salt, anchor};
use mesh_store::{Store, Within};
use mesh_tools::{Reply, Secrets, ToolError};
use serde_json::Value;

use crate::access::Granted;
use crate::config::AuditTo;
use crate::mcp::Incoming;

/// How long the end of a chain is remembered: the lines themselves are kept as long as whoever collects them keeps them.
const ANCHORED: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Nothing is written where no record is asked for.
#[derive(Debug)]
pub(crate) struct Audit(Option<Record>);

#[derive(Debug)]
struct Record {
    secrets: Secrets,
    /// For what personal data is hashed with, where no key is shared.
    process_key: Secret,
    written: Mutex<Written>,
}

#[derive(Debug)]
struct Written {
    chain: Chain,
    sink: Sink,
    anchored: Option<Head>,
}

#[derive(Debug)]
enum Sink {
    StandardOutput,
    File(File),
}

/// A call that is on its way, as far as the record needs to know it.
#[derive(Debug)]
pub(crate) struct Pending {
    started: Instant,
    caller: String,
    arguments: String,
}

impl Audit {
    /// # Errors
    /// When the file cannot be written, or the system gives no random bytes.
    pub(crate) fn to(
        to: Option<&AuditTo>,
        environment: &str,
        secrets: &Secrets,
    ) -> anyhow::Result<Self> {
        let Some(to) = to else {
            return Ok(Self(None));
        };
        let sink = match to {
            AuditTo::StandardOutput => Sink::StandardOutput,
            AuditTo::File(path) => Sink::File(open(path)?),
        };
        Ok(Self(Some(Record {
            secrets: secrets.clone(),
            process_key: Secret::new(random()?),
            written: Mutex::new(Written {
                chain: Chain::new(environment, &random()?),
                sink,
                anchored: None,
            }),
        })))
    }

    /// What of a call is gone once it has been made.
    pub(crate) fn begin(&self, incoming: &Incoming, arguments: &Value) -> Option<Pending> {
        let salt = self.0.as_ref()?.salt();
        Some(Pending {
            started: Instant::now(),
            caller: salt.caller(&incoming.request.caller),
            arguments: salt.arguments(arguments),
        })
    }

    /// One line, for a call that was decided and made.
    pub(crate) fn end(
        &self,
        pending: Option<Pending>,
        incoming: &Incoming,
        granted: Option<&Granted>,
        tool: &mesh_tools::Entry,
        result: &Result<Reply, ToolError>,
    ) {
        let (Some(record), Some(pending)) = (&self.0, pending) else {
            return;
        };
        let team = granted.map(Granted::teams);
        let (decision, outcome) = told(result);
        let line = Entry {
            at: SystemTime::now(),
            caller: &pending.caller,
            team: team.as_deref().filter(|team| !team.is_empty()),
            tool: tool.name.as_str(),
            effect: tool.effect,
            decision,
            arguments: &pending.arguments,
            duration: pending.started.elapsed(),
            outcome,
            request_id: incoming.request.id.as_deref().unwrap_or_default(),
        };
        if let Err(error) = record.lock().write(&line) {
            tracing::error!(%error, "a line of the audit is lost");
        }
    }

    /// Keeps the end of the chain elsewhere, so that lines cut off are missed; where it has grown since.
    pub(crate) async fn anchor(&self, store: &dyn Store, deadline: Deadline) {
        let Some(record) = &self.0 else { return };
        let chain = {
            let written = record.lock();
            if written.anchored.as_ref() == Some(written.chain.head()) {
                return;
            }
            written.chain.clone()
        };
        let now = SystemTime::now();
        match anchor(store, &chain, ANCHORED, Within { now, deadline }).await {
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
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Written {
    /// In one piece, so that lines of several processes in one file stay apart.
    fn write(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let mut line = self.chain.append(entry);
        line.push('\n');
        match &mut self.sink {
            Sink::File(file) => file.write_all(line.as_bytes()),
            Sink::StandardOutput => io::stdout().lock().write_all(line.as_bytes()),
        }
    }
}

fn told(result: &Result<Reply, ToolError>) -> (Decision<'static>, Outcome) {
    match result {
        Err(ToolError::Denied(_)) => (Decision::Refused("policy"), Outcome::None),
        Err(ToolError::RateLimited { .. }) => (Decision::Refused("limit"), Outcome::None),
        Err(ToolError::Overloaded { .. }) => (Decision::Refused("overload"), Outcome::None),
        Ok(_) | Err(ToolError::InputRequired(_)) => (Decision::Allowed, Outcome::Answered),
        Err(_) => (Decision::Allowed, Outcome::Failed),
    }
}

fn open(path: &Path) -> anyhow::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let opened = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    opened.with_context(|| format!("cannot write the audit to `{}`", path.display()))
}

fn random() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("no random bytes from the system: {error}"))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
