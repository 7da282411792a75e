//! What is asked of vendors: their clients, what is asked for, and with which secret.

use std::time::Instant;

use mesh_clients::elevenlabs::{ElevenLabs, ElevenLabsError};
use mesh_clients::openai::{OpenAi, OpenAiError};
use mesh_clients::supabase::{Supabase, SupabaseError};
use mesh_core::{Outcome, Parameter, Secret};
use mesh_http::{AddressError, HttpClient, Roots};

use crate::consent::Consent;
use crate::context::{Context, Services, VendorError};
use crate::error::ToolError;
use crate::knowledge::AnswerCache;
use crate::spend::{Account, Replays};
use crate::voice::KnownVoices;

/// One for all calls. A connection is made when one is first needed.
#[derive(Debug)]
pub struct Vendors {
    http: HttpClient,
    openai: OpenAi,
    elevenlabs: ElevenLabs,
    pub models: Models,
    pub(crate) answers: AnswerCache,
    account: Account,
    replays: Replays,
    known_voices: KnownVoices,
}

/// Which models are used, and how.
#[derive(Clone, Debug)]
pub struct Models {
    /// Models that write answers: the first that the account has is used.
    pub answers: Vec<String>,
    /// How long one may reason; by the strategy where nothing is said.
    pub effort: Option<String>,
    /// Tokens of one answer at most, the reasoning included; by the strategy where nothing is said.
    pub max_output_tokens: Option<u32>,
    /// Whether answers are written by a model at all.
    pub synthesis: bool,
    /// The model that made the vectors in the database.
    pub embedding: String,
    pub dimensions: Option<u32>,
}

/// What `mesh sync` notes beside a vector: one made with anything else compares to nothing.
#[must_use]
pub fn embedding_label(model: &str, dimensions: Option<u32>) -> String {
    match dimensions {
        None => model.to_owned(),
        Some(dimensions) => format!("{model}/{dimensions}"),
    }
}

impl Vendors {
    /// # Errors
    /// Where one of the two is no address that a key may be sent to.
    pub fn new(openai: &str, elevenlabs: &str, models: Models) -> Result<Self, AddressError> {
        let http = HttpClient::new(Roots::compiled_in());
        Ok(Self {
            openai: OpenAi::new(http.clone(), openai)?,
            elevenlabs: ElevenLabs::new(http.clone(), elevenlabs)?,
            http,
            models,
            answers: AnswerCache::default(),
            account: Account::default(),
            replays: Replays::default(),
            known_voices: KnownVoices::default(),
        })
    }
}

impl Services {
    /// How many credits a character costs with a model, as far as that was read.
    pub(crate) fn price_at_hand(&self, model: &str) -> Option<f64> {
        let vendors = self.vendors.as_ref()?;
        vendors.account.price_at_hand(model)
    }

    /// A person is asked where it is expected to cost more than the operator lets pass.
    pub(crate) fn consent_above(&self, credits: u64, what: &str) -> Option<Consent> {
        self.consent(credits, what, "about")
    }

    /// As [`Self::consent_above`], where it may well cost less.
    pub(crate) fn consent_up_to(&self, credits: u64, what: &str) -> Option<Consent> {
        self.consent(credits, what, "up to about")
    }

    fn consent(&self, credits: u64, what: &str, roughly: &str) -> Option<Consent> {
        let is_much = credits > self.voice.confirm_above;
        is_much.then(|| {
            Consent(format!(
                "{what}, for {roughly} {credits} credits of the ElevenLabs account."
            ))
        })
    }

    /// As [`Self::consent_above`], where only ElevenLabs learns how long it is: that may be more than passes.
    pub(crate) fn consent_to_unknown(what: &str) -> Consent {
        Consent(format!(
            "{what}. How many credits of the ElevenLabs account that takes is not known before."
        ))
    }
}

