pub(crate) const UNREADABLE: &str = "an answer that cannot be read";

/// Why a service of AWS did not do what it was asked. The words are for the operator; they hold no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error("no credentials were found")]
    NoCredentials,
    #[error("the credentials that are set could not be had")]
    UnavailableCredentials,
    #[error("the request cannot be made")]
    Unsendable,
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
            | "ProvisionedThroughputExceededException"
            | "429" => Self::Throttled,
            code => Self::Refused(code.to_owned()),
        }
    }

    #[cfg(feature = "operate")]
    pub(crate) fn unreadable() -> Self {
        Self::Refused(UNREADABLE.to_owned())
    }
}
