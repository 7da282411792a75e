//! The manners of the services that only an operator asks.

use ::http::Request;
use bytes::Bytes;
use mesh_core::Deadline;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{action, settled, short};
use crate::endpoint::Service;
use crate::exchange::Answer;
use crate::{Aws, CallError, xml};

/// A form that is answered with XML: STS and IAM.
pub(crate) async fn query(
    aws: &Aws,
    service: Service,
    operation: &str,
    fields: &[(&str, &str)],
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let mut form = format!("Action={operation}");
    for (name, value) in fields {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        form.push_str(&format!("&{name}={value}"));
    }
    let request = Request::post(format!("{}/", aws.base(service)))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form));
    let action = action(service, operation);
    settled(aws, service, request, deadline, |answer| {
        let told = String::from_utf8_lossy(&answer.body);
        let code = xml::text(&told, "Code").unwrap_or(answer.status.as_str());
        CallError::of(code, &action)
    })
    .await
}

/// A path that is read: Lambda's own API, which says what a fault is in a header.
pub(crate) async fn rest(
    aws: &Aws,
    service: Service,
    operation: &str,
    path: &str,
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let request = Request::get(format!("{}{path}", aws.base(service))).body(Bytes::new());
    let action = action(service, operation);
    settled(aws, service, request, deadline, |answer| {
        let kind = answer.kind.as_deref().unwrap_or_default();
        CallError::of(short(kind, answer.status.as_str()), &action)
    })
    .await
}
