//! One signed request that is one operation, in each of the three manners that AWS's services have.

#[cfg(feature = "operate")]
mod operate;

use ::http::{Request, StatusCode};
use bytes::Bytes;
use mesh_core::Deadline;
#[cfg(feature = "operate")]
pub(crate) use operate::{query, rest};
use serde::Deserialize;

use crate::endpoint::Service;
use crate::exchange::Answer;
use crate::retry::twice;
use crate::{Aws, CallError};

/// JSON: calls an operation by its name, twice where a fault passes.
pub(crate) async fn json(
    aws: &Aws,
    service: Service,
    operation: &str,
    body: String,
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let target = format!("{}.{operation}", service.target_prefix());
    let request = Request::post(format!("{}/", aws.base(service)))
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", target)
        .body(Bytes::from(body));
    let action = action(service, operation);
    settled(aws, service, request, deadline, |answer| {
        refusal(answer, &action)
    })
    .await
}

/// The answer, if it is one of success; or what `refusal` makes of it.
async fn settled(
    aws: &Aws,
    service: Service,
    request: Result<Request<Bytes>, ::http::Error>,
    deadline: Deadline,
    refusal: impl Fn(&Answer) -> CallError,
) -> Result<Answer, CallError> {
    let request = request.map_err(|error| CallError::Refused(error.to_string()))?;
    let attempt = |deadline| {
        let exchange = aws.exchange(service, request.clone(), deadline);
        async { Ok::<_, CallError>(exchange.await?) }
    };
    twice(deadline, |deadline| {
        let (attempt, refusal) = (attempt(deadline), &refusal);
        async move {
            let answer = attempt.await?;
            if answer.status == StatusCode::OK {
                Ok(answer)
            } else {
                Err(refusal(&answer))
            }
        }
    })
    .await
}

/// The permission that an operation needs. It is named after the operation, in all we use.
fn action(service: Service, operation: &str) -> String {
    format!("{}:{operation}", service.signing_name())
}

#[derive(Deserialize)]
struct Fault {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}

/// What the service said, by its short name; its sentence may name things that are the account's alone.
fn refusal(answer: &Answer, action: &str) -> CallError {
    let Ok(fault) = serde_json::from_slice::<Fault>(&answer.body) else {
        return CallError::of(answer.status.as_str(), action);
    };
    match CallError::of(short(&fault.kind, answer.status.as_str()), action) {
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
