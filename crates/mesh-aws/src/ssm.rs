#[cfg(feature = "operate")]
mod operate;

use std::collections::BTreeMap;
use std::pin::Pin;

use aws_sdk_ssm::Client;
use aws_sdk_ssm::operation::get_parameters::builders::GetParametersFluentBuilder;
use aws_sdk_ssm::types;
use futures::future::try_join_all;
use mesh_core::{
    Deadline, FoundParameter, NamedValues, Parameter, ParameterValues, Secret, SecretSource,
    SourceError, ValueSource,
};

#[cfg(feature = "operate")]
pub use operate::{Described, ParameterKind};

use crate::endpoint::Service;
use crate::sdk::fault;
use crate::{Aws, CallError};

/// `GetParameters` takes this many names.
const NAMES_OF_A_CALL: usize = 10;

/// The parameter store of Systems Manager, under a prefix such as `/mcp-server/`.
#[derive(Clone, Debug)]
pub struct Ssm {
    aws: Aws,
    prefix: String,
}

impl Ssm {
    /// `prefix` with or without its slashes at the beginning and the end.
    #[must_use]
    pub fn new(aws: &Aws, prefix: &str) -> Self {
        let inner = prefix.trim_matches('/');
        Self {
            aws: aws.clone(),
            prefix: if inner.is_empty() {
                "/".to_owned()
            } else {
                format!("/{inner}/")
            },
        }
    }

    fn client(&self, deadline: Deadline) -> Result<Client, CallError> {
        Ok(Client::new(&self.aws.sdk(Service::Ssm, deadline)?))
    }

    fn spelled(&self, spelling: &str) -> String {
        format!("{}{spelling}", self.prefix)
    }

    /// Every parameter in every spelling that is there, at once; names that the store does not know are left out.
    async fn held(
        &self,
        request: GetParametersFluentBuilder,
    ) -> Result<Vec<types::Parameter>, CallError> {
        let spellings = Parameter::ALL.into_iter().flat_map(Parameter::spellings);
        let names: Vec<_> = spellings.map(|spelling| self.spelled(spelling)).collect();
        self.asked(request, &names).await
    }

    async fn asked(
        &self,
        request: GetParametersFluentBuilder,
        names: &[String],
    ) -> Result<Vec<types::Parameter>, CallError> {
        let calls = calls(&request, names).map(|call| async {
            let answer = call.send().await;
            let answer = answer.map_err(|error| fault(&error, "ssm:GetParameters"))?;
            Ok(answer.parameters.unwrap_or_default())
        });
        Ok(try_join_all(calls).await?.into_iter().flatten().collect())
    }

    /// Parameters by their whole names, whatever the prefix; those that the store does not know are left out.
    ///
    /// # Errors
    /// When the store cannot be asked, or refuses.
    pub async fn named(
        &self,
        names: &[String],
        deadline: Deadline,
    ) -> Result<BTreeMap<String, Secret>, CallError> {
        let found = self.found(names, deadline).await?;
        let values = found.into_iter().map(|(name, found)| (name, found.value));
        Ok(values.collect())
    }

    /// The same with their versions.
    async fn found(
        &self,
        names: &[String],
        deadline: Deadline,
    ) -> Result<BTreeMap<String, FoundParameter>, CallError> {
        let request = self
            .client(deadline)?
            .get_parameters()
            .with_decryption(true);
        let held = self.asked(request, names).await?;
        Ok(held.into_iter().filter_map(found).collect())
    }

    /// The first spelling that is there counts.
    async fn values(&self, deadline: Deadline) -> Result<ParameterValues, CallError> {
        let request = self.client(deadline)?.get_parameters();
        let held = self.held(request.with_decryption(true)).await?;
        let mut held: BTreeMap<_, _> = held.into_iter().filter_map(found).collect();
        let mut first = |parameter: Parameter| {
            let mut spellings = parameter.spellings().iter();
            spellings.find_map(|spelling| held.remove(&self.spelled(spelling)))
        };
        Ok(Parameter::ALL
            .into_iter()
            .filter_map(|parameter| Some((parameter, first(parameter)?)))
            .collect())
    }
}

/// As many as the names need.
fn calls(
    request: &GetParametersFluentBuilder,
    names: &[String],
) -> impl Iterator<Item = GetParametersFluentBuilder> {
    let parts = names.chunks(NAMES_OF_A_CALL);
    parts.map(|names| request.clone().set_names(Some(names.to_vec())))
}

fn found(parameter: types::Parameter) -> Option<(String, FoundParameter)> {
    let found = FoundParameter {
        value: Secret::new(parameter.value?),
        version: Some(parameter.version),
    };
    Some((parameter.name?, found))
}

impl SecretSource for Ssm {
    fn read(
        &self,
        deadline: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<ParameterValues, SourceError>> + Send + '_>> {
        Box::pin(async move { Ok(self.values(deadline).await?) })
    }

    fn name(&self, parameter: Parameter) -> String {
        let spellings = parameter.spellings();
        self.spelled(spellings.first().expect("a parameter has a name"))
    }
}

impl ValueSource for Ssm {
    fn read<'a>(
        &'a self,
        names: &'a [String],
        deadline: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<NamedValues, String>> + Send + 'a>> {
        Box::pin(async move {
            let read = self.named(names, deadline).await;
            read.map_err(|error| format!("the parameter store: {error}"))
        })
    }
}

impl From<CallError> for SourceError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unreachable => Self::Unreachable,
            CallError::TimedOut => Self::TimedOut,
            CallError::Denied(action) => Self::Denied(action),
            CallError::Throttled => Self::Throttled,
            CallError::Refused(code) => Self::Refused(code),
            CallError::NoCredentials
            | CallError::UnavailableCredentials
            | CallError::Unsendable => Self::Unasked(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn more_names_than_a_call_takes_are_asked_for_in_several() {
        let aws = Aws::from_environment(&|name| match name {
            "AWS_CA_BUNDLE" | "AWS_ENDPOINT_URL" | "AWS_ENDPOINT_URL_SSM" => None,
            _ => Some("https://example.com".to_owned()),
        });
        let ssm = Ssm::new(&aws.expect("all are set"), "/mcp-server/");
        let deadline = Deadline::after(Instant::now(), Duration::from_secs(1));
        let request = ssm.client(deadline).expect("in time").get_parameters();
        let names: Vec<_> = (0..23).map(|name| ssm.spelled(&name.to_string())).collect();
        let asked: Vec<_> = calls(&request, &names)
            .map(|call| call.get_names().as_ref().map(Vec::len))
            .collect();
        assert_eq!(asked, [Some(10), Some(10), Some(3)]);
    }
}
