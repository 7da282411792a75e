//! What a host that is not Lambda provides: the corpus of the settings, the vendors' secrets, and a journal.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use mesh_app::config::{Config, PolicyAt, SecretsFrom, Variables};
use mesh_app::journal::Journal;
use mesh_app::{Access, Provisions, otlp, secrets, upstreams};

use crate::command::account::Account;
use crate::command::upstream::host;
use mesh_aws::{Bucket, Collector, Ssm, Text};
use mesh_core::{Deadline, Metrics, SecretSource};
use mesh_store::{Sqlite, Store};
use mesh_tools::secrets::READ_TIMEOUT;
use mesh_tools::{Secrets, audio};

pub(super) async fn all(
    config: &Config,
    account: &Account<'_>,
    metrics: Arc<Metrics>,
) -> anyhow::Result<Provisions> {
    let secrets = secrets(config, account, &metrics).await?;
    let journal = match config.measures.otlp {
        Some(_) => Journal::AtOnceAndKept(Mutex::default()),
        None => Journal::AtOnce,
    };
    Ok(Provisions {
        secrets,
        metrics,
        journal,
        state: state(config).await?,
        upstreams: upstreams(config, account).await?,
        access: access(config, account).await?,
        bucket: bucket(config, account).await?,
        ..Provisions::of(config)?
    })
}

async fn upstreams(
    config: &Config,
    account: &Account<'_>,
) -> anyhow::Result<Option<upstreams::Upstreams>> {
    let settings = &config.gateway;
    if settings.files.is_empty() && settings.discover.is_empty() {
        return Ok(None);
    }
    let host = host::of(config, account).await?;
    upstreams::of(config, account.variables, host).await
}

/// The policy, where it is kept at AWS. A server does not start with one it cannot read.
async fn access(config: &Config, account: &Account<'_>) -> anyhow::Result<Option<Access>> {
    let Some(PolicyAt::Aws(address)) = &config.server.policy else {
        return Ok(None);
    };
    let text = text_at(address, account).await?;
    let access = Access::kept(Box::new(text), config.secrets.ttl);
    // One reading has a bound of its own.
    access
        .renew(Deadline::after(Instant::now(), READ_TIMEOUT * 2))
        .await;
    match access.fault() {
        Some(fault) => bail!("cannot use the policy `{address}`: {fault}"),
        None => Ok(Some(access)),
    }
}

/// Where sounds are kept. Nothing is asked of it before a call needs it.
async fn bucket(config: &Config, account: &Account<'_>) -> anyhow::Result<Option<audio::Bucket>> {
    let Some(name) = &config.voice.bucket else {
        return Ok(None);
    };
    let aws = account.aws().await;
    let aws = aws.context("`MESH_AUDIO_BUCKET` cannot be used")?;
    let bucket = Bucket::new(aws, name).context("`MESH_AUDIO_BUCKET` cannot be used")?;
    Ok(Some(audio::Bucket::new(bucket)))
}

/// A text that is kept at AWS, by its address.
pub(in crate::command) async fn text_at(
    address: &str,
    account: &Account<'_>,
) -> anyhow::Result<Text> {
    let aws = account.aws().await;
    let aws = aws.with_context(|| format!("cannot ask for `{address}`"))?;
    Ok(Text::at(aws, address)?)
}

async fn state(config: &Config) -> anyhow::Result<Option<Arc<dyn Store>>> {
    /// Another process may be writing.
    const TIMEOUT: Duration = Duration::from_secs(5);
    let Some(folder) = &config.server.state else {
        return Ok(None);
    };
    let opened = Sqlite::open(folder, Deadline::after(Instant::now(), TIMEOUT)).await;
    let opened =
        opened.with_context(|| format!("cannot use the state in `{}`", folder.display()))?;
    Ok(Some(Arc::new(opened)))
}

/// The vendors' secrets, read once.
pub(in crate::command) async fn secrets(
    config: &Config,
    account: &Account<'_>,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<Secrets> {
    let aws = match config.secrets.from {
        SecretsFrom::Ssm => Some(account.aws().await?),
        SecretsFrom::Off | SecretsFrom::Environment => None,
    };
    let ssm = |prefix: &str| {
        let aws = aws.ok_or_else(|| anyhow::anyhow!("no account to read secrets from"))?;
        anyhow::Ok(Box::new(Ssm::new(aws, prefix)) as Box<dyn SecretSource>)
    };
    let secrets = secrets::of(&config.secrets, account.variables, metrics, ssm)?;
    // The log tells what went wrong, and health goes on telling it; it is asked for again.
    let _ = secrets
        .read(Deadline::after(Instant::now(), READ_TIMEOUT))
        .await;
    Ok(secrets)
}

pub(super) fn collector(
    config: &Config,
    variables: &Variables,
) -> anyhow::Result<Option<Collector>> {
    let collector = config.measures.otlp.as_ref().map(|base| {
        let url = format!("{base}{}", otlp::PATH);
        Collector::new(&|name| variables.foreign(name), url)
    });
    Ok(collector.transpose()?)
}
