use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::rescue::{INVALID_REQUEST, Refusal};

/// A body that trickles in for longer is not one a client waits for.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Reads a whole body of at most `most` bytes.
pub(super) async fn read(body: Body, most: usize) -> Result<Bytes, Refusal> {
    let collected = tokio::time::timeout(TIMEOUT, Limited::new(body, most).collect())
        .await
        .map_err(|_| {
            refuse(
                StatusCode::REQUEST_TIMEOUT,
                "the body did not arrive in time; send it again",
            )
        })?;
    match collected {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {most} bytes; send less at once"),
        )),
        // A client that hangs up half-way is no fault of the server's, so never a 500.
        Err(_) => Err(refuse(
            StatusCode::BAD_REQUEST,
            "the body broke off, or is not encoded as it says it is; send it again",
        )),
    }
}

fn refuse(status: StatusCode, message: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(status, INVALID_REQUEST, message)
}
