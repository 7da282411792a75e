mod background;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use mesh_core::{Datum, Deadline, Metrics};
use mesh_doors::limits::{Limiter, SharedLimiter};
use mesh_doors::once::Once;
use mesh_gateway::Gateway;
use mesh_index::Corpus;
use mesh_store::Store;
use mesh_tools::admission::Admission;
use mesh_tools::ask::Talk;
use mesh_tools::audio::Bucket;
use mesh_tools::changes::Changes;
use mesh_tools::system::NAME;
use mesh_tools::vendors::Models;
use mesh_tools::{Catalog, Context, CorpusHandle, Secrets, Services, Vendors, View};
use tokio_util::sync::CancellationToken;

use crate::access::Access;
use crate::audit::Audit;
use crate::callers::Callers;
use crate::config::{Config, PolicyAt, SecretsFrom};
use crate::emf::Labels;
use crate::journal::{Journal, Strangers};
use crate::listing::Listings;
use crate::mcp::{Incoming, Seal};
use crate::splice::Splices;
use crate::upstreams::{Sources, Upstreams};

/// All that a request may need, built once. Cloning shares it.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
pub struct Parts {
    pub config: Config,
    pub catalog: Catalog,
    pub services: Services,
    pub journal: Journal,
    pub(crate) strangers: Strangers,
    pub(crate) callers: Callers,
    pub access: Access,
    pub(crate) limiter: Limiter,
    /// Counts for all processes that share a state, behind [`Self::limiter`].
    pub(crate) shared: Option<SharedLimiter>,
    pub(crate) audit: Audit,
    /// Where what is good for one use is marked as used.
    pub(crate) once: Once,
    state: Option<Arc<dyn Store>>,
    pub(crate) listings: Listings,
    /// The servers behind this one.
    pub(crate) gateway: Option<Gateway>,
    /// The files and places that define the servers behind this one, to be looked at again while they are served.
    sources: Option<Arc<Sources>>,
    /// JSON of other servers that has to go through the SDK and reach the client byte for byte.
    pub(crate) splices: Splices,
    /// Seals what a client carries between the rounds of a call.
    pub(crate) seal: Seal,
    /// Ends what would never end by itself, when the server stops: streams, and what follows changes.
    pub(crate) stopping: CancellationToken,
    /// Ends what is left when the requests in flight have had their time.
    pub(crate) stopped: CancellationToken,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What a host provides, each in its own way.
#[derive(Debug)]
pub struct Provisions {
    pub corpus_handle: CorpusHandle,
    pub secrets: Secrets,
    pub metrics: Arc<Metrics>,
    pub admission: Admission,
    pub journal: Journal,
    /// What outlives a request: limits, record and marks of one use.
    pub state: Option<Arc<dyn Store>>,
    /// The servers behind this one.
    pub upstreams: Option<Upstreams>,
    /// Who may use what, by a policy that the host has to fetch; one in a file is read by us.
    pub access: Option<Access>,
    /// Where sounds are kept that are too large for an answer (`MESH_AUDIO_BUCKET`), where a bucket is named.
    pub bucket: Option<Bucket>,
}

impl Provisions {
    /// The corpus that the configuration names, where it names one, and nothing else.
    ///
    /// # Errors
    /// When the corpus cannot be opened.
    pub fn of(config: &Config) -> anyhow::Result<Self> {
        let open = |dir: &Path| {
            Corpus::open(dir)
                .with_context(|| format!("cannot open the corpus in `{}`", dir.display()))
        };
        let corpus = config.corpus.folder.as_deref().map(open).transpose()?;
        Ok(Self {
            corpus_handle: corpus.map(CorpusHandle::open).unwrap_or_default(),
            secrets: Secrets::none(),
            metrics: Arc::new(Metrics::new(Instant::now())),
            admission: Admission::default(),
            journal: Journal::AtOnce,
            state: None,
            upstreams: None,
            access: None,
            bucket: None,
        })
    }
}

/// None where no secret is read: there would be no key to ask with.
fn vendors(config: &Config) -> anyhow::Result<Option<Vendors>> {
    if config.secrets.from == SecretsFrom::Off {
        return Ok(None);
    }
    let settings = &config.vendors;
    let vendors = Vendors::new(
        &settings.openai_url,
        config.voice.address(),
        Models {
            answers: settings.models.clone(),
            effort: settings.effort.clone(),
            max_output_tokens: settings.max_output_tokens,
            synthesis: settings.synthesis.is_on(),
            embedding: settings.embedding_model.clone(),
            dimensions: settings.embedding_dimensions,
        },
    );
    vendors
        .context("`MESH_OPENAI_URL` or `MESH_ELEVENLABS_URL` cannot be used")
        .map(Some)
}

impl App {
    /// A server with what the configuration alone can provide: no secrets, state, upstreams or bucket.
    ///
    /// # Errors
    /// When the corpus cannot be opened, or the system gives no random bytes.
    pub fn build(config: Config, catalog: Catalog) -> anyhow::Result<Self> {
        let provisions = Provisions::of(&config)?;
        Self::with(config, catalog, provisions)
    }

