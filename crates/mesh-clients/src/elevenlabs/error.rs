mod fault;

use std::time::{Duration, SystemTime};

use http::StatusCode;
use mesh_http::{HttpError, Refusal};

use crate::shown::{name, place};
use fault::Fault;

/// Why ElevenLabs gave nothing, by what can be done about it. The words hold no key, and nothing of what was sent or received
/// but the names of statuses, permissions and fields.
#[derive(Debug, thiserror::Error)]
pub enum ElevenLabsError {
    #[error("the key is refused: it is wrong, or was revoked")]
    Unauthorized,
    /// With the name of the permission, or `unknown`.
    #[error("the key does not have the permission `{0}`: give it to the key, or use another")]
    MissingPermission(String),
    #[error("the key is of another data residency than the address that was asked")]
    WrongResidency,
    /// Waiting does not help.
    #[error("the account has not enough credits left: check its plan and billing")]
    QuotaExceeded,
    /// With the name of the status.
    #[error("the account's plan does not allow this: {0}")]
    PlanRequired(String),
    #[error("there is no such voice, or the key may not use it")]
    VoiceNotFound,
    #[error("there is no such thing under that id")]
    NotFound,
    #[error("it does not take the request: {0}")]
    BadRequest(String),
    /// More at once than the plan allows, or than it can do at the moment.
    #[error("too much is asked of it at the moment")]
    RateLimited { retry_after: Option<Duration> },
    #[error("it failed: {what}")]
    ServerFault { what: String, charge: Charge },
    /// Nothing was sent.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    #[error("the connection broke off: {why}")]
    BrokenOff { why: String, charge: Charge },
    #[error("it did not answer in time")]
    TimedOut(Charge),
    /// It has failed too often, and was not asked.
    #[error("it goes on failing, and is not asked for {} ms", retry_in.as_millis())]
    CircuitOpen { retry_in: Duration },
    #[error("its answer is not what is documented: {what}")]
    UnexpectedAnswer { what: String, charge: Charge },
}

/// Whether a request that came to nothing may have cost credits, or left something behind, all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// It only reads, was refused, or was not sent.
    None,
    /// It was sent, and nobody knows what became of it.
    Possible,
}

impl ElevenLabsError {
    /// Whether it may have cost credits, or left something behind, all the same: then nothing may be sent again unasked.
    #[must_use]
    pub fn may_have_charged(&self) -> bool {
        match self {
            Self::ServerFault { charge, .. }
            | Self::BrokenOff { charge, .. }
            | Self::TimedOut(charge)
            | Self::UnexpectedAnswer { charge, .. } => *charge == Charge::Possible,
            Self::Unauthorized
            | Self::MissingPermission(_)
            | Self::WrongResidency
            | Self::QuotaExceeded
            | Self::PlanRequired(_)
            | Self::VoiceNotFound
            | Self::NotFound
            | Self::BadRequest(_)
            | Self::RateLimited { .. }
            | Self::Unreachable(_)
            | Self::CircuitOpen { .. } => false,
        }
    }

    /// Whether as many requests are under way as the plan allows: one more is taken once one of them has ended.
    pub(super) fn is_of_concurrency(refusal: &Refusal) -> bool {
        let fault = Fault::read(&refusal.body);
        let is_it = |name: &str| name == "too_many_concurrent_requests";
        refusal.status == StatusCode::TOO_MANY_REQUESTS && fault.names().any(is_it)
    }

    /// Of a request that only reads.
    pub(super) fn unpaid(error: HttpError) -> Self {
        Self::of(error, Charge::None)
    }

    /// Of one that costs credits or leaves something behind.
    pub(super) fn paid(error: HttpError) -> Self {
        Self::of(error, Charge::Possible)
    }

    /// Of one that costs nothing, and can be sent again without harm.
    pub(super) fn harmless(mut self) -> Self {
        if let Self::ServerFault { charge, .. }
        | Self::BrokenOff { charge, .. }
        | Self::TimedOut(charge)
        | Self::UnexpectedAnswer { charge, .. } = &mut self
        {
            *charge = Charge::None;
        }
        self
    }

    /// Of one that may have had the effect where it was sent and not refused.
    pub(super) fn of(error: HttpError, charge: Charge) -> Self {
        let retry_after = error.retry_after(SystemTime::now());
        match error {
            HttpError::TimedOut => Self::TimedOut(charge),
            HttpError::Unreachable(why) => Self::Unreachable(why),
            HttpError::BrokenOff(why) => Self::BrokenOff { why, charge },
            HttpError::LeftAlone { retry_in } => Self::CircuitOpen { retry_in },
            HttpError::Invalid(why) => Self::BadRequest(why),
            HttpError::TooLarge { .. } => {
                let what = error.to_string();
                Self::UnexpectedAnswer { what, charge }
            }
            HttpError::Refused(refusal) => Self::refused(&refusal, retry_after, charge),
        }
    }

    pub(super) fn unreadable(error: &serde_json::Error, charge: Charge) -> Self {
        let what = place(error);
        Self::UnexpectedAnswer { what, charge }
    }

    /// The names come first: the same status is given for a wrong key, a missing permission and credits that are spent.
    fn refused(refusal: &Refusal, retry_after: Option<Duration>, charge: Charge) -> Self {
        let status = refusal.status;
        let fault = Fault::read(&refusal.body);
        if status.is_server_error() {
            let what = status.to_string();
            return Self::ServerFault { what, charge };
        }
        if !status.is_client_error() {
            let what = format!("its status is {status}");
            return Self::UnexpectedAnswer { what, charge };
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Self::RateLimited { retry_after };
        }
        Self::named(&fault).unwrap_or_else(|| match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized,
            StatusCode::PAYMENT_REQUIRED | StatusCode::FORBIDDEN => {
                Self::PlanRequired(name(fault.code()))
            }
            StatusCode::NOT_FOUND => Self::NotFound,
            status => Self::BadRequest(fault.of_request(status)),
        })
    }

    fn named(fault: &Fault) -> Option<Self> {
        if fault.is_of_residency() {
            return Some(Self::WrongResidency);
        }
        fault.names().find_map(|name| match name {
            "missing_permissions" => Some(Self::MissingPermission(fault.permission())),
            "quota_exceeded" | "insufficient_credits" => Some(Self::QuotaExceeded),
            // The free plan is denied to whoever looks as if they shared it.
            "detected_unusual_activity" => Some(Self::PlanRequired(self::name(Some(name)))),
            "voice_not_found" | "voice_does_not_exist" => Some(Self::VoiceNotFound),
            name if name.ends_with("_not_found") => Some(Self::NotFound),
            _ => None,
        })
    }
}
