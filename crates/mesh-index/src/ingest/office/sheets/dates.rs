//! What numbers stand for. A workbook keeps days, times and percentages as numbers: only the style of a cell tells which.

use std::collections::HashMap;

use jiff::Timestamp;

use super::KIND;
use crate::ingest::office::xml::{self, Node};
use crate::ingest::skip::SkipReason;

const SECONDS_OF_DAY: f64 = 86_400.0;

/// The first day of the year 10000, which no workbook shows.
const END: f64 = 2_958_466.0;

/// A spreadsheet has a 29 February 1900, which was none: days before it are one off.
const LEAP_DAY_OF_1900: f64 = 60.0;

/// From the day that a Macintosh counted from, in days of others.
const DAY_OF_1904: f64 = 1462.0;

/// What the styles of cells show.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: Vec<Shown>,
    is_from_1904: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Number,
    Percent,
    Day,
    Time,
    /// It may be longer than a day.
    Duration,
    /// At least as many digits as there are places in the text: `INV-\0\0\0\0`.
    Padded(String),
}

/// No spreadsheet takes a longer format.
const MAX_TEXT_BYTES: usize = 255;

/// A digit's place in the text around a number.
const DIGIT: char = '\0';

impl Styles {
    pub(super) fn read(part: &str, workbook: &str) -> Result<Self, SkipReason> {
        let mut formats = HashMap::new();
        let mut styles = Vec::new();
        let mut is_of_cells = false;
        for node in xml::nodes(KIND, part) {
            let Node::Start(tag) = node? else {
                continue;
            };
            let number = || xml::value(&tag, "numFmtId")?.parse::<u32>().ok();
            match xml::name(&tag) {
                "numFmt" => {
                    let code = xml::value(&tag, "formatCode").unwrap_or_default();
                    formats.extend(number().map(|number| (number, Shown::of(&code))));
                }
                "cellStyleXfs" => is_of_cells = false,
                "cellXfs" => is_of_cells = true,
                "xf" if is_of_cells => styles.push(number().map_or(Shown::Number, |number| {
                    let format = formats.get(&number).cloned();
                    format.unwrap_or_else(|| Shown::built_in(number))
                })),
                _ => {}
            }
        }
        Ok(Self {
            styles,
            is_from_1904: is_from_1904(workbook)?,
        })
    }

    /// What a number is seen as in a cell of this style; `None` where it is seen as a number.
    pub(super) fn shown(&self, style: usize, value: &str) -> Option<String> {
        let shown = self.styles.get(style)?;
        let number: f64 = value.trim().parse().ok()?;
        match shown {
            Shown::Number => None,
            Shown::Percent => Some(percent(number)),
            Shown::Day if self.is_from_1904 => day(number + DAY_OF_1904),
            Shown::Day => day(number),
            Shown::Time => time((number * SECONDS_OF_DAY).round() / SECONDS_OF_DAY % 1.0),
            Shown::Duration => time(number),
            Shown::Padded(text) => padded(text, number),
        }
    }
}

impl Shown {
    /// Of the formats that have no code of their own: they are shown as the country writes such numbers.
    fn built_in(number: u32) -> Self {
        match number {
            9 | 10 => Self::Percent,
            14..=17 | 22 | 27..=31 | 36 | 50..=58 => Self::Day,
            18..=21 | 45 | 47 => Self::Time,
            46 => Self::Duration,
            _ => Self::Number,
        }
    }

    /// By its first part, which is for numbers above zero: `dd/mm/yyyy`, `[h]:mm`, `0.0%;-0.0%`. What stands in quotes or
    /// behind a backslash is a text, in brackets a colour or a language, unless it is a time.
    fn of(code: &str) -> Self {
        let mut seen = String::new();
        let mut text = String::new();
        let mut rest = code.chars();
        while let Some(c) = rest.next() {
            match c {
                ';' => break,
                '"' => text.extend(rest.by_ref().take_while(|c| *c != '"')),
                '\\' => text.extend(rest.next()),
                '_' | '*' => drop(rest.next()),
                '[' => {
                    let inner: String = rest.by_ref().take_while(|c| *c != ']').collect();
                    let is_time = inner.chars().all(|c| "hmsHMS".contains(c));
                    if is_time && !inner.is_empty() {
                        return Self::Duration;
                    }
                }
                _ => {
                    seen.push(c.to_ascii_lowercase());
                    text.push(if c == '0' { DIGIT } else { c });
                }
            }
        }
        let is_padded = seen.matches('0').count() > 1
            && seen
                .chars()
                .all(|c| matches!(c, '0' | '-' | ' ' | '(' | ')'))
            && text.len() <= MAX_TEXT_BYTES;
        let is_time = seen.contains(['h', 's']);
        if seen == "general" {
            Self::Number
        } else if seen.contains(['d', 'y']) || (seen.contains('m') && !is_time) {
            Self::Day
        } else if is_time {
            Self::Time
        } else if seen.contains('%') {
            Self::Percent
        } else if is_padded {
            Self::Padded(text)
        } else {
            Self::Number
        }
    }
}

fn is_from_1904(workbook: &str) -> Result<bool, SkipReason> {
    for node in xml::nodes(KIND, workbook) {
        if let Node::Start(tag) = node?
            && xml::name(&tag) == "workbookPr"
        {
            let value = xml::value(&tag, "date1904");
            return Ok(matches!(value.as_deref(), Some("1" | "true" | "on")));
        }
    }
    Ok(false)
}

