use std::time::{Duration, Instant};

use mesh_app::config::{Config, Variables};
use mesh_aws::{Account, Aws, CallError, CallerIdentity, Signer};
use mesh_core::Deadline;
use reqwest::Url;

use super::Verify;
use crate::client::address;

/// A call to AWS that is answered at all is answered in a second or two.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The account that the function lives in, as far as it can be asked.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) function: String,
    pub(super) alias: String,
    /// The region to sign for, and who signs.
    pub(super) signer: Option<(String, Signer)>,
    /// The account, or why it is not asked.
    pub(super) account: Result<Known, String>,
}

/// An account whose door was open: it said who we are.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) aws: Aws,
    pub(super) identity: CallerIdentity,
}

impl Surroundings {
    pub(super) async fn find(
        verify: &Verify,
        config: &Config,
        url: &Url,
        variables: &Variables,
    ) -> Self {
        let named = verify.region.as_deref().or(config.client.sign.as_deref());
        let region = named.or(address::region(url));
        let profile = verify.profile.as_deref();
        let aws = Aws::from_chain_in(&|name| variables.foreign(name), profile, region).await;
        let aws = aws.map_err(|error| error.to_string());
        let signer = match (region, &aws) {
            (Some(region), Ok(aws)) => Some((region.to_owned(), Signer::in_region(aws, region))),
            _ => None,
        };
        let is_named = verify.function.is_some() || variables.foreign("MESH_FUNCTION").is_some();
        let is_ours = region.is_some() || is_named || !address::is_loopback(url);
        let account = match aws {
            _ if verify.no_aws => Err("`--no-aws`".to_owned()),
            _ if !is_ours => {
                Err("a server on this machine; name its function with `--function`".to_owned())
            }
            Err(reason) => Err(reason),
            Ok(aws) => known(aws).await,
        };
        Self {
            function: config.measures.function.clone(),
            alias: verify.alias.clone(),
            signer,
            account,
        }
    }
}

async fn known(aws: Aws) -> Result<Known, String> {
    match Account::new(&aws).identity(deadline()).await {
        Ok(identity) => Ok(Known { aws, identity }),
        Err(error @ CallError::NoCredentials) => Err(error.to_string()),
        Err(error) => Err(format!(
            "AWS does not say whose credentials these are: {error}"
        )),
    }
}

pub(super) fn deadline() -> Deadline {
    Deadline::after(Instant::now(), TIMEOUT)
}

impl Known {
    /// The alias that the URL calls, by ARN.
    pub(super) fn arn(&self, surroundings: &Surroundings) -> String {
        let partition = self.identity.arn.split(':').nth(1).unwrap_or("aws");
        format!(
            "arn:{partition}:lambda:{}:{}:function:{}:{}",
            self.aws.region(),
            self.identity.account,
            surroundings.function,
            surroundings.alias
        )
    }
}
