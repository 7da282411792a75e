use std::str::FromStr;
use std::time::Duration;

/// How long back to look: whole minutes, a day at most, so that one point of a metric covers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window(Duration);

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

impl Window {
    pub(super) fn length(self) -> Duration {
        self.0
    }
}

impl FromStr for Window {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = "a time between 1m and 24h, in minutes or hours, such as 15m";
        let (number, unit) = match (text.strip_suffix('m'), text.strip_suffix('h')) {
            (Some(number), _) => (number, MINUTE),
            (_, Some(number)) => (number, 60 * MINUTE),
            _ => return Err(wanted),
        };
        let number: u64 = number.parse().map_err(|_| wanted)?;
        match number.saturating_mul(unit) {
            seconds @ MINUTE..=DAY => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_and_hours_up_to_a_day() {
        let seconds = |text: &str| {
            text.parse::<Window>()
                .map(|window| window.length().as_secs())
        };
        assert_eq!(seconds("1m"), Ok(60));
        assert_eq!(seconds("90m"), Ok(5400));
        assert_eq!(seconds("24h"), Ok(86_400));
        for wrong in [
            "",
            "h",
            "0m",
            "25h",
            "1d",
            "-1h",
            "60",
            "99999999999999999999m",
        ] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