    /// # Errors
    /// When the system gives no random bytes, the record of decisions cannot be written, or the policy cannot be read.
    pub fn with(config: Config, catalog: Catalog, provisions: Provisions) -> anyhow::Result<Self> {
        let vendors = vendors(&config)?;
        let seal = Seal::new(provisions.secrets.clone())?;
        let audit = Audit::to(
            &config.server,
            &config.answers.environment,
            &provisions.secrets,
            provisions.state.as_ref(),
        )?;
        let access = match (&config.server.policy, provisions.access) {
            (Some(PolicyAt::Aws(address)), None) => {
                bail!("nobody has fetched the policy `{address}`")
            }
            (Some(PolicyAt::Aws(_)), Some(access)) => access,
            (Some(PolicyAt::File(file)), _) => Access::by(Some(file))?,
            (None, _) => Access::by(None)?,
        };
        let callers = Callers::new(&config, &provisions.secrets);
        let services = Services {
            corpus_handle: provisions.corpus_handle,
            secrets: provisions.secrets,
            vendors,
            metrics: provisions.metrics,
            admission: provisions.admission,
            changes: Changes::new(),
            jira_base_url: config.answers.jira_base_url.clone(),
            name: config
                .answers
                .name
                .clone()
                .unwrap_or_else(|| NAME.to_owned()),
            environment: config.answers.environment.clone(),
            host: config.host,
            has_upstreams: provisions.upstreams.is_some(),
            voice: config.voice_settings(provisions.bucket),
        };
        let (gateway, sources) = match provisions.upstreams {
            Some(Upstreams { gateway, sources }) => (Some(gateway), Some(Arc::new(sources))),
            None => (None, None),
        };
        Ok(Self(Arc::new(Parts {
            config,
            catalog,
            services,
            journal: provisions.journal,
            strangers: Strangers::new(Instant::now()),
            callers,
            access,
            limiter: Limiter::default(),
            shared: provisions.state.clone().map(SharedLimiter::new),
            audit,
            once: Once::new(provisions.state.clone()),
            state: provisions.state,
            listings: Listings::default(),
            gateway,
            sources,
            splices: Splices::default(),
            seal,
            stopping: CancellationToken::new(),
            stopped: CancellationToken::new(),
        })))
    }

    /// What was measured since this was last asked.
    #[must_use]
    pub fn measured(&self, now: SystemTime) -> Vec<Datum> {
        self.services.metrics.drain(self.corpus_age(now))
    }

    fn corpus_age(&self, now: SystemTime) -> Option<Duration> {
        let indexed: Timestamp = self.services.corpus()?.stats().indexed_at.parse().ok()?;
        Some(
            now.duration_since(SystemTime::from(indexed))
                .unwrap_or_default(),
        )
    }

    /// What its measurements are published under.
    #[must_use]
    pub fn labels(&self) -> Labels<'_> {
        Labels {
            namespace: &self.config.measures.namespace,
            environment: &self.config.answers.environment,
            function: &self.config.measures.function,
        }
    }

    #[must_use]
    pub(crate) fn context<'a>(
        &'a self,
        incoming: &'a Incoming,
        talk: &'a dyn Talk,
        view: &'a View,
    ) -> Context<'a> {
        Context::new(incoming.request.clone(), &self.services, view, talk)
    }

    /// The deadline of a request that arrives now.
    #[must_use]
    pub(crate) fn deadline(&self) -> Deadline {
        self.deadline_before(None)
    }

    /// As [`Self::deadline`], where nobody waits for longer than until `leaves`.
    #[must_use]
    pub(crate) fn deadline_before(&self, leaves: Option<Instant>) -> Deadline {
        let now = Instant::now();
        let answers = &self.config.answers;
        let whole = Deadline::after(now, answers.budget).with_gap(answers.soft_deadline_gap);
        match leaves {
            Some(leaves) => whole.at_most(now, leaves.saturating_duration_since(now)),
            None => whole,
        }
    }
}
