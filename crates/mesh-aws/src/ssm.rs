use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use ::http::{Request, StatusCode};
use bytes::Bytes;
use mesh_core::{Deadline, Found, Parameter, Secret, SecretSource, SourceError, Values};
use serde::Deserialize;
use serde_json::json;

use crate::Aws;
use crate::endpoint::Service;
use crate::exchange::{Answer, ExchangeError};
use crate::http::HttpError;
use crate::retry::{Passing, twice};

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

    /// One request for every spelling of every parameter: they are fewer than the ten it takes.
    async fn parameters(&self, deadline: Deadline) -> Result<Values, SourceError> {
        let names: Vec<String> = Parameter::ALL
            .iter()
            .flat_map(|parameter| parameter.spellings())
            .map(|spelling| self.spelled(spelling))
            .collect();
        let body = json!({ "Names": names, "WithDecryption": true }).to_string();
        let answer = self.call("GetParameters", body, deadline).await?;
        let answer: Parameters = serde_json::from_slice(&answer.body)
            .map_err(|_| SourceError::Refused("an answer that cannot be read".to_owned()))?;
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

    /// One operation by its name.
    pub(crate) async fn call(
        &self,
        operation: &str,
        body: String,
        deadline: Deadline,
    ) -> Result<Answer, SourceError> {
        let body = Bytes::from(body);
        twice(deadline, |deadline| {
            self.attempt(operation, body.clone(), deadline)
        })
        .await
    }

    async fn attempt(
        &self,
        operation: &str,
        body: Bytes,
        deadline: Deadline,
    ) -> Result<Answer, SourceError> {
        let request = Request::post(format!("{}/", self.aws.base(Service::Ssm)))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AmazonSSM.{operation}"))
            .body(body)
            .map_err(|error| SourceError::Refused(error.to_string()))?;
        let answer = self.aws.exchange(Service::Ssm, request, deadline).await?;
        if answer.status == StatusCode::OK {
            Ok(answer)
        } else {
            Err(refusal(operation, &answer))
        }
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

#[derive(Deserialize)]
struct Fault {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}

/// What the store said, by its short name; its sentence may name things that are the account's alone.
fn refusal(operation: &str, answer: &Answer) -> SourceError {
    let fault = serde_json::from_slice::<Fault>(&answer.body).ok();
    let code = fault.as_ref().map_or("", |fault| {
        let kind = fault.kind.rsplit('#').next().unwrap_or_default();
        kind.split(':').next().unwrap_or_default()
    });
    let message = fault.as_ref().map_or("", |fault| fault.message.as_str());
    match code {
        // A key of the customer's own that this role may not use is refused in the name of the store.
        "AccessDeniedException" if message.contains("kms:Decrypt") => {
            SourceError::Denied("kms:Decrypt".to_owned())
        }
        "AccessDeniedException" | "AccessDenied" => SourceError::Denied(format!("ssm:{operation}")),
        "ThrottlingException"
        | "Throttling"
        | "RequestLimitExceeded"
        | "TooManyRequestsException" => SourceError::Throttled,
        "" if answer.status == StatusCode::TOO_MANY_REQUESTS => SourceError::Throttled,
        "" => SourceError::Refused(answer.status.as_str().to_owned()),
        code => SourceError::Refused(code.to_owned()),
    }
}

impl From<ExchangeError> for SourceError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Http(HttpError::TimedOut) => Self::TimedOut,
            ExchangeError::Http(HttpError::Unreachable(_) | HttpError::BrokenOff(_)) => {
                Self::Unreachable
            }
            ExchangeError::Unsigned(error) => Self::Refused(error.to_string()),
        }
    }
}

impl Passing for SourceError {
    /// A store that answers with a fault of its own (5xx) may be well again at once.
    fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut | Self::Throttled => true,
            Self::Refused(code) => code.starts_with('5') || code == "InternalServerError",
            Self::Denied(_) | Self::File(_) => false,
        }
    }
}
