//! Where a corpus can be pushed to, by the secrets there are.

use std::time::Instant;

use anyhow::Context as _;
use clap::ValueEnum;
use mesh_clients::openai::OpenAi;
use mesh_clients::supabase::Supabase;
use mesh_core::{Deadline, Parameter, Secret};
use mesh_http::{HttpClient, Roots};
use mesh_tools::Secrets;
use mesh_tools::secrets::READ_TIMEOUT;

use super::database::Database;
use crate::exit::Failure;

/// What to keep up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum To {
    /// The tables at Supabase
    Database,
    /// The vector store at OpenAI
    VectorStore,
    /// One after the other
    Both,
}

#[derive(Debug)]
pub(super) struct Targets {
    pub(super) openai: OpenAi,
    pub(super) key: Secret,
    pub(super) database: Option<Database>,
    pub(super) store: Option<Secret>,
}

const FOR_DATABASE: &[Parameter] = &[
    Parameter::OpenAiApiKey,
    Parameter::SupabaseUrl,
    Parameter::SupabaseServiceRoleKey,
];
const FOR_STORE: &[Parameter] = &[Parameter::OpenAiApiKey, Parameter::OpenAiVectorStoreId];

impl Targets {
    /// Those that are named, or those whose secrets are there.
    pub(super) async fn of(
        openai_url: &str,
        secrets: &Secrets,
        to: Option<To>,
    ) -> Result<Self, Failure> {
        let for_database = missing(secrets, FOR_DATABASE).await;
        let for_store = missing(secrets, FOR_STORE).await;
        let (database, store) = match to {
            Some(To::Database) => (true, false),
            Some(To::VectorStore) => (false, true),
            Some(To::Both) => (true, true),
            None => (for_database.is_empty(), for_store.is_empty()),
        };
        let is_nowhere = !database && !store;
        let mut faults = Vec::new();
        for (is_wanted, missing, what) in [
            (database || is_nowhere, for_database, "the database"),
            (store || is_nowhere, for_store, "the vector store"),
        ] {
            let told = missing.iter().map(|why| format!("for {what}: {why}"));
            faults.extend(told.filter(|_| is_wanted));
        }
        if !faults.is_empty() {
            return Err(Failure::Usage(faults));
        }
        Ok(Self::with(openai_url, secrets, database, store).await?)
    }

    async fn with(
        openai_url: &str,
        secrets: &Secrets,
        database: bool,
        store: bool,
    ) -> anyhow::Result<Self> {
        let http = HttpClient::new(Roots::compiled_in());
        let value = async |parameter| secrets.value(parameter, soon()).await;
        let openai = OpenAi::new(http.clone(), openai_url).context("`MESH_OPENAI_URL`")?;
        Ok(Self {
            openai,
            key: value(Parameter::OpenAiApiKey).await?,
            database: match database {
                false => None,
                true => {
                    let url = value(Parameter::SupabaseUrl).await?;
                    let client = Supabase::new(http, url.reveal());
                    Some(Database {
                        client: client.context("the address of Supabase")?,
                        key: value(Parameter::SupabaseServiceRoleKey).await?,
                    })
                }
            },
            store: match store {
                false => None,
                true => Some(value(Parameter::OpenAiVectorStoreId).await?),
            },
        })
    }
}

/// What there is to say of each secret that cannot be used.
async fn missing(secrets: &Secrets, needed: &[Parameter]) -> Vec<String> {
    let mut missing = Vec::new();
    for parameter in needed {
        if let Err(error) = secrets.value(*parameter, soon()).await {
            missing.push(error.to_string());
        }
    }
    missing
}

fn soon() -> Deadline {
    Deadline::after(Instant::now(), READ_TIMEOUT)
}
