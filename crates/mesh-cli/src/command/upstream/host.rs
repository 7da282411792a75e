use std::sync::Arc;

use anyhow::Context as _;
use mesh_app::config::{Config, CredentialsAt};
use mesh_app::upstreams::Stored;
use mesh_aws::{Aws, Signing, Ssm};
use mesh_gateway::{Credentials, World};

use crate::command::account::Account;
use crate::command::become_upstream;

/// What a host that is not Lambda has for upstreams: processes that end with it, values where the settings say they are, and signatures
/// with credentials that are found as the AWS command line finds them.
pub(in crate::command) async fn of(
    config: &Config,
    account: &Account<'_>,
) -> anyhow::Result<impl FnOnce(World) -> World> {
    let credentials = credentials(config, account).await?;
    let variables = account.variables.clone();
    let signing = Signing::new(move |region| {
        let variables = variables.clone();
        async move { Aws::from_chain_in(&|name| variables.foreign(name), None, Some(&region)).await }
    });
    Ok(move |world: World| World {
        launcher: become_upstream::launcher(),
        signs: Some(Arc::new(signing)),
        credentials: credentials.unwrap_or(world.credentials),
        ..world
    })
}

/// None where they are at hand.
async fn credentials(
    config: &Config,
    account: &Account<'_>,
) -> anyhow::Result<Option<Arc<dyn Credentials>>> {
    let Some(CredentialsAt::Ssm(prefix)) = &config.gateway.credentials else {
        return Ok(None);
    };
    let aws = account.aws().await;
    let aws = aws.with_context(|| format!("cannot ask for the values at `ssm:{prefix}`"))?;
    let ssm = Ssm::new(aws, prefix);
    let stored = Stored::new(Box::new(ssm), prefix, config.secrets.ttl);
    Ok(Some(Arc::new(stored)))
}
