use std::time::{Duration, Instant};

/// A token bucket that holds a minute's tokens and fills evenly. All there is to keep is when it will be full.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    full_at: Option<Instant>,
}

impl Bucket {
    /// Takes one token.
    ///
    /// # Errors
    /// Where there is none: in how long there will be.
    pub(super) fn take(&mut self, per_minute: u32, now: Instant) -> Result<(), Duration> {
        const MINUTE: Duration = Duration::from_secs(60);
        let Some(nanos) = MINUTE.as_nanos().checked_div(u128::from(per_minute)) else {
            return Err(MINUTE);
        };
        // At least a nanosecond more than nothing, or there would be no limit.
        let interval = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX).max(1));
        let lacking = self.full_at.map_or(Duration::ZERO, |full_at| {
            full_at.saturating_duration_since(now)
        });
        let lacking = lacking + interval;
        let size = interval * per_minute;
        match lacking.checked_sub(size) {
            None | Some(Duration::ZERO) => {
                self.full_at = Some(now + lacking);
                Ok(())
            }
            Some(retry_in) => Err(retry_in),
        }
    }

    pub(super) fn is_full(&self, now: Instant) -> bool {
        self.full_at.is_none_or(|full_at| full_at <= now)
    }
}
