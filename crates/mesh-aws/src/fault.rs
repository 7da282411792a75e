use crate::exchange::ExchangeError;
use crate::http::HttpError;
use crate::retry::Passing;

/// Why a service of AWS did not do what it was asked. The words are for the operator; they hold no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error("AWS could not be reached")]
    Unreachable,
    #[error("AWS did not answer in time")]
    TimedOut,
    /// The name of the permission that is missing, such as `ssm:GetParameters`.
    #[error("AWS refused: the role lacks `{0}`")]
    Denied(String),
    #[error("AWS asked for fewer requests")]
    Throttled,
    /// Anything else, by the service's own short name for it.
    #[error("AWS answered `{0}`")]
    Refused(String),
}

impl CallError {
    /// What a service's short name for a fault means, where `action` was asked for.
    pub(crate) fn of(code: &str, action: &str) -> Self {
        match code {
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => {
                Self::Denied(action.to_owned())
            }
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestLimitExceeded"
            | "TooManyRequestsException"
            | "LimitExceeded"
            | "429" => Self::Throttled,
            code => Self::Refused(code.to_owned()),
        }
    }

    pub(crate) fn unreadable() -> Self {
        Self::Refused("an answer that cannot be read".to_owned())
    }
}

impl From<ExchangeError> for CallError {
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

impl Passing for CallError {
    /// A service that answers with a fault of its own (5xx) may be well again at once.
    fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut | Self::Throttled => true,
            Self::Refused(code) => code.starts_with('5') || code.starts_with("Internal"),
            Self::Denied(_) => false,
        }
    }
}
