//! What is known of the registration from one run to the next: ids and a digest; and the secret of the webhook, which is shown
//! once.

mod hold;
mod kept;
mod lease;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use mesh_app::config::{Config, SecretsFrom, Variables};
use mesh_aws::{Aws, ParameterKind, Ssm};
use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

pub(super) use hold::Hold;
pub(super) use kept::Kept;

use super::approve::Approve;
use crate::exit::Failure;
use crate::private_file::{locked, replace_closed};

const TIMEOUT: Duration = Duration::from_secs(20);

/// Others read the id alone.
const SERVER_ID: &str = "elevenlabs-mcp-server-id";
const REST: &str = "elevenlabs-registration";
/// Read by whoever takes what ElevenLabs sends.
const WEBHOOK_SECRET: &str = "elevenlabs-webhook-secret";

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct State {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<Known>,
    /// What was to be approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approve: Option<Approve>,
    /// The agents that the last run named that named any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) agents: Vec<String>,
    /// The server that another is to take the place of, from before that one is made until this one is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) webhook: Option<KnownWebhook>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct KnownWebhook {
    pub(super) webhook_id: String,
    /// Whether it was set to try again: no answer has it.
    #[serde(default)]
    pub(super) retries: bool,
    /// Here only where the state is a file; the parameter store has a place for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<Kept>,
}

/// A secret that was written. It cannot be read back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Known {
    pub(super) secret_id: String,
    /// Of the value.
    pub(super) sha256: String,
}

#[derive(Debug)]
pub(super) enum Place {
    Store(Ssm),
    File(PathBuf),
}

impl Place {
    pub(super) async fn of(
        file: Option<PathBuf>,
        config: &Config,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        if let Some(file) = file {
            return Ok(Self::File(file));
        }
        if config.secrets.from != SecretsFrom::Ssm {
            return Err(Failure::usage(
                "there is no place to keep what was registered: give `--state FILE`, or set `MESH_SECRETS=ssm` for AWS's parameter \
                 store",
            ));
        }
        let aws = Aws::from_chain(&|name| variables.foreign(name), None).await;
        let aws = aws.context("cannot ask the parameter store")?;
        Ok(Self::Store(Ssm::new(&aws, &config.secrets.prefix)))
    }

    pub(super) async fn read(&self) -> anyhow::Result<State> {
        match self {
            Self::Store(store) => {
                let rest = store.parameter(REST, deadline()).await?;
                let mut state =
                    rest.map_or_else(|| Ok(State::default()), |rest| parse(rest.reveal()));
                if let Ok(state) = &mut state {
                    let id = store.parameter(SERVER_ID, deadline()).await?;
                    state.server_id = id.map(|id| id.reveal().to_owned());
                    if let Some(webhook) = &mut state.webhook {
                        let secret = store.parameter(WEBHOOK_SECRET, deadline()).await?;
                        webhook.secret = secret.map(Kept::new);
                    }
                }
                state.with_context(|| format!("the parameter `{REST}`"))
            }
            Self::File(path) => {
                let text = match std::fs::read_to_string(path) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                    text => text.with_context(|| format!("cannot read `{}`", path.display()))?,
                };
                parse(&text).with_context(|| format!("`{}`", path.display()))
            }
        }
    }

    pub(super) async fn write(&self, state: &State) -> anyhow::Result<()> {
        match self {
            Self::Store(store) => written(store, state)
                .await
                .context("cannot write to the parameter store"),
            Self::File(path) => {
                let text = serde_json::to_string_pretty(state)? + "\n";
                let write = || {
                    let (_lock, _) = locked(path)?;
                    replace_closed(path, &text)
                };
                write().with_context(|| format!("cannot write `{}`", path.display()))
            }
        }
    }
}

/// The id last: whoever reads it finds a server that is known in full.
async fn written(store: &Ssm, state: &State) -> anyhow::Result<()> {
    if *state == State::default() {
        store.delete_parameter(SERVER_ID, deadline()).await?;
        store.delete_parameter(WEBHOOK_SECRET, deadline()).await?;
        return Ok(store.delete_parameter(REST, deadline()).await?);
    }
    let mut rest = State {
        server_id: None,
        ..state.clone()
    };
    let secret = rest
        .webhook
        .as_mut()
        .and_then(|webhook| webhook.secret.take());
    if let Some(secret) = secret {
        let kind = ParameterKind::Secure;
        store
            .put_parameter(WEBHOOK_SECRET, secret.secret(), kind, deadline())
            .await?;
    }
    let rest = Secret::new(serde_json::to_string(&rest)?);
    store
        .put_parameter(REST, &rest, ParameterKind::Plain, deadline())
        .await?;
    if let Some(id) = &state.server_id {
        let id = Secret::new(id.as_str());
        store
            .put_parameter(SERVER_ID, &id, ParameterKind::Plain, deadline())
            .await?;
    }
    Ok(())
}

fn parse(text: &str) -> anyhow::Result<State> {
    if text.trim().is_empty() {
        return Ok(State::default());
    }
    serde_json::from_str(text)
        .context("it is not what `mesh register` has written; take it away to begin anew")
}

fn deadline() -> Deadline {
    Deadline::after(Instant::now(), TIMEOUT)
}
