use std::sync::Arc;
use std::time::Instant;

use mesh_clients::elevenlabs::Spending;
use mesh_core::{Cutoff, Deadline, Host, Metrics, Parameter, RequestContext, Secret};
use mesh_index::Corpus;

use crate::admission::{Admission, Failure};
use crate::ask::{Answer, Answers, Capability, Level, Question, Talk};
use crate::changes::Changes;
use crate::consent::Await;
use crate::corpus_handle::CorpusHandle;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::secrets::Secrets;
use crate::vendors::Vendors;
use crate::view::View;
use crate::voice::VoiceSettings;

/// What tools work with; built once, shared by all calls.
#[derive(Debug)]
pub struct Services {
    pub corpus_handle: CorpusHandle,
    pub secrets: Secrets,
    /// What is asked of vendors, where there are secrets to ask with.
    pub vendors: Option<Vendors>,
    pub metrics: Arc<Metrics>,
    pub admission: Admission,
    /// Tells those who listen that something offered has changed.
    pub changes: Changes,
    /// Where a ticket's key leads to, without a trailing slash; tickets carry no link where it is absent.
    pub jira_base_url: Option<String>,
    /// What the server is called.
    pub name: String,
    /// `production`, `staging`, …: only shown.
    pub environment: String,
    pub host: Host,
    /// Other servers are behind this one, so that it is of use without a corpus.
    pub has_upstreams: bool,
    /// What the operator says of speech and voices.
    pub voice: VoiceSettings,
}

impl Services {
    /// Whether what `needs` names is there.
    #[must_use]
    pub fn have(&self, needs: Needs) -> bool {
        needs.are_met(&|one| self.has(one))
    }

    /// Whether what `needs` names is there or, as far as is known, on its way: what a list may name.
    #[must_use]
    pub fn expect(&self, needs: Needs) -> bool {
        needs.are_met(&|one| {
            let is_of_corpus = matches!(one, Needs::Corpus(_));
            self.has(one) || is_of_corpus && self.corpus_handle.is_expected()
        })
    }

    fn has(&self, one: Needs) -> bool {
        match one {
            Needs::Corpus(kind) => self.corpus().is_some_and(|corpus| corpus.has(kind)),
            Needs::Secret(parameter) => self.secrets.at_hand(parameter).is_some(),
            Needs::On(family) => self.voice.families.contains(&family),
            several => self.have(several),
        }
    }

    #[must_use]
    pub fn corpus(&self) -> Option<&Corpus> {
        self.corpus_handle.corpus()
    }

    /// Tries to have what `needs` names, where it could be had and is not at hand: waits for a corpus on its way, asks again
    /// for secrets that could not be read.
    ///
    /// # Errors
    /// Why it cannot be had now.
    pub async fn provide(&self, needs: Needs, deadline: Deadline) -> Result<(), ToolError> {
        match needs {
            Needs::Corpus(_) => self.corpus_handle.arrive(deadline).await,
            Needs::Secret(parameter) => self.secrets.value(parameter, deadline).await.map(drop),
            Needs::On(_) if self.has(needs) => Ok(()),
            Needs::On(family) => Err(ToolError::Unavailable(format!(
                "the tools of `{}` are switched off (`MESH_ELEVENLABS_TOOLS`)",
                family.as_str()
            ))),
            Needs::All(each) => {
                for needs in each {
                    Box::pin(self.provide(*needs, deadline)).await?;
                }
                Ok(())
            }
            Needs::Any(several) => self.provide_one(several, deadline).await,
        }
    }

    /// The first that can be had; else why the first could not. What the corpus refused once is not asked again for another
    /// kind of it.
    async fn provide_one(
        &self,
        several: &'static [Needs],
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let mut refused = None;
        for needs in several {
            if refused.is_some() && matches!(needs, Needs::Corpus(_)) {
                continue;
            }
            match Box::pin(self.provide(*needs, deadline)).await {
                Ok(()) => return Ok(()),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        refused.map_or(Ok(()), Err)
    }
}

/// What one call may use, and no more.
#[derive(Clone)]
pub struct Context<'a> {
    pub request: RequestContext,
    pub services: &'a Services,
    pub view: &'a View,
    pub talk: &'a dyn Talk,
    /// What the call has sent that may cost something.
    pub(crate) spending: Spending,
    /// What somebody has to agree to before anything is paid.
    pub(crate) awaited: Option<Arc<dyn Await + 'a>>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

impl<'a> Context<'a> {
    #[must_use]
    pub fn new(
        request: RequestContext,
        services: &'a Services,
        view: &'a View,
        talk: &'a dyn Talk,
    ) -> Self {
        Self {
            request,
            services,
            view,
            talk,
            spending: Spending::default(),
            awaited: None,
        }
    }
}

impl Context<'_> {
    /// The same, over by `deadline`.
    #[must_use]
    pub fn until(&self, deadline: Deadline) -> Self {
        let mut cx = self.clone();
        cx.request.deadline = deadline;
        cx
    }

    /// Searches the corpus on a thread that may block, for as long as the deadline allows and the caller waits.
    ///
    /// # Errors
    /// `Unavailable` without a corpus, `DeadlineExceeded`, or what `search` returns.
    pub async fn search<T: Send + 'static>(
        &self,
        search: impl FnOnce(&Corpus) -> Result<T, mesh_index::SearchError> + Send + 'static,
    ) -> Result<T, ToolError> {
        let corpus = self.services.corpus().cloned().ok_or_else(no_corpus)?;
        let started = Instant::now();
        let (cutoff, _waiting) = Cutoff::at(self.request.deadline.at());
        let searched = corpus.until(cutoff);
        let admission = &self.services.admission;
        let found = admission
            .run(self.request.deadline, move || search(&searched))
            .await;
        tell_fault(&corpus);
        self.services.metrics.backend("corpus", started.elapsed());
        let failure = match found {
            Ok(Err(mesh_index::SearchError::CutOff)) => Failure::Late,
            Ok(found) => return found.map_err(ToolError::from),
            Err(failure) => failure,
        };
        Err(failure.of_a_call(self.request.deadline, "the corpus"))
    }

