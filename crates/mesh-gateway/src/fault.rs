use std::time::Duration;

use mesh_http::HttpError;

use crate::message::RpcError;

/// Why an upstream gave no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// An answer of its own, in JSON-RPC.
    #[error("it answered: {}", .0.message())]
    Rpc(RpcError),
    #[error("no answer in time")]
    TimedOut,
    #[error("it could not be started: {0}")]
    Start(String),
    #[error("it ended{0}")]
    Ended(String),
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    #[error("it refuses our credentials ({0})")]
    Credentials(u16),
    /// It was shown nothing, and says where a person logs in.
    #[error("it needs a person's login, which is not supported; use a token or client credentials")]
    Login,
    #[error("it answered with HTTP {0}")]
    Status(u16),
    /// Not the protocol.
    #[error("its answer cannot be understood: {0}")]
    Garbage(String),
    #[error("its answer is larger than {0} bytes")]
    TooLarge(u64),
    #[error("it knows our session no more")]
    SessionGone,
    #[error("it is not tried again for {} s", retry_in.as_secs().max(1))]
    LeftAlone { retry_in: Duration, after: String },
    #[error("{0}")]
    Unresolved(String),
    /// No person has approved that it is started.
    #[error("{0}")]
    Unapproved(String),
    /// As many calls as its entry allows are running: one, where it relays over a connection that tells no calls apart.
    #[error("as many calls as `maxConcurrent` or `relay` in its entry allow are running")]
    Busy,
    /// On a host that has only so much memory.
    #[error(
        "there is no memory for its process while the others are at work; `MESH_CHILDREN_MB` says how much there is"
    )]
    NoRoom,
    /// People have not approved how it is started, or what is asked of it.
    #[error("{0}")]
    NotApproved(String),
    #[error("it is not configured any more")]
    NotConfigured,
    #[error("{0}")]
    Refused(String),
    /// Its task waits for an answer that nobody gives.
    #[error("it asks its user something")]
    Asks,
    /// It is this server, or leads back to it.
    #[error("{0}")]
    Cycle(String),
    /// A request that came through other servers would have come back to one of them.
    #[error("{0}")]
    CameBack(String),
}

impl Fault {
    pub(crate) fn not_needed() -> Self {
        Self::Ended(": it was not needed any more".to_owned())
    }

    /// Few words, for a count of them.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Rpc(_) => "rpc",
            Self::TimedOut => "timeout",
            Self::Start(_) => "start",
            Self::Ended(_) => "ended",
            Self::Unreachable(_) => "unreachable",
            Self::Credentials(_) | Self::Login | Self::Unresolved(_) => "credentials",
            Self::Status(_) => "status",
            Self::Garbage(_) => "garbage",
            Self::TooLarge(_) => "too_large",
            Self::SessionGone => "session",
            Self::LeftAlone { .. } => "left_alone",
            Self::Unapproved(_) => "unapproved",
            Self::Busy | Self::NoRoom => "busy",
            Self::NotApproved(_) | Self::NotConfigured | Self::Refused(_) => "refused",
            Self::Asks => "asks",
            Self::Cycle(_) | Self::CameBack(_) => "cycle",
        }
    }

    /// Whether it says nothing of the upstream, where it is what a call met.
    #[must_use]
    pub const fn is_of_the_call(&self) -> bool {
        match self {
            // RFC 9110, section 15.5: the request is at fault. One that took too long, or came too often, is as any other.
            Self::Status(status) => matches!(*status, 400..=407 | 409..=428 | 430..=499),
            // Of one tool it is said that its caller may not have it.
            Self::Credentials(403)
            | Self::NotApproved(_)
            | Self::NotConfigured
            | Self::Refused(_) => true,
            fault => !fault.is_the_upstreams(),
        }
    }

    /// Whether it says something about the upstream, and not about one call; of a start, that is all but the exceptions.
    #[must_use]
    pub(crate) const fn is_the_upstreams(&self) -> bool {
        !matches!(
            self,
            Self::Rpc(_)
                | Self::TooLarge(_)
                | Self::LeftAlone { .. }
                | Self::Unapproved(_)
                | Self::Busy
                | Self::NoRoom
                | Self::CameBack(_)
                | Self::Asks
        )
    }
}

impl From<HttpError> for Fault {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::TimedOut => Self::TimedOut,
            HttpError::TooLarge { max_bytes } => Self::TooLarge(max_bytes),
            HttpError::LeftAlone { retry_in } => Self::LeftAlone {
                retry_in,
                after: "it failed again and again".to_owned(),
            },
            HttpError::Refused(refusal) => match refusal.status.as_u16() {
                status @ (401 | 403) => Self::Credentials(status),
                status => Self::Status(status),
            },
            error @ (HttpError::Unreachable(_) | HttpError::BrokenOff(_)) => {
                Self::Unreachable(error.to_string())
            }
            HttpError::Invalid(why) => Self::Refused(format!("the request cannot be sent: {why}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_is_refused_for_is_no_outage() {
        for (status, expected) in [
            (400, true),
            (404, true),
            (408, false),
            (413, true),
            (422, true),
            (429, false),
            (500, false),
            (503, false),
        ] {
            let fault = Fault::Status(status);
            assert_eq!(fault.is_of_the_call(), expected, "{status}");
            assert!(fault.is_the_upstreams());
        }
        assert!(Fault::Credentials(403).is_of_the_call());
        assert!(!Fault::Credentials(401).is_of_the_call());
        assert!(Fault::NotApproved("withheld".to_owned()).is_of_the_call());
    }
}
