//! The vendors' secrets where there is no parameter store: in the environment, or in a file.

mod file;

pub(crate) use file::lines;

use std::future::{Future, ready};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use mesh_core::{
    Deadline, FoundParameter, Metrics, Parameter, ParameterValues, Secret, SecretSource,
    SourceError,
};
use mesh_tools::Secrets;

use crate::config::{SecretSettings, SecretsFrom, Variables};

/// The secrets as the settings have them; `ssm` is asked for the store where they name it.
///
/// # Errors
/// What `ssm` returns.
pub fn of<E>(
    settings: &SecretSettings,
    variables: &Variables,
    metrics: &Arc<Metrics>,
    ssm: impl FnOnce(&str) -> Result<Box<dyn SecretSource>, E>,
) -> Result<Secrets, E> {
    let source: Box<dyn SecretSource> = match settings.from {
        SecretsFrom::Off => return Ok(Secrets::none()),
        SecretsFrom::Ssm => ssm(&settings.prefix)?,
        SecretsFrom::Environment => match &settings.file {
            Some(path) => {
                tell_of_unread(variables);
                Box::new(File(path.clone()))
            }
            None => Box::new(Environment::of(variables)),
        },
    };
    Ok(Secrets::new(source, settings.ttl(), Arc::clone(metrics)))
}

/// What stands in the environment may be there for other programs, or meant for us.
fn tell_of_unread(variables: &Variables) {
    let names = Parameter::ALL.map(Parameter::variable);
    let unread: Vec<_> = names
        .into_iter()
        .filter(|name| variables.foreign(name).is_some())
        .collect();
    if !unread.is_empty() {
        tracing::warn!(
            ?unread,
            "secrets are read from the file of `MESH_SECRETS_FILE`, and not from these variables"
        );
    }
}

/// Read once, at the start: a process cannot be given another environment.
#[derive(Debug)]
struct Environment(ParameterValues);

impl Environment {
    fn of(variables: &Variables) -> Self {
        let found = |parameter: Parameter| {
            let value = variables.foreign(parameter.variable())?;
            Some((parameter, found(value)))
        };
        Self(Parameter::ALL.into_iter().filter_map(found).collect())
    }
}

fn found(value: impl Into<String>) -> FoundParameter {
    FoundParameter {
        value: Secret::new(value),
        version: None,
    }
}

type Reading<'a> = Pin<Box<dyn Future<Output = Result<ParameterValues, SourceError>> + Send + 'a>>;

impl SecretSource for Environment {
    fn read(&self, _: Deadline) -> Reading<'_> {
        Box::pin(ready(Ok(self.0.clone())))
    }

    fn name(&self, parameter: Parameter) -> String {
        parameter.variable().to_owned()
    }
}

/// A file of `NAME=value` lines.
#[derive(Debug)]
struct File(PathBuf);

impl SecretSource for File {
    fn read(&self, _: Deadline) -> Reading<'_> {
        Box::pin(ready(file::read(&self.0)))
    }

    fn name(&self, parameter: Parameter) -> String {
        parameter.variable().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[tokio::test]
    async fn beside_a_file_the_environment_gives_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secrets.env");
        std::fs::write(&file, "AOMA_ASSISTANT_ID=asst_0123456789\n").expect("written");
        let variables = Variables::new([
            ("MESH_SECRETS_FILE", file.to_str().expect("UTF-8")),
            ("OPENAI_API_KEY", "sk-test-0123456789abcdef"),
        ]);
        let config = crate::Config::read(&variables).expect("settings");
        let metrics = Arc::new(Metrics::new(Instant::now()));
        let secrets = of(&config.secrets, &variables, &metrics, |_| Err("no store"));
        let secrets = secrets.expect("no store is needed");
        let deadline = Deadline::after(Instant::now(), Duration::from_secs(1));
        secrets.read(deadline).await.expect("read");
        assert!(secrets.at_hand(Parameter::OpenAiApiKey).is_none());
        assert!(secrets.at_hand(Parameter::AomaAssistantId).is_some());
    }

    #[tokio::test]
    async fn the_environment_gives_what_it_has() {
        let variables = Variables::new([
            ("MESH_SECRETS", "env"),
            ("OPENAI_API_KEY", "sk-test-0123456789abcdef"),
            ("SUPABASE_SERVICE_ROLE_KEY", "short"),
        ]);
        let config = crate::Config::read(&variables).expect("settings");
        let metrics = Arc::new(Metrics::new(Instant::now()));
        let secrets = of(&config.secrets, &variables, &metrics, |_| Err("no store"));
        let secrets = secrets.expect("no store is needed");
        let deadline = Deadline::after(Instant::now(), Duration::from_secs(1));
        secrets.read(deadline).await.expect("read");
        assert!(secrets.at_hand(Parameter::OpenAiApiKey).is_some());
        assert_eq!(
            secrets.faults().expect("there are secrets"),
            [
                "`NEXT_PUBLIC_SUPABASE_URL` is missing",
                "`SUPABASE_SERVICE_ROLE_KEY` must be a key of 20 characters or more",
            ]
        );
    }
}