impl Context<'_> {
    /// The vendors, where values of these parameters are at hand; or should be and cannot be used: who asks then is told so.
    pub(crate) fn vendors_with(&self, parameters: &[Parameter]) -> Option<&Vendors> {
        let secrets = &self.services.secrets;
        let has = |parameter: &Parameter| {
            secrets.at_hand(*parameter).is_some() || secrets.is_unusable(*parameter)
        };
        let vendors = self.services.vendors.as_ref();
        vendors.filter(|_| parameters.iter().all(has))
    }

    /// Asks OpenAI, with the key there is.
    ///
    /// # Errors
    /// `Unavailable` or `DeadlineExceeded`, in words that name it.
    pub(crate) async fn openai<T, F: Future<Output = Result<T, OpenAiError>>>(
        &self,
        work: impl Fn(OpenAi, Secret) -> F,
    ) -> Result<T, ToolError> {
        let openai = &self.vendors()?.openai;
        let started = Instant::now();
        let done = self.with_secret(Parameter::OpenAiApiKey, |key| {
            let asked = work(openai.clone(), key);
            async { asked.await.map_err(|error| self.of_openai(error)) }
        });
        let done = done.await;
        self.tell("openai", done.is_ok(), started);
        done
    }

    /// Asks the database of Supabase, with the key there is.
    ///
    /// # Errors
    /// As [`Self::openai`].
    pub(crate) async fn database<T, F: Future<Output = Result<T, SupabaseError>>>(
        &self,
        work: impl Fn(Supabase, Secret) -> F,
    ) -> Result<T, ToolError> {
        let http = self.vendors()?.http.clone();
        let secrets = &self.services.secrets;
        let deadline = self.request.deadline;
        let url = secrets.value(Parameter::SupabaseUrl, deadline).await?;
        let database = Supabase::new(http, url.reveal())
            .map_err(|error| ToolError::Unavailable(format!("the address of Supabase: {error}")))?;
        let started = Instant::now();
        let done = self.with_secret(Parameter::SupabaseServiceRoleKey, |key| {
            let asked = work(database.clone(), key);
            async { asked.await.map_err(|error| self.of_supabase(error)) }
        });
        let done = done.await;
        self.tell("supabase", done.is_ok(), started);
        done
    }

    /// Asks ElevenLabs, with the key there is. Where it may have cost credits for nothing, the error says so.
    ///
    /// # Errors
    /// As [`Self::openai`].
    pub(crate) async fn elevenlabs<T, F: Future<Output = Result<T, ElevenLabsError>>>(
        &self,
        work: impl Fn(ElevenLabs, Secret) -> F,
    ) -> Result<T, ToolError> {
        let elevenlabs = self.vendors()?.elevenlabs.telling(&self.spending);
        let started = Instant::now();
        let done = self.with_secret(Parameter::ElevenLabsApiKey, |key| {
            let asked = work(elevenlabs.clone(), key);
            async { asked.await.map_err(|error| self.of_elevenlabs(error)) }
        });
        let done = done.await;
        self.tell("elevenlabs", done.is_ok(), started);
        done
    }

    pub(crate) fn account(&self) -> Result<&Account, ToolError> {
        Ok(&self.vendors()?.account)
    }

    pub(crate) fn replays(&self) -> Result<&Replays, ToolError> {
        Ok(&self.vendors()?.replays)
    }

    pub(crate) fn known_voices(&self) -> Result<&KnownVoices, ToolError> {
        Ok(&self.vendors()?.known_voices)
    }

    pub(crate) async fn embedded(&self, text: &str) -> Result<Vec<f32>, ToolError> {
        let models = &self.vendors()?.models;
        let inputs = [text.to_owned()];
        let (inputs, deadline) = (&inputs, self.request.deadline);
        let ask = |openai: OpenAi, key: Secret| async move {
            let (model, dimensions) = (&models.embedding, models.dimensions);
            openai
                .embed(&key, model, dimensions, inputs, deadline)
                .await
        };
        let mut embedded = self.openai(ask).await?;
        embedded
            .vectors
            .pop()
            .ok_or_else(|| ToolError::internal("one text has one vector"))
    }

    fn vendors(&self) -> Result<&Vendors, ToolError> {
        self.services.vendors.as_ref().ok_or_else(|| {
            ToolError::Unavailable("no vendor is configured; see MESH_SECRETS".to_owned())
        })
    }

    fn of_openai(&self, error: OpenAiError) -> VendorError {
        match error {
            OpenAiError::Unauthorized => VendorError::Unauthorized,
            OpenAiError::CircuitOpen { .. } => self.left_alone("openai", "OpenAI", &error),
            OpenAiError::TimedOut => VendorError::Failed(self.late("OpenAI")),
            other => VendorError::Failed(ToolError::Unavailable(format!("OpenAI: {other}"))),
        }
    }

    fn of_supabase(&self, error: SupabaseError) -> VendorError {
        match error {
            SupabaseError::Unauthorized => VendorError::Unauthorized,
            SupabaseError::CircuitOpen { .. } => self.left_alone("supabase", "Supabase", &error),
            SupabaseError::TimedOut => VendorError::Failed(self.late("Supabase")),
            other => VendorError::Failed(ToolError::Unavailable(format!("Supabase: {other}"))),
        }
    }

    fn of_elevenlabs(&self, error: ElevenLabsError) -> VendorError {
        let charged = match error.may_have_charged() {
            true => "; it may have been charged: look at the account before you call again",
            false => "",
        };
        match error {
            ElevenLabsError::Unauthorized => VendorError::Unauthorized,
            ElevenLabsError::CircuitOpen { .. } => {
                self.left_alone("elevenlabs", "ElevenLabs", &error)
            }
            ElevenLabsError::TimedOut(_) if charged.is_empty() => {
                VendorError::Failed(self.late("ElevenLabs"))
            }
            ElevenLabsError::VoiceNotFound
            | ElevenLabsError::NotFound
            | ElevenLabsError::BadRequest(_) => {
                VendorError::Failed(ToolError::InvalidArguments(format!("ElevenLabs: {error}")))
            }
            other => VendorError::Failed(ToolError::Unavailable(format!(
                "ElevenLabs: {other}{charged}"
            ))),
        }
    }

    fn left_alone(
        &self,
        vendor: &'static str,
        name: &str,
        error: &dyn std::error::Error,
    ) -> VendorError {
        self.services.metrics.circuit(vendor, true);
        VendorError::Failed(ToolError::Unavailable(format!("{name}: {error}")))
    }

    fn tell(&self, vendor: &'static str, is_ok: bool, started: Instant) {
        let outcome = match is_ok {
            true => Outcome::Success,
            false => Outcome::Failure,
        };
        let metrics = &self.services.metrics;
        if is_ok {
            metrics.circuit(vendor, false);
        }
        metrics.vendor(vendor, outcome, started.elapsed());
    }

    fn late(&self, slow: &'static str) -> ToolError {
        ToolError::DeadlineExceeded {
            budget: self.request.deadline.budget(),
            slow,
        }
    }
}
