//! The servers behind the function: from the package, with values from the parameter store.

use std::path::PathBuf;
use std::sync::Arc;

use mesh_app::config::{Config, CredentialsAt, Variables};
use mesh_app::upstreams::{self, Stored, Upstreams};
use mesh_aws::{Aws, Signing, Ssm};
use mesh_gateway::{Credentials, Here, HopId, Sandbox, World};

/// # Errors
/// When a file that is named cannot be read.
pub(crate) async fn of(
    config: &Config,
    variables: &Variables,
    aws: impl FnOnce() -> anyhow::Result<Aws>,
) -> anyhow::Result<Option<Upstreams>> {
    if config.gateway.files.is_empty() {
        return Ok(None);
    }
    /// Where values are in the parameter store, unless it is said.
    const USUAL: &str = "/mesh";
    let prefix = match &config.gateway.credentials {
        Some(CredentialsAt::Folder(_)) => None,
        Some(CredentialsAt::Ssm(prefix)) => Some(prefix.as_str()),
        None => Some(USUAL),
    };
    let credentials = prefix.map(|prefix| {
        let ssm = Ssm::new(&aws()?, prefix);
        let stored = Stored::new(Box::new(ssm), prefix, config.secrets.ttl);
        anyhow::Ok(Arc::new(stored) as Arc<dyn Credentials>)
    });
    let credentials = credentials.transpose()?;
    let scratch = variables
        .foreign("TMPDIR")
        .map_or_else(|| PathBuf::from("/tmp"), PathBuf::from);
    let sandbox = Sandbox::new(scratch.join("upstreams"), config.gateway.children << 20);
    let signing = signing(variables);
    upstreams::of(config, variables, |world| World {
        environment: with_programs(world.environment, variables),
        credentials: credentials.unwrap_or(world.credentials),
        sandbox: Some(Arc::new(sandbox)),
        signs: Some(Arc::new(signing)),
        here: Here::new(&config.gateway.hops, function(config, variables)),
        ..world
    })
    .await
}

/// With the credentials of the function's own role.
fn signing(variables: &Variables) -> Signing {
    let variables = variables.clone();
    Signing::new(move |_| {
        let aws = Aws::from_environment(&|name| variables.foreign(name));
        std::future::ready(aws)
    })
}

/// All environments of a function are one server: a request that comes back may meet another one.
fn function(config: &Config, variables: &Variables) -> HopId {
    let of = |name| variables.foreign(name).unwrap_or_default();
    let (name, region) = (of("AWS_LAMBDA_FUNCTION_NAME"), of("AWS_REGION"));
    HopId::of_words([&name, &region, &config.answers.environment].map(String::as_str))
}

/// Programs that came with the function are found by their names, before all others.
fn with_programs(
    mut environment: Vec<(String, String)>,
    variables: &Variables,
) -> Vec<(String, String)> {
    let Some(package) = variables.foreign("LAMBDA_TASK_ROOT") else {
        return environment;
    };
    match environment.iter_mut().find(|(name, _)| name == "PATH") {
        Some((_, path)) => *path = format!("{package}/bin:{path}"),
        None => environment.push(("PATH".to_owned(), format!("{package}/bin"))),
    }
    environment
}
