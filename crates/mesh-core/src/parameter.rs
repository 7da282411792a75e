//! The secrets a deployment may have, by name: what they are called, and what a value of each looks like.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::{Deadline, Secret};

/// One secret: those that vendors ask for, and two of our own. The names are those of the deployments that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    OpenAiApiKey,
    AomaAssistantId,
    OpenAiVectorStoreId,
    SupabaseUrl,
    SupabaseServiceRoleKey,
    ElevenLabsApiKey,
    /// By which ElevenLabs signs what it tells of calls.
    ElevenLabsWebhookSecret,
    /// Seals what clients carry between the rounds of a call.
    StateKey,
    /// By which the keys given out to callers are recognised.
    ApiKeys,
}

impl Parameter {
    pub const ALL: [Self; 9] = [
        Self::OpenAiApiKey,
        Self::AomaAssistantId,
        Self::OpenAiVectorStoreId,
        Self::SupabaseUrl,
        Self::SupabaseServiceRoleKey,
        Self::ElevenLabsApiKey,
        Self::ElevenLabsWebhookSecret,
        Self::StateKey,
        Self::ApiKeys,
    ];

    /// The environment variable that holds it where there is no parameter store.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::OpenAiApiKey => "OPENAI_API_KEY",
            Self::AomaAssistantId => "AOMA_ASSISTANT_ID",
            Self::OpenAiVectorStoreId => "OPENAI_VECTOR_STORE_ID",
            Self::SupabaseUrl => "NEXT_PUBLIC_SUPABASE_URL",
            Self::SupabaseServiceRoleKey => "SUPABASE_SERVICE_ROLE_KEY",
            Self::ElevenLabsApiKey => "ELEVENLABS_API_KEY",
            Self::ElevenLabsWebhookSecret => "ELEVENLABS_WEBHOOK_SECRET",
            Self::StateKey => "MESH_STATE_KEY",
            Self::ApiKeys => "MESH_API_KEYS",
        }
    }

    /// Its names in a parameter store, after the prefix; the first that is there counts. One has a second, older one.
    #[must_use]
    pub const fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::OpenAiApiKey => &["openai-api-key"],
            Self::AomaAssistantId => &["aoma-assistant-id"],
            Self::OpenAiVectorStoreId => &["openai-vector-store-id"],
            Self::SupabaseUrl => &["next-public-supabase-url", "supabase-url"],
            Self::SupabaseServiceRoleKey => &["supabase-service-role-key"],
            Self::ElevenLabsApiKey => &["elevenlabs-api-key"],
            Self::ElevenLabsWebhookSecret => &["elevenlabs-webhook-secret"],
            Self::StateKey => &["state-key"],
            Self::ApiKeys => &["api-keys"],
        }
    }

    /// Those without which it is of no use.
    #[must_use]
    pub const fn needs(self) -> &'static [Self] {
        match self {
            Self::OpenAiVectorStoreId => &[Self::OpenAiApiKey],
            Self::SupabaseUrl => &[Self::SupabaseServiceRoleKey],
            Self::SupabaseServiceRoleKey => &[Self::SupabaseUrl],
            Self::OpenAiApiKey
            | Self::AomaAssistantId
            | Self::ElevenLabsApiKey
            | Self::ElevenLabsWebhookSecret
            | Self::StateKey
            | Self::ApiKeys => &[],
        }
    }

    /// Those that are not there and should be: what is there needs them, or nothing is there at all.
    #[must_use]
    pub fn missing(is_there: &dyn Fn(Self) -> bool) -> Vec<Self> {
        let there: Vec<_> = Self::ALL.into_iter().filter(|one| is_there(*one)).collect();
        if there.is_empty() {
            return vec![Self::OpenAiApiKey];
        }
        let is_needed = |one: &Self| there.iter().any(|other| other.needs().contains(one));
        let absent = Self::ALL.into_iter().filter(|one| !is_there(*one));
        absent.filter(is_needed).collect()
    }

    /// Takes a value that can be one of this kind.
    ///
    /// # Errors
    /// What it must be; never the value.
    pub fn read(self, value: &str) -> Result<Secret, &'static str> {
        let value = value.trim();
        let (fits, rule) = match self {
            Self::OpenAiApiKey
            | Self::SupabaseServiceRoleKey
            | Self::ElevenLabsApiKey
            | Self::ElevenLabsWebhookSecret => {
                (is_key(value), "must be a key of 20 characters or more")
            }
            Self::AomaAssistantId => (value.starts_with("asst_"), "must begin with `asst_`"),
            Self::OpenAiVectorStoreId => (value.starts_with("vs_"), "must begin with `vs_`"),
            Self::SupabaseUrl => (is_address(value), "must be an `https://` address"),
            Self::StateKey => (
                is_keyring(value),
                "must be one to three keys of 32 characters or more, the newest first, with commas between them",
            ),
            Self::ApiKeys => (
                value.split(',').all(|key| key.split('/').count() == 7),
                "must be what `mesh keys create` has written",
            ),
        };
        if fits {
            Ok(Secret::new(value))
        } else {
            Err(rule)
        }
    }
}

