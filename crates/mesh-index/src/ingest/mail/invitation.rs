//! What a calendar's invitation says: RFC 5545, as much of it as a mail client shows.

/// Shown in this order, each on a line of its own.
#[derive(Debug, Default)]
struct Event {
    summary: String,
    start: String,
    end: String,
    place: String,
    organizer: String,
    description: String,
}

/// The events of a calendar, as lines; empty where it has none.
pub(super) fn text(calendar: &str) -> String {
    let lines = unfolded(calendar);
    let mut events: Vec<Event> = Vec::new();
    let mut within: Vec<&str> = Vec::new();
    let mut is_cancelled = false;
    for property in lines.iter().filter_map(|line| Property::of(line)) {
        match (property.name.as_str(), property.value) {
            ("BEGIN", component) => {
                if is_event(component) {
                    events.push(Event::default());
                }
                within.push(component);
            }
            ("END", _) => drop(within.pop()),
            ("METHOD", method) => is_cancelled |= method.eq_ignore_ascii_case("CANCEL"),
            // An alarm within an event has a text of its own.
            _ if within.last().is_some_and(|component| is_event(component)) => {
                events
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|event| event.take(&property));
            }
            _ => {}
        }
    }
    let head = if is_cancelled {
        "Cancelled"
    } else {
        "Invitation"
    };
    let shown: Vec<String> = events.iter().map(|event| event.shown(head)).collect();
    shown.join("\n\n")
}

fn is_event(component: &str) -> bool {
    component.eq_ignore_ascii_case("VEVENT") || component.eq_ignore_ascii_case("VTODO")
}

impl Event {
    fn take(&mut self, property: &Property<'_>) {
        let field = match property.name.as_str() {
            "SUMMARY" => &mut self.summary,
            "LOCATION" => &mut self.place,
            "DESCRIPTION" => &mut self.description,
            "DTSTART" => {
                self.start = property.time();
                return;
            }
            "DTEND" | "DUE" => {
                self.end = property.time();
                return;
            }
            "ORGANIZER" => {
                self.organizer = property.person();
                return;
            }
            _ => return,
        };
        *field = unescaped(property.value);
    }

    fn shown(&self, head: &str) -> String {
        let time = match (self.start.as_str(), self.end.as_str()) {
            (start, "") => start.to_owned(),
            (start, end) => format!("{start} – {end}"),
        };
        let lines = [
            (head, &self.summary),
            ("When", &time),
            ("Where", &self.place),
            ("Organizer", &self.organizer),
        ];
        let lines = lines
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}: {value}"));
        let description = (!self.description.is_empty()).then(|| self.description.clone());
        lines.chain(description).collect::<Vec<_>>().join("\n")
    }
}

/// `NAME;PARAMETER=x:value`
#[derive(Debug)]
struct Property<'a> {
    name: String,
    parameters: &'a str,
    value: &'a str,
}

impl<'a> Property<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let colon = unquoted_colon(line)?;
        let (head, value) = (&line[..colon], line[colon + 1..].trim_end());
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self {
            name: name.trim().to_ascii_uppercase(),
            parameters,
            value,
        })
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters
            .split(';')
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim_matches('"'))
    }

    /// `20260303T100000Z` as people write it; what has another form stays.
    fn time(&self) -> String {
        let digits: String = self.value.chars().filter(char::is_ascii_digit).collect();
        let zone = match self.parameter("TZID") {
            Some(zone) => format!(" {zone}"),
            None if self.value.ends_with('Z') => " UTC".to_owned(),
            None => String::new(),
        };
        match digits.len() {
            8 => format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]),
            14 => format!(
                "{}-{}-{} {}:{}{zone}",
                &digits[..4],
                &digits[4..6],
                &digits[6..8],
                &digits[8..10],
                &digits[10..12]
            ),
            _ => self.value.to_owned(),
        }
    }

    fn person(&self) -> String {
        let scheme = self
            .value
            .get(..7)
            .filter(|start| start.eq_ignore_ascii_case("mailto:"));
        let address = &self.value[scheme.map_or(0, str::len)..];
        match self.parameter("CN") {
            Some(name) => format!("{name} <{address}>"),
            None => address.to_owned(),
        }
    }
}

/// A parameter in quotes may hold a colon.
fn unquoted_colon(line: &str) -> Option<usize> {
    let mut is_quoted = false;
    line.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b':' && !is_quoted
    })
}

/// A line that begins with white space goes on where the one before it ends.
fn unfolded(calendar: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in calendar.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => {}
            },
            c => text.push(c),
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn an_invitation_says_what_when_and_where() {
        let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nSUMMARY;LANGUAGE=en:Review of the tur\r\n bine\\, part 2\r\nDTSTART;TZID=Europe/Oslo:20260512T093000\r\n\
DTEND:20260512T083000Z\r\nLOCATION:Room 4\r\nORGANIZER;CN=\"Ada: L\":mailto:ada@example.org\r\nDESCRIPTION:Bring\\nplans\r\n\
BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(
            text(calendar),
            "Invitation: Review of the turbine, part 2\nWhen: 2026-05-12 09:30 Europe/Oslo – 2026-05-12 08:30 UTC\n\
             Where: Room 4\nOrganizer: Ada: L <ada@example.org>\nBring\nplans"
        );
    }

    #[test]
    fn a_day_without_times_and_a_cancellation_are_known() {
        let calendar = "BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:Trip\nDTSTART;VALUE=DATE:20260601\nEND:VEVENT\nEND:VCALENDAR";
        assert_eq!(text(calendar), "Cancelled: Trip\nWhen: 2026-06-01");
        assert_eq!(text("no calendar"), "");
    }
}
