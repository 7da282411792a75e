use std::time::{Duration, SystemTime};

use http::StatusCode;
use mesh_http::{HttpError, Refusal};
use serde::Deserialize;

use crate::shown::{name, place};

/// Why OpenAI gave nothing, by what can be done about it. The words hold no key, and nothing of what was sent or received but
/// the names of codes and parameters.
#[derive(Debug, thiserror::Error)]
pub enum OpenAiError {
    #[error("the key is refused: it is wrong, or was revoked")]
    Unauthorized,
    #[error("the key does not allow this: give its project the permission")]
    Forbidden,
    #[error("there is no such model, or the key may not use it")]
    NoSuchModel,
    /// A vector store or a file.
    #[error("there is no such thing under that id")]
    NotFound,
    #[error("too much is asked of it at the moment")]
    RateLimited { retry_after: Option<Duration> },
    /// Waiting does not help.
    #[error("the account has used what it may spend: check its plan and billing")]
    QuotaExceeded,
    #[error("it does not take the request: {0}")]
    BadRequest(String),
    #[error("it failed: {0}")]
    ServerFault(String),
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    #[error("it did not answer in time")]
    TimedOut,
    /// It has failed too often, and was not asked.
    #[error("it goes on failing, and is not asked for {} ms", retry_in.as_millis())]
    CircuitOpen { retry_in: Duration },
    #[error("its answer is not what is documented: {0}")]
    UnexpectedAnswer(String),
}

#[derive(Deserialize)]
struct Envelope {
    error: Fault,
}

/// What is read of a fault. Its message may quote what was sent, and a part of the key.
#[derive(Default, Deserialize)]
struct Fault {
    code: Option<String>,
    param: Option<String>,
}

impl OpenAiError {
    /// Of a response or a stream that ended with the code of a fault.
    pub(super) fn failed(code: Option<&str>) -> Self {
        match code {
            Some("rate_limit_exceeded") => Self::RateLimited { retry_after: None },
            Some("insufficient_quota") => Self::QuotaExceeded,
            code => Self::ServerFault(format!("code {}", name(code))),
        }
    }

    pub(super) fn unreadable(error: &serde_json::Error) -> Self {
        Self::UnexpectedAnswer(place(error))
    }

    fn refused(refusal: &Refusal, retry_after: Option<Duration>) -> Self {
        let fault = serde_json::from_slice(&refusal.body)
            .map_or_else(|_| Fault::default(), |envelope: Envelope| envelope.error);
        match (refusal.status, fault.code.as_deref()) {
            (status, _) if status.is_server_error() => Self::ServerFault(status.to_string()),
            (StatusCode::UNAUTHORIZED, _) => Self::Unauthorized,
            (_, Some("model_not_found")) => Self::NoSuchModel,
            (StatusCode::FORBIDDEN, _) => Self::Forbidden,
            (StatusCode::NOT_FOUND, _) => Self::NotFound,
            (StatusCode::TOO_MANY_REQUESTS, Some("insufficient_quota")) => Self::QuotaExceeded,
            (StatusCode::TOO_MANY_REQUESTS, _) => Self::RateLimited { retry_after },
            (status, code) if status.is_client_error() => Self::BadRequest(format!(
                "status {}, code {}, parameter {}",
                status.as_u16(),
                name(code),
                name(fault.param.as_deref())
            )),
            (status, _) => Self::UnexpectedAnswer(format!("its status is {status}")),
        }
    }
}

impl From<HttpError> for OpenAiError {
    fn from(error: HttpError) -> Self {
        let retry_after = error.retry_after(SystemTime::now());
        match error {
            HttpError::TimedOut => Self::TimedOut,
            HttpError::Unreachable(why) | HttpError::BrokenOff(why) => Self::Unreachable(why),
            HttpError::LeftAlone { retry_in } => Self::CircuitOpen { retry_in },
            HttpError::Invalid(why) => Self::BadRequest(why),
            HttpError::TooLarge { .. } => Self::UnexpectedAnswer(error.to_string()),
            HttpError::Refused(refusal) => Self::refused(&refusal, retry_after),
        }
    }
}
