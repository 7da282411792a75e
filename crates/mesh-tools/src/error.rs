use std::fmt::Display;
use std::time::Duration;

use crate::consent::CONFIRM;
use crate::question::{Capability, Question};

/// Why a call has no result. Each message is one sentence for the model or the person behind it, and says what to do next.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ToolError {
    /// The caller can mend it by other arguments.
    #[error("{0}")]
    InvalidArguments(String),
    /// The caller may not: who it is for and of what is in the words, and no rule.
    #[error("{0}")]
    Denied(String),
    /// The caller has had as many calls as it may have for now.
    #[error("{told}")]
    RateLimited { told: String, retry_after: Duration },
    /// More was sent than the caller may send: nothing was done.
    #[error("{0}")]
    RequestTooLarge(String),
    /// The call was made, and its result is more than the caller may have.
    #[error("{0}")]
    ResultTooLarge(String),
    /// What was named does not exist; for resources and prompts.
    #[error("{0}")]
    NotFound(String),
    /// What the tool works on is not there now; trying later may help.
    #[error("{0}")]
    Unavailable(String),
    #[error("no answer within {} s: {slow} took too long; narrow the request or try again", .budget.as_secs_f32())]
    DeadlineExceeded {
        budget: Duration,
        slow: &'static str,
    },
    /// Refused before anything was done; the wait is an estimate.
    #[error("the server has more to do than it can; try again in {} s", whole_seconds(*.retry_after))]
    Overloaded { retry_after: Duration },
    /// Our own fault. What happened is in the log, never in the answer.
    #[error("internal error: the request was right, the server failed; its log has the reason")]
    Internal,
    /// Not a failure: the call goes on when the client has answered these and calls again.
    #[error("the client has to answer first")]
    InputRequired(Vec<(String, Question)>),
    #[error(
        "this tool has to ask through `{0}`, which takes a session and a client that offers it"
    )]
    MissingCapability(Capability),
    /// Not a failure: the call is made when a person agrees and it comes again with the token.
    #[error("Not done yet. {would} Ask the user; if they agree, call again with the same arguments and \"{CONFIRM}\": \"{token}\", \
        within {} s. The token is good for this one call.", .within.as_secs())]
    ConfirmationRequired {
        would: String,
        token: String,
        within: Duration,
    },
    /// Somebody was asked, and said no.
    #[error("the user declined; nothing was done; call again only if the user asks for it")]
    Declined,
    /// Nobody has agreed to it: nothing was done.
    #[error("{0}")]
    NotConfirmed(String),
    /// An answer or a state that this server did not ask for, or that was changed on its way.
    #[error("{0}")]
    InvalidAnswer(String),
}

/// Rounded up, and at least one: a client that is told 0 s comes back at once.
#[must_use]
pub fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_millis().div_ceil(1000) as u64).max(1)
}

impl ToolError {
    /// How long from now it may be tried again, where that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded { retry_after } | Self::RateLimited { retry_after, .. } => {
                Some(*retry_after)
            }
            _ => None,
        }
    }

    /// Logs the cause, which stays here, and returns the error that travels.
    pub fn internal(cause: impl Display) -> Self {
        tracing::error!(%cause, "a call failed inside the server");
        Self::Internal
    }

    /// The stable name, for logs, metrics and structured errors.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::InvalidArguments(_) => "invalid_arguments",
            Self::Denied(_) => "denied",
            Self::RateLimited { .. } => "rate_limited",
            Self::RequestTooLarge(_) => "request_too_large",
            Self::ResultTooLarge(_) => "result_too_large",
            Self::NotFound(_) => "not_found",
            Self::Unavailable(_) => "unavailable",
            Self::DeadlineExceeded { .. } => "deadline_exceeded",
            Self::Overloaded { .. } => "overloaded",
            Self::Internal => "internal",
            Self::InputRequired(_) => "input_required",
            Self::MissingCapability(_) => "missing_capability",
            Self::ConfirmationRequired { .. } => "confirmation_required",
            Self::Declined => "declined",
            Self::NotConfirmed(_) => "not_confirmed",
            Self::InvalidAnswer(_) => "invalid_answer",
        }
    }
}
