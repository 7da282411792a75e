#[cfg(feature = "operate")]
mod operate;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use mesh_core::{Deadline, Found, Parameter, Secret, SecretSource, SourceError, Values};
use serde::Deserialize;
use serde_json::json;

#[cfg(feature = "operate")]
pub use operate::{Described, Kind};

use crate::endpoint::Service;
use crate::exchange::Answer;
use crate::{Aws, CallError, call};

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

    fn spelled(&self, spelling: &str) -> String {
        format!("{}{spelling}", self.prefix)
    }

    fn spellings(&self) -> Vec<String> {
        let spellings = Parameter::ALL.into_iter().flat_map(Parameter::spellings);
        spellings.map(|spelling| self.spelled(spelling)).collect()
    }

    /// One request for every spelling of every parameter: they are fewer than the ten it takes.
    async fn parameters(&self, deadline: Deadline) -> Result<Values, SourceError> {
        let body = json!({ "Names": self.spellings(), "WithDecryption": true }).to_string();
        let answer = self.call("GetParameters", body, deadline).await?;
        let answer: Parameters =
            serde_json::from_slice(&answer.body).map_err(|_| CallError::unreadable())?;
        Ok(self.found(answer))
    }

    /// The first spelling that is there counts; names that the store does not know are left out.
    fn found(&self, answer: Parameters) -> Values {
        let mut held: BTreeMap<String, Found> = BTreeMap::new();
        for parameter in answer.parameters {
            let found = Found {
                value: Secret::new(parameter.value),
                version: parameter.version,
            };
            held.insert(parameter.name, found);
        }
        let mut first = |parameter: Parameter| {
            let mut spellings = parameter.spellings().iter();
            spellings.find_map(|spelling| held.remove(&self.spelled(spelling)))
        };
        Parameter::ALL
            .into_iter()
            .filter_map(|parameter| Some((parameter, first(parameter)?)))
            .collect()
    }

    async fn call(
        &self,
        operation: &str,
        body: String,
        deadline: Deadline,
    ) -> Result<Answer, CallError> {
        call::json(&self.aws, Service::Ssm, operation, body, deadline).await
    }
}

impl SecretSource for Ssm {
    fn read(
        &self,
        deadline: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<Values, SourceError>> + Send + '_>> {
        Box::pin(self.parameters(deadline))
    }

    fn name(&self, parameter: Parameter) -> String {
        let spellings = parameter.spellings();
        self.spelled(spellings.first().expect("a parameter has a name"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameters {
    parameters: Vec<Held>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Held {
    name: String,
    value: String,
    version: Option<i64>,
}

impl From<CallError> for SourceError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unreachable => Self::Unreachable,
            CallError::TimedOut => Self::TimedOut,
            CallError::Denied(action) => Self::Denied(action),
            CallError::Throttled => Self::Throttled,
            CallError::Refused(code) => Self::Refused(code),
        }
    }
}
