//! The dates of ticket exports, in the forms Jira writes them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::ingest::notes::{Notes, Place};

/// With an offset of their own.
const WITH_OFFSET: [&str; 3] = [
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%a, %d %b %Y %H:%M:%S %z",
];

/// Local times of the exporting server, which an export does not name: taken as UTC.
const WITHOUT_OFFSET: [&str; 9] = [
    "%d/%b/%y %I:%M %p",
    "%d/%b/%Y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%d/%b/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%b %d, %Y %I:%M %p",
];

const DAYS: [&str; 4] = ["%Y-%m-%d", "%d/%b/%y", "%d/%b/%Y", "%b %d, %Y"];

/// As [`normal`]; what is there and not understood is told.
pub(super) fn noted(text: &str, place: Place, notes: &mut Notes) -> String {
    let date = normal(text);
    if date.is_empty() && !text.trim().is_empty() {
        notes.remark(place, "date not understood", text);
    }
    date
}

/// RFC 3339 in UTC; empty where the form is unknown, or could be read two ways, as `01/02/24` could.
pub(super) fn normal(text: &str) -> String {
    instant(text.trim())
        .map(|at| at.to_string())
        .unwrap_or_default()
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse()
        .ok()
        .or_else(|| {
            WITH_OFFSET
                .iter()
                .find_map(|form| Timestamp::strptime(form, text).ok())
        })
        .or_else(|| {
            WITHOUT_OFFSET
                .iter()
                .find_map(|form| utc(DateTime::strptime(form, text).ok()?))
        })
        .or_else(|| {
            DAYS.iter()
                .find_map(|form| utc(jiff::civil::Date::strptime(form, text).ok()?.into()))
        })
}

fn utc(local: DateTime) -> Option<Timestamp> {
    local
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn every_form_of_jira_is_one_instant() {
        for text in [
            "2024-01-15T10:30:00.000+0000",
            "2024-01-15T11:30:00.000+01:00",
            "2024-01-15T10:30:00Z",
            "15/Jan/24 10:30 AM",
            "15/Jan/2024 10:30",
            "2024-01-15 10:30",
            "2024-01-15 10:30:00.0",
        ] {
            assert_eq!(normal(text), "2024-01-15T10:30:00Z", "{text}");
        }
        assert_eq!(normal("15/Jan/24"), "2024-01-15T00:00:00Z");
        assert_eq!(normal("05/01/24 3:04 PM"), "");
        assert_eq!(normal("soon"), "");
    }
}
