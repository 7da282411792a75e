//! Vendors on loopback beside a server, and the secrets to ask them with.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mesh_core::{
    Deadline, FoundParameter, Metrics, Parameter, ParameterValues, Secret, SecretSource,
    SourceError,
};
use mesh_fakes::elevenlabs::FakeElevenLabs;
use mesh_fakes::openai::{EMBEDDING_MODEL, FakeOpenAi, KEY, MODEL};
use mesh_tools::secrets::Ttl;
use mesh_tools::vendors::Models;
use mesh_tools::{Family, Secrets, Vendors};

use crate::support::Server;

pub(crate) const STORE: &str = "vs_handbook";

/// Long enough for others to come while they are read.
const READING: Duration = Duration::from_millis(50);

/// Values that can be changed while they are used.
#[derive(Clone)]
pub(crate) struct Values(Arc<Mutex<Vec<(Parameter, String)>>>);

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Values")
    }
}

impl Values {
    pub(crate) fn of(values: &[(Parameter, &str)]) -> Self {
        let owned = values.iter().map(|&(name, value)| (name, value.to_owned()));
        Self(Arc::new(Mutex::new(owned.collect())))
    }

    pub(crate) fn set(&self, parameter: Parameter, value: &str) {
        let mut values = self.0.lock().expect("unpoisoned");
        values.retain(|(name, _)| *name != parameter);
        values.push((parameter, value.to_owned()));
    }

    pub(crate) async fn read(&self) -> Secrets {
        let metrics = Arc::new(Metrics::new(Instant::now()));
        let day = Duration::from_secs(86_400);
        let ttl = Ttl {
            soft: day,
            hard: day,
        };
        let secrets = Secrets::new(Box::new(self.clone()), ttl, metrics);
        let deadline = Deadline::after(Instant::now(), Duration::from_secs(5));
        secrets.read(deadline).await.expect("read");
        secrets
    }
}

impl SecretSource for Values {
    fn read(
        &self,
        _: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<ParameterValues, SourceError>> + Send + '_>> {
        let values = self.0.lock().expect("unpoisoned").clone();
        let found = values.into_iter().map(|(parameter, value)| {
            let value = Secret::new(value);
            let found = FoundParameter {
                value,
                version: None,
            };
            (parameter, found)
        });
        let found: ParameterValues = found.collect();
        Box::pin(async {
            tokio::time::sleep(READING).await;
            Ok(found)
        })
    }

    fn name(&self, parameter: Parameter) -> String {
        parameter.variable().to_owned()
    }
}

/// Nobody is asked there.
pub(crate) const NO_VENDOR: &str = "http://127.0.0.1:1";

pub(crate) fn models() -> Models {
    Models {
        answers: vec![MODEL.to_owned()],
        effort: None,
        max_output_tokens: None,
        synthesis: true,
        embedding: EMBEDDING_MODEL.to_owned(),
        dimensions: None,
    }
}

/// A server beside an OpenAI with these secrets.
pub(crate) async fn beside(server: Server, openai: &FakeOpenAi, values: &Values) -> Server {
    let vendors = Vendors::new(&openai.base(), NO_VENDOR, models()).expect("an address");
    server.beside(values.read().await, vendors)
}

/// A server that has the tools of one family of ElevenLabs.
pub(crate) async fn beside_elevenlabs(fake: &FakeElevenLabs, family: Family) -> Server {
    let vendors = Vendors::new(NO_VENDOR, &fake.base(), models()).expect("addresses");
    fake.accept_key(KEY_OF_TESTS);
    let secrets = Values::of(&[(Parameter::ElevenLabsApiKey, KEY_OF_TESTS)]);
    let mut server = Server::without_corpus();
    server.services.voice.families = vec![family];
    server.beside(secrets.read().await, vendors)
}

pub(crate) fn key() -> Values {
    Values::of(&[(Parameter::OpenAiApiKey, KEY_OF_TESTS)])
}

pub(crate) fn key_and_store() -> Values {
    let values = key();
    values.set(Parameter::OpenAiVectorStoreId, STORE);
    values
}

/// As long as a key has to be.
pub(crate) const KEY_OF_TESTS: &str = "sk-fake-0123456789abcdef";

pub(crate) async fn openai() -> FakeOpenAi {
    let openai = FakeOpenAi::start().await;
    assert_ne!(KEY, KEY_OF_TESTS);
    openai.accept_key(KEY_OF_TESTS);
    openai.add_store(STORE);
    openai
}
