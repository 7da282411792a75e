//! The dates of ticket exports, in whatever language and order the exporting server writes them.
//!
//! Whether `05/01/24` is in May or in January shows only in other dates of the same export, so a date is first read both
//! ways, and decided once all of them were seen.

mod clock;
mod order;
mod scan;
mod words;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

pub(super) use self::order::Order;
use self::scan::{Number, Scan};
use crate::ingest::notes::{Notes, Place};
use crate::ingest::office::sheets;

/// With an offset of their own.
const WITH_OFFSET: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%a, %d %b %Y %H:%M:%S %z",
];

/// Both instants a text may mean; they are one where its form leaves no choice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    day_first: Option<Timestamp>,
    month_first: Option<Timestamp>,
}

impl Reading {
    fn certain(at: Timestamp) -> Self {
        Self {
            day_first: Some(at),
            month_first: Some(at),
        }
    }

    /// `None` where neither way gives a date.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        epoch(text)
            .or_else(|| text.parse().ok())
            .or_else(|| {
                let read = |form| Timestamp::strptime(form, text).ok();
                WITH_OFFSET.iter().find_map(read)
            })
            .map(Self::certain)
            .or_else(|| Self::local(&Scan::of(text)?))
    }

    /// A local time of the exporting server, which an export does not name: taken as UTC.
    fn local(scan: &Scan) -> Option<Self> {
        let time = scan.time()?;
        let at = |date: Option<Date>| utc(date?, time);
        let reading = match (scan.month, scan.date_numbers()) {
            (Some(month), [one, other]) => {
                let (year, day) = if one.digits == 4 {
                    (one, other)
                } else {
                    (other, one)
                };
                let at = at(date(year, month, *day));
                Self {
                    day_first: at,
                    month_first: at,
                }
            }
            (None, [year, month, day]) if year.digits == 4 => {
                let at = at(date(year, *month, *day));
                Self {
                    day_first: at,
                    month_first: at,
                }
            }
            (None, [one, other, year]) => Self {
                day_first: at(date(year, *other, *one)),
                // No language writes the month first and a dot after it.
                month_first: at(date(year, *one, *other)).filter(|_| !scan.has_dots),
            },
            _ => return None,
        };
        (reading.day_first.or(reading.month_first)).map(|_| reading)
    }
}

/// RFC 3339 in UTC, or as the export has it where that is not understood.
pub(super) fn shown(text: &str, order: &Order) -> String {
    let at = Reading::of(text).and_then(|reading| order.decide(&reading));
    at.map_or_else(|| text.trim().to_owned(), |at| at.to_string())
}

/// RFC 3339 in UTC; empty, and told, where it is not understood or `order` leaves two dates open.
pub(super) fn noted(text: &str, order: &Order, place: Place, notes: &mut Notes) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let Some(reading) = Reading::of(text) else {
        notes.remark(place, "date not understood", text);
        return String::new();
    };
    let Some(at) = order.decide(&reading) else {
        notes.remark(place, "date could be day or month first", text);
        return String::new();
    };
    at.to_string()
}

/// Seconds or milliseconds since 1970, of this century as far as the number of digits tells, or a spreadsheet's days.
fn epoch(text: &str) -> Option<Timestamp> {
    let number = || text.parse().ok();
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() == 5
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return sheets::timestamp(text.parse().ok()?);
    }
    match text.len() {
        10 => Timestamp::from_second(number()?).ok(),
        13 => Timestamp::from_millisecond(number()?).ok(),
        _ => None,
    }
}

fn date(year: &Number, month: Number, day: Number) -> Option<Date> {
    let year = match (year.digits, i16::try_from(year.value).ok()?) {
        (4, year) => year,
        (2, year) if year < 70 => 2000 + year,
        (2, year) => 1900 + year,
        _ => return None,
    };
    let small = |number: Number| i8::try_from(number.value).ok();
    Date::new(year, small(month)?, small(day)?).ok()
}

fn utc(date: Date, time: Time) -> Option<Timestamp> {
    let zoned = DateTime::from_parts(date, time).to_zoned(TimeZone::UTC);
    zoned.ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(text: &str) -> String {
        let mut notes = Notes::default();
        noted(text, &Order::default(), Place::File, &mut notes)
    }

    #[test]
    fn every_form_of_jira_is_one_instant() {
        for text in [
            "2024-01-15T10:30:00.000+0000",
            "2024-01-15T11:30:00.000+01:00",
            "2024-01-15T10:30:00Z",
            "2024-01-15 11:30:00 +0100",
            "15/Jan/24 10:30 AM",
            "15/Jan/2024 10:30",
            "2024-01-15 10:30",
            "2024/01/15 10:30",
            "2024-01-15 10:30:00.0",
            "15.01.2024 10:30",
            "15.1.24, 10.30",
            "15-Jan-2024 10:30",
            "Jan 15, 2024, 10:30\u{202f}AM",
            "15/01/2024 10:30",
            "1/15/24 10:30 AM",
            "Monday, January 15, 2024 at 10:30:00 AM UTC",
            "1705314600000",
            "1705314600",
            "45306.4375",
        ] {
            assert_eq!(decided(text), "2024-01-15T10:30:00Z", "{text}");
        }
        assert_eq!(decided("15/Jan/24"), "2024-01-15T00:00:00Z");
        assert_eq!(decided("15/Jan/24 12:05 AM"), "2024-01-15T00:05:00Z");
        assert_eq!(decided("15/Jan/24 12:05 PM"), "2024-01-15T12:05:00Z");
    }

    #[test]
    fn months_are_known_in_the_languages_of_jira() {
        for text in [
            "15/Mär/24 10:30 AM",
            "15. März 2024 10:30 Uhr",
            "15/mars/24 10:30 AM",
            "15 mars 2024 à 10:30",
            "15 de marzo de 2024 10:30",
            "15/mar./24 10:30 a. m.",
            "15/mrt/24 10:30",
            "15/мар/24 10:30",
            "15 марта 2024 г. 10:30",
            "15/三月/24 10:30 上午",
            "15/3月/24 10:30 午前",
            "2024年3月15日 10:30",
            "2024년 3월 15일 오전 10:30",
            "15 maaliskuuta 2024 10.30",
            "15/bře/24 10:30",
        ] {
            assert_eq!(decided(text), "2024-03-15T10:30:00Z", "{text}");
        }
        assert_eq!(decided("7/déc./23 3:04 PM"), "2023-12-07T15:04:00Z");
        assert_eq!(decided("7/Dez/23 3:04 PM"), "2023-12-07T15:04:00Z");
        assert_eq!(decided("2023年12月7日下午3:04"), "2023-12-07T15:04:00Z");
    }

    #[test]
    fn what_is_no_date_or_two_is_told() {
        let mut notes = Notes::default();
        for text in [
            "soon",
            "31/Feb/24",
            "2 hours ago",
            "05/01/24 3:04 PM",
            "5;6;7",
        ] {
            let date = noted(text, &Order::default(), Place::Line(2), &mut notes);
            assert_eq!(date, "", "{text}");
        }
        let counts: Vec<u64> = notes.groups.iter().map(|group| group.count).collect();
        assert_eq!(counts, [4, 1]);
    }
}
