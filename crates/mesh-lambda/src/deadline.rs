use std::time::{Duration, Instant, SystemTime};

/// What an answer needs to get from us to the platform, and what the protocol's layer adds to a late one.
const RESERVE: Duration = Duration::from_millis(1500);
/// What the last piece of an answer needs.
const LAST: Duration = Duration::from_millis(300);
/// Lambda, Quotas: no function runs longer. A moment further back was never a deadline of this invocation.
const MAX_TIMEOUT: Duration = Duration::from_secs(900);

/// When an invocation's work and its answer must be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    /// Whoever still works is told so, and there is time left to say it.
    pub(crate) work: Instant,
    /// Nothing more is sent.
    pub(crate) answer: Instant,
}

/// From Lambda's word for when it ends everything.
///
/// Of a short time at most half is kept back. Of a moment that has just passed nothing is left; one that was long ago is no
/// deadline: emulators say 1970.
pub(crate) fn of(milliseconds: u64, now: SystemTime, clock: Instant) -> Option<Ends> {
    let ends = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))?;
    let left = match ends.duration_since(now) {
        Ok(left) => left,
        Err(past) if past.duration() < MAX_TIMEOUT => Duration::ZERO,
        Err(_) => return None,
    };
    Some(Ends {
        work: clock.checked_add(left - RESERVE.min(left / 2))?,
        answer: clock.checked_add(left - LAST.min(left / 10))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_kept_back() {
        let (now, clock) = (SystemTime::now(), Instant::now());
        let epoch = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("after 1970");
        let after = |left: Duration| {
            let ends = epoch + left;
            let ends = u64::try_from(ends.as_millis()).expect("a date") + 1;
            let ends = of(ends, now, clock).expect("a deadline");
            [ends.work, ends.answer].map(|at| (at - clock).as_millis())
        };
        assert_eq!(after(Duration::from_secs(30)), [28_500, 29_700]);
        assert_eq!(after(Duration::from_secs(2)), [1_000, 1_800]);
    }

    #[test]
    fn a_moment_long_past_is_no_deadline_and_one_just_past_is_spent() {
        let (now, clock) = (SystemTime::now(), Instant::now());
        let past = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("after 1970")
            .as_millis();
        let past = u64::try_from(past).expect("a date") - 1_000;
        let spent = Ends {
            work: clock,
            answer: clock,
        };
        assert_eq!(of(past, now, clock), Some(spent));
        assert_eq!(of(past - 900_000, now, clock), None);
        assert_eq!(of(600_000, now, clock), None);
        assert_eq!(of(0, now, clock), None);
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        assert!(of(u64::MAX, long_ago, clock).is_none_or(|ends| ends.work > clock));
    }
}
