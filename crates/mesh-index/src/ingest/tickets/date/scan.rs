//! The numbers, the month and the time of day in a date, in the order they are written.

use jiff::civil::Time;

use super::clock::{Clock, Half};
use super::words;

/// What stands between the parts of a date.
const SEPARATORS: [char; 8] = ['/', '-', '.', ',', '(', ')', '\'', '’'];

#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) digits: usize,
}

#[derive(Debug, Default)]
pub(super) struct Scan {
    numbers: Vec<Number>,
    pub(super) month: Option<Number>,
    pub(super) has_dots: bool,
    clock: Option<Clock>,
    half: Option<Half>,
}

impl Scan {
    /// `None` where something stands in it that no date has.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = plain(text);
        let mut scan = Self::default();
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            rest = match c {
                '0'..='9' => scan.number(rest)?,
                c if c.is_alphabetic() => scan.word(rest)?,
                c if c.is_whitespace() || SEPARATORS.contains(&c) => &rest[c.len_utf8()..],
                _ => return None,
            };
        }
        Some(scan)
    }

    fn number<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        if let Some((clock, rest)) = Clock::read(text) {
            return self.clock.replace(clock).is_none().then_some(rest);
        }
        let digits = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let rest = &text[digits..];
        self.has_dots |= self.numbers.is_empty() && rest.starts_with('.');
        self.numbers.push(Number {
            value: text[..digits].parse().ok()?,
            digits,
        });
        Some(rest)
    }

    fn word<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let (word, rest) = words::split(text);
        if words::is_month_mark(word) {
            return self.month_before(rest);
        }
        if let Some(half) = Half::of(word) {
            self.half = Some(half);
        } else if let Some(value) = words::month(word) {
            let month = Number { value, digits: 2 };
            return self.month.replace(month).is_none().then_some(rest);
        } else if !words::is_filler(word) {
            return None;
        }
        Some(rest)
    }

    /// In `3月15日` the number before the mark is the month.
    fn month_before<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        let month = self.numbers.pop()?;
        self.month.replace(month).is_none().then_some(rest)
    }

    pub(super) fn date_numbers(&self) -> &[Number] {
        let count = if self.month.is_some() { 2 } else { 3 };
        &self.numbers[..count.min(self.numbers.len())]
    }

    /// Midnight where none is written. Some languages write a dot between hours and minutes: what is left of the numbers.
    pub(super) fn time(&self) -> Option<Time> {
        let left = &self.numbers[self.date_numbers().len()..];
        let clock = match (self.clock, left) {
            (Some(clock), []) => clock,
            (None, []) => Clock::default(),
            (None, [hour, minute]) => clock(*hour, *minute, None)?,
            (None, [hour, minute, second]) => clock(*hour, *minute, Some(*second))?,
            _ => return None,
        };
        clock.time(self.half)
    }
}

/// In lower case, with one kind of space and one spelling of the halves of the day.
fn plain(text: &str) -> String {
    let mut text = text.to_lowercase().replace(char::is_whitespace, " ");
    for (written, half) in [
        ("a. m.", "am"),
        ("a.m.", "am"),
        ("p. m.", "pm"),
        ("p.m.", "pm"),
    ] {
        text = text.replace(written, half);
    }
    text
}

fn clock(hour: Number, minute: Number, second: Option<Number>) -> Option<Clock> {
    let small = |number: Number| i8::try_from(number.value).ok();
    Some(Clock {
        hour: small(hour)?,
        minute: small(minute)?,
        second: second.map_or(Some(0), small)?,
    })
}
