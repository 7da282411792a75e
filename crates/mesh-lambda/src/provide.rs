//! What this host provides: read and opened while the environment starts, at the same time.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use mesh_app::config::{Config, MeasuresBy, Variables};
use mesh_app::journal::Journal;
use mesh_app::{Provisions, secrets};
use mesh_aws::{Aws, Ssm};
use mesh_core::{Deadline, Metrics, SecretSource};
use mesh_tools::admission::Admission;
use mesh_tools::secrets::READ_TIMEOUT;
use mesh_tools::{CorpusHandle, Secrets};

use crate::corpus;

/// # Errors
/// A setting that can never work. What may work later is done without.
pub(crate) async fn all(config: &Config, variables: &Variables) -> anyhow::Result<Provisions> {
    let metrics = Arc::new(match config.measures.by {
        MeasuresBy::Off => Metrics::new(Instant::now()),
        MeasuresBy::Emf | MeasuresBy::CloudWatch => Metrics::recording(Instant::now()),
    });
    let aws = || Aws::from_environment(&|name| variables.foreign(name));
    let secrets = secrets::of(&config.secrets, variables, &metrics, |prefix| {
        aws().map(|aws| Box::new(Ssm::new(&aws, prefix)) as Box<dyn SecretSource>)
    })?;
    let library = async {
        match (&config.corpus.folder, &config.lambda.corpus) {
            (Some(folder), _) => Ok(open(folder).await),
            (None, Some(uri)) => corpus::remote(&aws()?, uri, variables),
            (None, None) => Ok(CorpusHandle::default()),
        }
    };
    let (library, ()) = futures::future::join(library, read(&secrets)).await;
    Ok(Provisions {
        corpus_handle: library?,
        secrets,
        metrics,
        admission: Admission::default(),
        journal: Journal::Later(Default::default()),
        state: None,
    })
}

/// The log tells what went wrong, and requests go on without. Lambda gives an environment ten seconds to start.
async fn read(secrets: &Secrets) {
    let _ = secrets
        .read(Deadline::after(Instant::now(), READ_TIMEOUT))
        .await;
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