    /// Runs `work` with a secret's value; where the vendor refuses it, once more with the value read anew, so that a rotated
    /// key heals at once.
    ///
    /// # Errors
    /// What `work` returns, or `Unavailable` where there is no value the vendor takes.
    pub async fn with_secret<T, F: Future<Output = Result<T, VendorError>>>(
        &self,
        parameter: Parameter,
        work: impl Fn(Secret) -> F,
    ) -> Result<T, ToolError> {
        let secrets = &self.services.secrets;
        let secret = secrets.value(parameter, self.request.deadline).await?;
        // In boxes, as in `HttpClient`: there are two, and a tool asks several vendors.
        let refused = match Box::pin(work(secret.clone())).await {
            Err(VendorError::Unauthorized) => secret,
            Err(VendorError::Failed(error)) => return Err(error),
            Ok(done) => return Ok(done),
        };
        let renewed = secrets
            .after_refusal(parameter, &refused, self.request.deadline)
            .await?;
        Box::pin(work(renewed)).await.map_err(|error| match error {
            VendorError::Failed(error) => error,
            VendorError::Unauthorized => secrets.refused(parameter),
        })
    }

    /// Asks the client one question. See [`crate::ask`] for what a tool must not do before it.
    ///
    /// # Errors
    /// `MissingCapability`, or `InputRequired` to be passed on.
    pub async fn ask(&self, key: &str, question: Question) -> Result<Answer, ToolError> {
        let mut answers = self.ask_all(vec![(key.to_owned(), question)]).await?;
        answers
            .remove(key)
            .ok_or_else(|| ToolError::internal(format_args!("no answer to `{key}`")))
    }

    /// Asks several questions in one round.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub async fn ask_all(&self, questions: Vec<(String, Question)>) -> Result<Answers, ToolError> {
        let refused = questions
            .iter()
            .map(|(_, question)| question.capability())
            .find(|capability| !self.offers(*capability));
        match refused {
            Some(capability) => Err(ToolError::MissingCapability(capability)),
            None => self.talk.ask(questions).await,
        }
    }

    #[must_use]
    pub fn offers(&self, capability: Capability) -> bool {
        self.talk.offers(capability)
    }

    pub async fn progress(&self, done: f64, total: f64, message: &str) {
        self.talk.progress(done, total, message).await;
    }

    pub async fn log(&self, level: Level, message: &str) {
        self.talk.log(level, message).await;
    }
}

/// What a vendor said to a request that carried a secret.
#[derive(Debug)]
pub enum VendorError {
    /// It does not take the secret's value (HTTP 401).
    Unauthorized,
    Failed(ToolError),
}

/// Answers go on by words alone, so that the log is where it is seen.
fn tell_fault(corpus: &Corpus) {
    if let Some(error) = corpus.untold_vectors_fault() {
        tracing::error!(%error, "the vectors are not used; questions are answered by words alone");
    }
}

fn no_corpus() -> ToolError {
    ToolError::Unavailable(
        "no corpus is configured; make one with `mesh index` and name it in `MESH_CORPUS`"
            .to_owned(),
    )
}

impl From<mesh_index::SearchError> for ToolError {
    fn from(error: mesh_index::SearchError) -> Self {
        use mesh_index::SearchError;
        match error {
            SearchError::EmptyQuery => Self::InvalidArguments("query cannot be empty".to_owned()),
            SearchError::BadFilter { field, why } => {
                Self::InvalidArguments(format!("`{}`: {why}", crate::arguments::camel_case(field)))
            }
            SearchError::BadCursor => Self::InvalidArguments(error.to_string()),
            other => Self::internal(other),
        }
    }
}
