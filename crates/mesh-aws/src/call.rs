//! Operations of the services that take one signed request of JSON.

use ::http::{Request, StatusCode};
use bytes::Bytes;
use mesh_core::Deadline;
use serde::Deserialize;

use crate::endpoint::Service;
use crate::exchange::Answer;
use crate::retry::twice;
use crate::{Aws, CallError};

/// Calls an operation by its name, twice where a fault passes. The answer is the service's, read whole.
pub(crate) async fn json(
    aws: &Aws,
    service: Service,
    operation: &str,
    body: String,
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let body = Bytes::from(body);
    twice(deadline, |deadline| {
        attempt(aws, service, operation, body.clone(), deadline)
    })
    .await
}

async fn attempt(
    aws: &Aws,
    service: Service,
    operation: &str,
    body: Bytes,
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let request = Request::post(format!("{}/", aws.base(service)))
        .header("content-type", "application/x-amz-json-1.1")
        .header(
            "x-amz-target",
            format!("{}.{operation}", service.target_prefix()),
        )
        .body(body)
        .map_err(|error| CallError::Refused(error.to_string()))?;
    let answer = aws.exchange(service, request, deadline).await?;
    if answer.status == StatusCode::OK {
        Ok(answer)
    } else {
        Err(refusal(service, operation, &answer))
    }
}

#[derive(Deserialize)]
struct Fault {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}

/// What the service said, by its short name; its sentence may name things that are the account's alone.
fn refusal(service: Service, operation: &str, answer: &Answer) -> CallError {
    let action = format!("{}:{operation}", service.signing_name());
    let Ok(fault) = serde_json::from_slice::<Fault>(&answer.body) else {
        return CallError::of(answer.status.as_str(), &action);
    };
    match CallError::of(short(&fault.kind, answer.status.as_str()), &action) {
        // A key of the customer's own that the role may not use is refused in the name of the store.
        CallError::Denied(_) if fault.message.contains("kms:Decrypt") => {
            CallError::Denied("kms:Decrypt".to_owned())
        }
        error => error,
    }
}

/// `com.example.shapes#Name:http://…` is `Name`.
fn short<'a>(kind: &'a str, status: &'a str) -> &'a str {
    let name = kind.rsplit_once('#').map_or(kind, |(_, name)| name);
    let name = name.split(':').next().unwrap_or_default();
    if name.is_empty() { status } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_known_by_the_last_of_its_names() {
        let kinds = [
            "ThrottlingException",
            "com.amazonaws.ssm#ThrottlingException",
            "ThrottlingException:http://internal.amazon.com/coral/",
        ];
        for kind in kinds {
            assert_eq!(short(kind, "400"), "ThrottlingException");
        }
        assert_eq!(short("", "400"), "400");
    }
}
