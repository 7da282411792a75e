use std::time::{Duration, SystemTime};

use crate::StoreError;

/// A version that no other write has. Random, so that a writer whose answer was lost recognises what it wrote.
pub(crate) fn fresh_version() -> Result<u64, StoreError> {
    let random = getrandom::u64().map_err(|error| {
        StoreError::Refused(format!("no random bytes from the system: {error}"))
    })?;
    // Both places keep signed numbers.
    Ok(random >> 1)
}

/// Whole seconds since 1970, as both places keep them: an item lives until the second after its moment has ended.
pub(crate) fn seconds(moment: SystemTime, round: Round) -> u64 {
    let since = moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    match round {
        Round::Down => since.as_secs(),
        Round::Up => since.as_secs() + u64::from(since.subsec_nanos() > 0),
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Round {
    Up,
    Down,
}

pub(crate) fn moment(seconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_never_ends_before_its_moment() {
        let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(seconds(at(7_001), Round::Up), 8);
        assert_eq!(seconds(at(7_999), Round::Down), 7);
        assert_eq!(seconds(at(7_000), Round::Up), 7);
        assert_eq!(moment(7), Some(at(7_000)));
    }
}
