use std::fmt;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sdk_ssm::config::{IdentityCache, SharedIdentityCache};
use mesh_http::{HttpClient, Roots, RootsError};

use crate::endpoint::{Overrides, Service};

/// An account and a region of AWS, and the one HTTP client to reach it with. Clones are the same.
#[derive(Clone)]
pub struct Aws(Arc<Inner>);

struct Inner {
    region: String,
    credentials: SharedCredentialsProvider,
    /// What the SDK's clients have of them, which are made anew for each call.
    identities: SharedIdentityCache,
    overrides: Overrides,
    http: HttpClient,
}

/// Why a process has no way to AWS. The words are for the operator; they hold no value of a variable.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("`{0}` is not set")]
    Missing(&'static str),
    #[error("`{variable}` is not an `http://` or `https://` address")]
    Address { variable: &'static str },
    #[error("`AWS_CA_BUNDLE` cannot be read: {0}")]
    Bundle(#[from] RootsError),
    #[error("no region is set: neither `AWS_REGION` nor one in the profile")]
    NoRegion,
}

impl Aws {
    /// Takes region and credentials straight from variables, as Lambda sets them: no chain of providers, no instance
    /// metadata, no file.
    ///
    /// # Errors
    /// The first variable that is missing or cannot be used.
    pub fn from_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SetupError> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let required = |name| set(name).ok_or(SetupError::Missing(name));
        let region = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION"));
        let credentials = Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            set("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        Self::new(
            region.ok_or(SetupError::Missing("AWS_REGION"))?,
            SharedCredentialsProvider::new(credentials),
            http(variable)?,
            variable,
        )
    }

    /// As the AWS command line finds them: variables, `profile` or the default one with its SSO or role, a container's or
    /// an instance's own.
    ///
    /// # Errors
    /// A variable that cannot be used, or no region anywhere. Credentials are looked for when they are first needed.
    #[cfg(feature = "chain")]
    pub async fn from_chain(
        variable: &(dyn Fn(&str) -> Option<String> + Sync),
        profile: Option<&str>,
    ) -> Result<Self, SetupError> {
        Self::from_chain_in(variable, profile, None).await
    }

    /// The same, in `region` whatever variables and profile say.
    ///
    /// # Errors
    /// As [`Self::from_chain`].
    #[cfg(feature = "chain")]
    pub async fn from_chain_in(
        variable: &(dyn Fn(&str) -> Option<String> + Sync),
        profile: Option<&str>,
        region: Option<&str>,
    ) -> Result<Self, SetupError> {
        let http = http(variable)?;
        let mut loader = aws_config::defaults(aws_config::BehaviorVersion::v2026_01_12())
            .http_client(http.for_sdk());
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = region {
            loader = loader.region(aws_config::Region::new(region.to_owned()));
        }
        let config = loader.load().await;
        let region = config.region().map(ToString::to_string);
        let credentials = config.credentials_provider();
        Self::new(
            region.ok_or(SetupError::NoRegion)?,
            credentials.ok_or(SetupError::Missing("AWS_ACCESS_KEY_ID"))?,
            http,
            variable,
        )
    }

    fn new(
        region: String,
        credentials: SharedCredentialsProvider,
        http: HttpClient,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, SetupError> {
        Ok(Self(Arc::new(Inner {
            region,
            credentials,
            identities: IdentityCache::lazy().build(),
            overrides: Overrides::read(variable)?,
            http,
        })))
    }

    #[must_use]
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// Those of now: a chain's are renewed before they run out.
    pub(crate) async fn credentials(&self) -> Option<Credentials> {
        self.0.credentials.provide_credentials().await.ok()
    }

    pub(crate) fn provider(&self) -> SharedCredentialsProvider {
        self.0.credentials.clone()
    }

    pub(crate) fn identities(&self) -> SharedIdentityCache {
        self.0.identities.clone()
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.0.http
    }

    /// The address that was set in the place of a service's own, without a slash at the end.
    pub(crate) fn overridden(&self, service: Service) -> Option<&str> {
        self.0.overrides.of(service)
    }
}

pub(crate) fn http(variable: &dyn Fn(&str) -> Option<String>) -> Result<HttpClient, SetupError> {
    let bundle = variable("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
    let roots = bundle.map_or_else(|| Ok(Roots::compiled_in()), |path| Roots::bundle(&path));
    Ok(HttpClient::new(roots?))
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws")
            .field("region", &self.0.region)
            .field("overrides", &self.0.overrides)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use aws_credential_types::credential_fn::provide_credentials_fn;
    use aws_credential_types::provider::error::CredentialsError;
    use mesh_core::Deadline;

    use super::*;
    use crate::{CallError, Ssm};

    fn from(pairs: &[(&str, &str)]) -> Result<Aws, SetupError> {
        Aws::from_environment(&|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const KEYS: [(&str, &str); 2] = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "example-secret"),
    ];

    #[test]
    fn a_missing_variable_is_named() {
        let refused = from(&KEYS).expect_err("refused");
        assert_eq!(refused.to_string(), "`AWS_REGION` is not set");
        let refused = from(&[("AWS_REGION", "us-east-2")]).expect_err("refused");
        assert_eq!(refused.to_string(), "`AWS_ACCESS_KEY_ID` is not set");
    }

    #[tokio::test]
    async fn without_credentials_nothing_is_said_to_have_been_answered() {
        let nobody = provide_credentials_fn(async || Err(CredentialsError::not_loaded("none")));
        let aws = Aws::new(
            "us-east-2".to_owned(),
            SharedCredentialsProvider::new(nobody),
            http(&|_| None).expect("a client"),
            &|_| None,
        );
        let store = Ssm::new(&aws.expect("set"), "/mesh/");
        let deadline = Deadline::after(Instant::now(), Duration::from_secs(20));
        let asked = store.named(&["/mesh/one".to_owned()], deadline).await;
        assert_eq!(asked.expect_err("nobody signs"), CallError::NoCredentials);
    }

    #[test]
    fn its_debug_form_shows_no_credentials() {
        let aws = from(&[KEYS[0], KEYS[1], ("AWS_DEFAULT_REGION", "us-east-2")]).expect("set");
        let shown = format!("{aws:?}");
        assert!(shown.contains("us-east-2"), "{shown}");
        assert!(!shown.contains("example-secret"), "{shown}");
    }

    #[test]
    fn a_bundle_that_is_not_there_is_refused() {
        let pairs = [
            KEYS[0],
            KEYS[1],
            ("AWS_REGION", "us-east-2"),
            ("AWS_CA_BUNDLE", "no/such/bundle.pem"),
        ];
        let refused = from(&pairs).expect_err("refused");
        assert!(matches!(refused, SetupError::Bundle(_)), "{refused}");
    }
}
