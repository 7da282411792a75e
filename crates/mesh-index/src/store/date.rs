use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Seconds since 1970 of an RFC 3339 date; `None` for anything else.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let instant: Timestamp = text.trim().parse().ok()?;
    Some(instant.as_second())
}

/// The first second of a day in UTC, for `YYYY-MM-DD`.
pub(crate) fn first_second_of_day(text: &str) -> Option<i64> {
    Some(midnight(parse_day(text)?)?.as_second())
}

/// The last second of a day in UTC, for `YYYY-MM-DD`.
pub(crate) fn last_second_of_day(text: &str) -> Option<i64> {
    let next = parse_day(text)?.tomorrow().ok()?;
    Some(midnight(next)?.as_second() - 1)
}

fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    (text.len() == "YYYY-MM-DD".len()).then(|| text.parse().ok())?
}

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_in_utc() {
        assert_eq!(first_second_of_day("1970-01-02"), Some(86_400));
        assert_eq!(last_second_of_day("1970-01-01"), Some(86_399));
        assert_eq!(first_second_of_day("1970-1-2"), None);
    }

    #[test]
    fn offsets_are_heeded() {
        assert_eq!(seconds("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(seconds("yesterday"), None);
    }
}
