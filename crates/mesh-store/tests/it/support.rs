use std::time::{Duration, Instant, SystemTime};

use mesh_core::Deadline;
use mesh_store::{Key, Prefix, Within};

/// The moment at which tests begin.
pub(crate) fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// A call made so many seconds after the start.
pub(crate) fn at(seconds: u64) -> Within {
    Within {
        now: start() + Duration::from_secs(seconds),
        deadline: within_ms(30_000),
    }
}

pub(crate) fn within_ms(millis: u64) -> Deadline {
    Deadline::after(Instant::now(), Duration::from_millis(millis))
}

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

pub(crate) fn prefix(text: &str) -> Prefix {
    Prefix::new(text).expect("a prefix")
}
