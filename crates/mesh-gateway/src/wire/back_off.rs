use std::time::Duration;

/// How long it takes until a stream is opened anew that goes on ending.
#[derive(Debug)]
pub(crate) struct BackOff(Duration);

impl BackOff {
    /// A stream that ends sooner is as good as none.
    const WORTH_IT: Duration = Duration::from_secs(10);
    const FIRST: Duration = Duration::from_secs(1);
    const MAX: Duration = Duration::from_secs(300);

    /// After one that has lasted for so long.
    pub(crate) fn after(&mut self, lasted: Duration) -> Duration {
        self.0 = match lasted > Self::WORTH_IT {
            true => Self::FIRST,
            false => (self.0 * 2).min(Self::MAX),
        };
        self.0
    }
}

impl Default for BackOff {
    fn default() -> Self {
        Self(Self::FIRST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_longer_each_time_until_a_stream_has_lasted() {
        let mut back_off = BackOff::default();
        let mut after = |lasted| back_off.after(Duration::from_secs(lasted)).as_secs();
        assert_eq!([(); 4].map(|()| after(0)), [2, 4, 8, 16]);
        assert_eq!([(); 6].map(|()| after(10)), [32, 64, 128, 256, 300, 300]);
        assert_eq!([after(11), after(0)], [1, 2]);
    }
}