/// The day and the time; the time alone where the number is of no day.
fn day(days: f64) -> Option<String> {
    if (0.0..1.0).contains(&days) {
        return time(days);
    }
    let days = if days < LEAP_DAY_OF_1900 {
        days + 1.0
    } else {
        days
    };
    let instant = (1.0..END).contains(&days).then(|| instant(days))??;
    let text = instant.strftime("%Y-%m-%d %H:%M").to_string();
    Some(text.trim_end_matches(" 00:00").to_owned())
}

/// `10:30`, and with seconds where there are any.
fn time(days: f64) -> Option<String> {
    if !(0.0..END).contains(&days) {
        return None;
    }
    let seconds = (days * SECONDS_OF_DAY).round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(match seconds {
        0 => format!("{hours:02}:{minutes:02}"),
        _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    })
}

/// The first place takes what the others leave.
fn padded(text: &str, number: f64) -> Option<String> {
    let is_whole = number.fract() == 0.0 && (0.0..1e15).contains(&number);
    let places = text.matches(DIGIT).count();
    let digits = is_whole.then(|| format!("{number:0places$.0}"))?;
    let (first, others) = digits.split_at(digits.len() - (places - 1));
    let mut others = others.chars();
    let mut first = Some(first);
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            DIGIT => match first.take() {
                Some(first) => shown.push_str(first),
                None => shown.extend(others.next()),
            },
            c => shown.push(c),
        }
    }
    Some(shown)
}

fn percent(part: f64) -> String {
    let text = format!("{:.2}", part * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Of days since the last but one of 1899, as far as they are of our time.
pub(in crate::ingest) fn timestamp(days: f64) -> Option<Timestamp> {
    (days > DAY_OF_1970).then(|| instant(days)).flatten()
}

const DAY_OF_1970: f64 = 25_569.0;

fn instant(days: f64) -> Option<Timestamp> {
    let seconds = ((days - DAY_OF_1970) * SECONDS_OF_DAY).round();
    Timestamp::from_second(seconds as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(formats: &[&str], workbook: &str) -> Styles {
        let numbered = || (164..).zip(formats);
        let codes = numbered().map(|(id, code)| {
            let code = code.replace('"', "&quot;");
            format!("<numFmt numFmtId='{id}' formatCode='{code}'/>")
        });
        let cells = numbered().map(|(id, code)| {
            let id = code.parse().unwrap_or(id);
            format!("<xf numFmtId='{id}'/>")
        });
        let part = format!(
            "<styleSheet><numFmts>{}</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs>{}</cellXfs></styleSheet>",
            codes.collect::<String>(),
            cells.collect::<String>(),
        );
        Styles::read(&part, workbook).expect("XML")
    }

    #[test]
    fn a_number_is_what_the_style_of_its_cell_shows() {
        for (format, value, expected) in [
            ("General", "45306", None),
            ("dd/mm/yyyy hh:mm", "45306.4375", Some("2024-01-15 10:30")),
            ("0 \"days\"[Red]", "45306", None),
            ("0.00\\d", "45306", None),
            ("14", "45306", Some("2024-01-15")),
            ("14", "1e300", None),
            ("14", "-1", None),
            ("14", "20000", Some("1954-10-03")),
            ("14", "61", Some("1900-03-01")),
            ("14", "1", Some("1900-01-01")),
            ("22", "0.4375", Some("10:30")),
            ("mmm", "45306", Some("2024-01-15")),
            ("20", "0.4375", Some("10:30")),
            ("20", "45306.4375", Some("10:30")),
            ("h:mm AM/PM", "0.999999999", Some("00:00")),
            ("21", "0.4375115741", Some("10:30:01")),
            ("46", "1.25", Some("30:00")),
            ("[h]:mm", "1.25", Some("30:00")),
            ("9", "0.5", Some("50%")),
            ("10", "0.12345", Some("12.35%")),
            ("0.0%;[Red]-0.0%", "-1.2", Some("-120%")),
            ("0;yyyy", "3", None),
            ("00000;", "1234", Some("01234")),
            ("00000;", "1234567", Some("1234567")),
            ("\"INV-\"0000", "42", Some("INV-0042")),
            ("000\\-00\\-0000", "1234567", Some("001-23-4567")),
            ("0000;", "-3", None),
            ("00;", "1.5", None),
            ("#,##0", "1234", None),
        ] {
            let shown = styles(&[format], "").shown(0, value);
            assert_eq!(shown.as_deref(), expected, "{format} {value}");
        }
        assert_eq!(styles(&["14"], "").shown(1, "45306"), None);
    }

    #[test]
    fn a_workbook_of_a_macintosh_counts_from_1904() {
        let workbook = "<workbook><workbookPr date1904='1'/></workbook>";
        let styles = styles(&["14", "20"], workbook);
        assert_eq!(styles.shown(0, "43844").as_deref(), Some("2024-01-15"));
        assert_eq!(styles.shown(0, "0").as_deref(), Some("1904-01-01"));
        assert_eq!(styles.shown(1, "0.5").as_deref(), Some("12:00"));
    }
}
