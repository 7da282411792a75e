use std::time::{Duration, Instant, SystemTime};

/// What an answer needs to get from us to the platform, and what the protocol's layer adds to a late one.
const RESERVE: Duration = Duration::from_millis(1500);

/// The moment by which a request must be over, from Lambda's word for when it ends everything.
///
/// Of a short time at most half is kept back. A moment that has passed is no deadline: emulators say 1970.
pub(crate) fn of(milliseconds: u64, now: SystemTime, clock: Instant) -> Option<Instant> {
    let ends = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))?;
    let left = ends.duration_since(now).ok().filter(|left| !left.is_zero())?;
    clock.checked_add(left - RESERVE.min(left / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_kept_back() {
        let (now, clock) = (SystemTime::now(), Instant::now());
        let epoch = now.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        let after = |left: Duration| {
            let ends = epoch + left;
            let ends = u64::try_from(ends.as_millis()).expect("a date") + 1;
            of(ends, now, clock).map(|at| (at - clock).as_millis())
        };
        assert_eq!(after(Duration::from_secs(30)), Some(28_500));
        assert_eq!(after(Duration::from_secs(2)), Some(1_000));
    }

    #[test]
    fn a_moment_in_the_past_is_no_deadline() {
        let (now, clock) = (SystemTime::now(), Instant::now());
        assert_eq!(of(600_000, now, clock), None);
        assert_eq!(of(0, now, clock), None);
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        assert!(of(u64::MAX, long_ago, clock).is_none_or(|at| at > clock));
    }
}
