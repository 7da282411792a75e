//! The servers behind the function: from the package, with values from the parameter store.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_app::config::{Config, Variables};
use mesh_app::upstreams::{self, Upstreams};
use mesh_aws::{Aws, Signing, Ssm};
use mesh_core::{Deadline, Secret};
use mesh_gateway::{Credentials, Sandbox, World};
use tokio::sync::Mutex;

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
    let credentials: Option<Arc<dyn Credentials>> = match config.gateway.credentials {
        Some(_) => None,
        None => Some(Arc::new(Stored::new(
            Ssm::new(&aws()?, "/mesh"),
            config.secrets.ttl,
        ))),
    };
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

/// Values of `/mesh/teams/TEAM/NAME`, else of `/mesh/global/NAME`, kept for a while.
#[derive(Debug)]
struct Stored {
    ssm: Ssm,
    ttl: Duration,
    /// By the whole name of the parameter. Held while the store is asked, so that it is asked once for all who wait.
    held: Mutex<BTreeMap<String, Held>>,
}

#[derive(Clone, Debug)]
struct Held {
    /// None where there is no such parameter.
    value: Option<Secret>,
    since: Instant,
}

impl Stored {
    fn new(ssm: Ssm, ttl: Duration) -> Self {
        Self {
            ssm,
            ttl,
            held: Mutex::default(),
        }
    }

    async fn values(
        &self,
        team: Option<&str>,
        names: &[String],
        again: bool,
    ) -> Result<HashMap<String, Secret>, String> {
        /// A server that goes on refusing a value does not make us read it for each of its refusals.
        const BETWEEN_REFUSALS: Duration = Duration::from_secs(30);
        const TIMEOUT: Duration = Duration::from_secs(2);
        let max_age = if again { BETWEEN_REFUSALS } else { self.ttl };
        let mut held = self.held.lock().await;
        let now = Instant::now();
        let due: Vec<String> = names
            .iter()
            .flat_map(|name| places(team, name))
            .filter(|place| {
                held.get(place)
                    .is_none_or(|held| now - held.since > max_age)
            })
            .collect();
        if !due.is_empty() {
            match self.ssm.named(&due, Deadline::after(now, TIMEOUT)).await {
                Ok(mut found) => held.extend(due.iter().map(|place| {
                    let value = found.remove(place);
                    (place.clone(), Held { value, since: now })
                })),
                // What was held before is used on; where there is nothing, nobody knows whether there is a value.
                Err(error) => {
                    tracing::warn!(%error, "the values of upstreams cannot be read");
                    if due.iter().any(|place| !held.contains_key(place)) {
                        return Err(format!("the parameter store: {error}"));
                    }
                }
            }
        }
        let value = |name: &String| {
            let mut places = places(team, name).into_iter();
            places.find_map(|place| held.get(&place)?.value.clone())
        };
        Ok(names
            .iter()
            .filter_map(|name| Some((name.clone(), value(name)?)))
            .collect())
    }
}

/// Where a value may be, the first place that has it first.
fn places(team: Option<&str>, name: &str) -> Vec<String> {
    let own = team.map(|team| format!("/mesh/teams/{team}/{name}"));
    own.into_iter()
        .chain([format!("/mesh/global/{name}")])
        .collect()
}

impl Credentials for Stored {
    fn read<'a>(
        &'a self,
        team: Option<&'a str>,
        names: &'a [String],
        again: bool,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>> {
        Box::pin(self.values(team, names, again))
    }
}
