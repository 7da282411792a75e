use std::time::Duration;

use reqwest::{StatusCode, Url};
use thiserror::Error;

/// Why a call came to nothing, told so that the person knows what to do next.
#[derive(Debug, Error)]
pub(crate) enum CallFault {
    #[error("cannot reach `{url}`: {reason}")]
    Unreachable { url: Url, reason: String },
    #[error("`{0}` wants a token: put it into `MESH_BEARER`")]
    TokenWanted(Url),
    #[error("`{0}` does not accept the token in `MESH_BEARER`")]
    TokenRefused(Url),
    #[error(
        "cannot sign for `{url}`: {reason}; give credentials as to the AWS command line, such as `AWS_PROFILE`"
    )]
    Unsigned { url: Url, reason: String },
    #[error("`{url}` lets this caller do nothing here (403): {reason}")]
    Forbidden { url: Url, reason: String },
    #[error("`{url}` has moved: call `{to}` instead")]
    Moved { url: Url, to: String },
    #[error("the server answered {status}: {reason}")]
    Status { status: StatusCode, reason: String },
    #[error(
        "the answer is {0}, not MCP: is the path of the address right (often `/rpc` or `/mcp`)?"
    )]
    NotMcp(String),
    #[error("the answer broke off: {0}; the tool may have run all the same")]
    BrokeOff(String),
    #[error(
        "the server answered another request than the one that was sent; the tool may have run all the same"
    )]
    AnotherId,
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("no answer within {} s: allow more with `--timeout`", .0.as_secs())]
    TimedOut(Duration),
    #[error("the server refused: {message} ({code})")]
    Refused { code: i64, message: String },
    #[error("the server names `{0}` as the place to send messages to, which is another server")]
    Elsewhere(Url),
    #[error("the answer to `tools/list` has no list of tools")]
    NoList,
    #[error("the list of tools does not end")]
    EndlessList,
}

impl CallFault {
    /// Whether a server of an older revision could have answered this to a newer question.
    pub(crate) fn may_be_older(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Status { .. }
                | Self::NotMcp(_)
                | Self::BrokeOff(_)
                | Self::TimedOut(_)
        )
    }
}
