use std::fmt;
use std::time::Duration;

use mesh_core::Effect;

use super::Limit;

/// That a call may not run now. Its text is for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How long from now the call may be tried again.
    pub retry_in: Duration,
    pub why: Why,
    pub(super) effect: Effect,
    pub(super) limit: Limit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The caller has called as often as it may.
    Rate,
    /// As many of its calls are running as may.
    Running,
    /// There are more callers than the server can keep account of.
    Callers,
}

impl Why {
    /// One word, for a record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Running => "running",
            Self::Callers => "callers",
        }
    }
}

impl Refused {
    /// Whole seconds after which to try again, at least one: as `Retry-After` has it.
    #[must_use]
    pub fn retry_in_seconds(&self) -> u64 {
        let started = u64::from(self.retry_in.subsec_nanos() > 0);
        (self.retry_in.as_secs() + started).max(1)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tools = format!("tools that {}", self.effect.as_str());
        match self.why {
            Why::Rate => write!(
                f,
                "too many calls of {tools}: {} a minute are allowed",
                self.limit.per_minute
            )?,
            Why::Running => write!(
                f,
                "too many calls of {tools} at once: {} are allowed",
                self.limit.concurrent
            )?,
            Why::Callers => f.write_str("too many callers at once")?,
        }
        write!(f, "; try again in {} s", self.retry_in_seconds())
    }
}

impl std::error::Error for Refused {}
