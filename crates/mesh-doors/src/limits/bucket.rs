use std::time::Duration;

use mesh_core::Moment;

/// A token bucket that holds a minute's tokens and fills evenly. All there is to keep is how long it will take to be full.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    /// As of that moment.
    lacking: Option<(Moment, Duration)>,
}

impl Bucket {
    /// Takes one token.
    ///
    /// # Errors
    /// Where there is none: in how long there will be.
    pub(super) fn take(&mut self, per_minute: u32, now: Moment) -> Result<(), Duration> {
        const MINUTE: Duration = Duration::from_secs(60);
        let Some(nanos) = MINUTE.as_nanos().checked_div(u128::from(per_minute)) else {
            return Err(MINUTE);
        };
        // At least a nanosecond more than nothing, or there would be no limit.
        let interval = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX).max(1));
        let lacking = self.lacking(now) + interval;
        let size = interval * per_minute;
        match lacking.checked_sub(size) {
            None | Some(Duration::ZERO) => {
                self.lacking = Some((now, lacking));
                Ok(())
            }
            Some(retry_in) => Err(retry_in),
        }
    }

    pub(super) fn is_full(&self, now: Moment) -> bool {
        self.lacking(now).is_zero()
    }

    fn lacking(&self, now: Moment) -> Duration {
        self.lacking.map_or(Duration::ZERO, |(then, lacking)| {
            lacking.saturating_sub(now.since(then))
        })
    }
}