/// As it goes into a header.
fn is_key(value: &str) -> bool {
    value.len() >= 20 && value.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The first key seals; all of them open, so that a key can be replaced while states under the last one are out.
fn is_keyring(value: &str) -> bool {
    let mut keys: Vec<_> = value.split(',').collect();
    let each = keys.iter().all(|key| key.len() >= 32 && is_key(key));
    keys.sort_unstable();
    keys.dedup();
    each && keys.len() <= 3 && keys.len() == value.split(',').count()
}

/// Without TLS this very machine is asked alone, and none whose name begins with its address.
fn is_address(value: &str) -> bool {
    let is_here = |rest: &str| rest.is_empty() || rest.starts_with([':', '/']);
    let is_private = match value.strip_prefix("https://") {
        Some(host) => !host.is_empty(),
        None => value.strip_prefix("http://127.0.0.1").is_some_and(is_here),
    };
    is_private && !value.contains(char::is_whitespace)
}

/// What a source holds, unread: the rules of [`Parameter::read`] are applied by whoever asked.
pub type ParameterValues = BTreeMap<Parameter, FoundParameter>;

/// One value, and where it was found.
#[derive(Clone, Debug)]
pub struct FoundParameter {
    pub value: Secret,
    /// Counts up with each change, where the source counts.
    pub version: Option<i64>,
}

/// Where secrets come from.
pub trait SecretSource: fmt::Debug + Send + Sync {
    /// Reads all there are at once; one that is not there is left out.
    fn read(
        &self,
        deadline: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<ParameterValues, SourceError>> + Send + '_>>;

    /// What an operator calls this parameter there, such as `/mcp-server/openai-api-key`.
    fn name(&self, parameter: Parameter) -> String;
}

/// Why a source gave nothing. The words are for the operator; they hold no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Why nothing was sent to the store.
    #[error("the parameter store was not asked: {0}")]
    Unasked(String),
    #[error("the parameter store could not be reached")]
    Unreachable,
    #[error("the parameter store did not answer in time")]
    TimedOut,
    #[error("the parameter store refused: the role may not read the parameters ({0})")]
    Denied(String),
    #[error("the parameter store asked for fewer requests")]
    Throttled,
    /// Anything else, by the store's own short name for it.
    #[error("the parameter store answered `{0}`")]
    Refused(String),
    #[error("the file of secrets cannot be read: {0}")]
    File(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_says_what_is_missing() {
        let missing = |there: &[Parameter]| Parameter::missing(&|one| there.contains(&one));
        assert_eq!(missing(&[]), [Parameter::OpenAiApiKey]);
        assert!(missing(&[Parameter::OpenAiApiKey]).is_empty());
        assert!(missing(&[Parameter::StateKey]).is_empty());
        let database = [Parameter::SupabaseUrl];
        assert_eq!(missing(&database), [Parameter::SupabaseServiceRoleKey]);
        let store = [Parameter::OpenAiVectorStoreId];
        assert_eq!(missing(&store), [Parameter::OpenAiApiKey]);
    }

    #[test]
    fn a_value_of_the_wrong_shape_is_refused_without_being_repeated() {
        for (parameter, wrong) in [
            (Parameter::OpenAiApiKey, "sk-short"),
            (Parameter::AomaAssistantId, "assistant"),
            (Parameter::OpenAiVectorStoreId, "store"),
            (Parameter::SupabaseUrl, "db.example.com"),
            (Parameter::SupabaseUrl, "http://127.0.0.1.example.com"),
            (Parameter::SupabaseUrl, "http://127.0.0.1@example.com"),
            (
                Parameter::SupabaseServiceRoleKey,
                "two words of some length",
            ),
            (Parameter::ApiKeys, "mesh_0123456789_abc"),
            (Parameter::StateKey, "31-characters-0123456789abcdefg"),
            (
                Parameter::StateKey,
                "0123456789abcdef0123456789abcdef,0123456789abcdef0123456789abcdef",
            ),
        ] {
            let rule = parameter.read(wrong).expect_err("refused");
            assert!(!rule.contains(wrong), "{rule}");
        }
        for address in [
            "https://db.example.com",
            "http://127.0.0.1:8000/rest",
            "http://127.0.0.1/",
        ] {
            assert!(Parameter::SupabaseUrl.read(address).is_ok(), "{address}");
        }
        let key = Parameter::OpenAiApiKey.read(" sk-test-0123456789abcdef\n");
        assert_eq!(key.expect("taken").reveal(), "sk-test-0123456789abcdef");
    }
}
