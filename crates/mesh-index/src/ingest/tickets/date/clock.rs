use jiff::civil::Time;

/// A time of day as written, with its half of the day where twelve hours are counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    pub(super) hour: i8,
    pub(super) minute: i8,
    pub(super) second: i8,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

impl Half {
    /// The words of the languages Jira writes, without dots.
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "am" | "上午" | "午前" | "오전" | "πμ" => Some(Self::Morning),
            "pm" | "下午" | "午後" | "오후" | "μμ" => Some(Self::Afternoon),
            _ => None,
        }
    }
}

impl Clock {
    /// `10:30`, `10:30:59` or `10:30:59.123`, and what follows it.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let (hour, rest) = number(text)?;
        let (minute, rest) = number(rest.strip_prefix(':')?)?;
        let Some((second, rest)) = rest.strip_prefix(':').and_then(number) else {
            return Some((
                Self {
                    hour,
                    minute,
                    second: 0,
                },
                rest,
            ));
        };
        let rest = match rest.strip_prefix(['.', ',']) {
            Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => rest,
        };
        Some((
            Self {
                hour,
                minute,
                second,
            },
            rest,
        ))
    }

    pub(super) fn time(self, half: Option<Half>) -> Option<Time> {
        let hour = match half {
            Some(Half::Morning) if self.hour == 12 => 0,
            Some(Half::Afternoon) if self.hour < 12 => self.hour + 12,
            _ => self.hour,
        };
        Time::new(hour, self.minute, self.second, 0).ok()
    }
}

fn number(text: &str) -> Option<(i8, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}
