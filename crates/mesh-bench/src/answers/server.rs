use std::future::ready;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use mesh_core::{
    Caller, Deadline, FoundParameter, Host, Metrics, Parameter, ParameterValues, RequestContext,
    Secret, SecretSource, SourceError,
};
use mesh_fakes::openai::EMBEDDING_MODEL;
use mesh_index::Corpus;
use mesh_tools::admission::Admission;
use mesh_tools::ask::Silent;
use mesh_tools::changes::Changes;
use mesh_tools::registry::CATALOG;
use mesh_tools::secrets::Ttl;
use mesh_tools::vendors::Models;
use mesh_tools::{Block, Context, CorpusHandle, Secrets, Services, View};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::vendors::{KEY, STORE, Vendors};

/// What a server has around a call, on one thread as in production.
pub(super) struct Server {
    services: Services,
    view: View,
    runtime: Runtime,
}

const TOOL: &str = "query_aoma_knowledge";
const BUDGET: Duration = Duration::from_secs(25);

impl Server {
    pub(super) fn beside(vendors: &Vendors, corpus: &Path) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let metrics = Arc::new(Metrics::new(Instant::now()));
        let secrets = Values::of(vendors).kept(&metrics);
        let deadline = Deadline::after(Instant::now(), BUDGET);
        runtime.block_on(secrets.read(deadline))?;
        let services = Services {
            corpus_handle: CorpusHandle::open(Corpus::open(corpus)?),
            secrets,
            metrics,
            admission: Admission::default(),
            changes: Changes::new(),
            vendors: Some(mesh_tools::Vendors::new(
                &vendors.openai.base(),
                "http://127.0.0.1:1",
                models(),
            )?),
            jira_base_url: None,
            voice: mesh_tools::voice::VoiceSettings::default(),
            name: String::new(),
            environment: String::new(),
            host: Host::Process,
            has_upstreams: false,
        };
        let view = CATALOG.view(&services);
        Ok(Self {
            services,
            view,
            runtime,
        })
    }

    /// The time to an answer's JSON, in which every source has its part.
    pub(super) fn ask(&self, question: &str) -> Result<Duration> {
        let permit = self.view.permit(TOOL).context("the tool is listed")?;
        let started = Instant::now();
        let request = RequestContext {
            caller: Caller::Local,
            id: None,
            trace: None,
            deadline: Deadline::after(started, BUDGET),
        };
        let cx = Context::new(request, &self.services, &self.view, &Silent);
        let arguments = json!({"query": question});
        let reply = self.runtime.block_on(permit.call(arguments, cx))?;
        let took = started.elapsed();
        let Some(Block::Text(text)) = reply.blocks.first() else {
            bail!("an answer without a text");
        };
        let answer: Value = serde_json::from_str(text)?;
        let sources = answer["sources"].as_array().context("sources")?;
        let searched = sources.iter().all(|source| source["state"] == "searched");
        ensure!(sources.len() == 3 && searched, "not of all three: {answer}");
        Ok(took)
    }
}

fn models() -> Models {
    Models {
        answers: Vec::new(),
        effort: None,
        max_output_tokens: None,
        synthesis: false,
        embedding: EMBEDDING_MODEL.to_owned(),
        dimensions: None,
    }
}

#[derive(Debug)]
struct Values([(Parameter, Secret); 4]);

impl Values {
    fn of(vendors: &Vendors) -> Self {
        let all = [
            (Parameter::OpenAiApiKey, KEY),
            (Parameter::OpenAiVectorStoreId, STORE),
            (Parameter::SupabaseUrl, vendors.database.url()),
            (
                Parameter::SupabaseServiceRoleKey,
                "sb_secret_0123456789abcdef",
            ),
        ];
        Self(all.map(|(parameter, value)| (parameter, Secret::new(value.to_owned()))))
    }

    fn kept(self, metrics: &Arc<Metrics>) -> Secrets {
        let day = Duration::from_secs(86_400);
        let ttl = Ttl {
            soft: day,
            hard: day,
        };
        Secrets::new(Box::new(self), ttl, Arc::clone(metrics))
    }
}

impl SecretSource for Values {
    fn read(
        &self,
        _: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<ParameterValues, SourceError>> + Send + '_>> {
        let found = self.0.iter().map(|(parameter, value)| {
            let value = value.clone();
            let version = None;
            (*parameter, FoundParameter { value, version })
        });
        Box::pin(ready(Ok(found.collect())))
    }

    fn name(&self, parameter: Parameter) -> String {
        parameter.variable().to_owned()
    }
}
