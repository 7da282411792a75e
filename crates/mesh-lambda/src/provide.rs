//! What this host provides: read and opened while the environment starts, at the same time.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use anyhow::Context as _;
use mesh_app::config::{Config, MeasuresBy, PolicyAt, Variables};
use mesh_app::journal::Journal;
use mesh_app::{Access, Provisions, secrets};
use mesh_aws::{Aws, Bucket, SetupError, Ssm, Text};
use mesh_core::{Deadline, Metrics, SecretSource};
use mesh_store::{DynamoDb, Store};
use mesh_tools::admission::Admission;
use mesh_tools::secrets::READ_TIMEOUT;
use mesh_tools::{CorpusHandle, Secrets, audio};

use crate::{corpus, upstreams};

/// # Errors
/// A setting that can never work. What may work later is done without.
pub(crate) async fn all(config: &Config, variables: &Variables) -> anyhow::Result<Provisions> {
    let metrics = Arc::new(match config.measures.by {
        MeasuresBy::Off => Metrics::new(Instant::now()),
        MeasuresBy::Emf | MeasuresBy::CloudWatch => Metrics::recording(Instant::now()),
    });
    let aws = Connection::new(variables);
    let secrets = secrets::of(&config.secrets, variables, &metrics, |prefix| {
        aws.get()
            .map(|aws| Box::new(Ssm::new(aws, prefix)) as Box<dyn SecretSource>)
    })?;
    let library = async {
        match (&config.corpus.folder, &config.lambda.corpus) {
            (Some(folder), _) => Ok(open(folder).await),
            (None, Some(uri)) => corpus::remote(aws.get()?, uri, variables),
            (None, None) => Ok(CorpusHandle::default()),
        }
    };
    let table = config.lambda.state_table.as_deref();
    let state = table.map(|table| anyhow::Ok(DynamoDb::new(aws.get()?, table)));
    let state = state.transpose()?;
    let access = access(config, &aws)?;
    let (library, (), ()) =
        futures::future::join3(library, read(&secrets), renew(access.as_ref())).await;
    Ok(Provisions {
        corpus_handle: library?,
        secrets,
        metrics,
        admission: Admission::default(),
        journal: Journal::Later(Default::default()),
        upstreams: upstreams::of(config, variables, || Ok(aws.get()?.clone())).await?,
        access,
        bucket: bucket(config, &aws)?,
        // Nothing is asked of the table before a call needs it.
        state: state.map(|state| Arc::new(state) as Arc<dyn Store>),
    })
}

/// The function's way to AWS, made for the first who needs it, and one for all.
struct Connection<'a> {
    variables: &'a Variables,
    made: OnceLock<Aws>,
}

impl<'a> Connection<'a> {
    const fn new(variables: &'a Variables) -> Self {
        Self {
            variables,
            made: OnceLock::new(),
        }
    }

    fn get(&self) -> Result<&Aws, SetupError> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let made = Aws::from_environment(&|name| self.variables.foreign(name))?;
        Ok(self.made.get_or_init(|| made))
    }
}

/// The log tells what went wrong, and requests go on without. Lambda gives an environment ten seconds to start.
async fn read(secrets: &Secrets) {
    let _ = secrets
        .read(Deadline::after(Instant::now(), READ_TIMEOUT))
        .await;
}

/// The policy, where it is kept at AWS; nobody is let in before it is read.
fn access(config: &Config, aws: &Connection<'_>) -> anyhow::Result<Option<Access>> {
    let Some(PolicyAt::Aws(address)) = &config.server.policy else {
        return Ok(None);
    };
    let text = Text::at(aws.get()?, address).context("`MESH_POLICY` cannot be used")?;
    Ok(Some(Access::kept(Box::new(text), config.secrets.ttl)))
}

/// Where sounds are kept. Nothing is asked of it before a call needs it.
fn bucket(config: &Config, aws: &Connection<'_>) -> anyhow::Result<Option<audio::Bucket>> {
    let Some(name) = &config.voice.bucket else {
        return Ok(None);
    };
    let bucket = Bucket::new(aws.get()?, name).context("`MESH_AUDIO_BUCKET` cannot be used")?;
    Ok(Some(audio::Bucket::new(bucket)))
}

/// As with the secrets: the next request tries again.
async fn renew(access: Option<&Access>) {
    if let Some(access) = access {
        access
            .renew(Deadline::after(Instant::now(), READ_TIMEOUT))
            .await;
    }
}

/// A corpus that cannot be opened is tried again by whoever needs it: health has to find it wrong, not absent.
async fn open(folder: &Path) -> CorpusHandle {
    let folder = folder.to_owned();
    let opening = move || {
        let folder = folder.clone();
        async move { corpus::open(folder).await }
    };
    match opening().await {
        Ok(corpus) => CorpusHandle::open(corpus),
        Err(fault) => CorpusHandle::failed(fault, Box::new(move || Box::pin(opening()))),
    }
}
