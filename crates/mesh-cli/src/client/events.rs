//! Server-sent events, read from bytes as they arrive (HTML standard, section 9.2.6).

/// One event: its type (`message` where none is named) and its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: String,
    pub(super) data: String,
}

/// Takes bytes, gives events.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Bytes of the line that has not ended yet.
    line: Vec<u8>,
    kind: String,
    data: String,
    /// A `\n` right after a `\r` belongs to the line end before it.
    after_return: bool,
}

impl Events {
    /// Adds bytes; the events they complete come back in order.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for &byte in bytes {
            let rest_of_line_end = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                _ if rest_of_line_end => {}
                b'\r' | b'\n' => events.extend(self.end_line()),
                _ => self.line.push(byte),
            }
        }
        events
    }

    /// How much is held back for an event that is not complete.
    pub(super) fn held(&self) -> usize {
        self.line.len() + self.data.len()
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.kind),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<Event> {
        let kind = std::mem::take(&mut self.kind);
        let mut data = std::mem::take(&mut self.data);
        data.pop()?;
        let kind = if kind.is_empty() {
            "message".to_owned()
        } else {
            kind
        };
        Some(Event { kind, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(chunks: &[&str]) -> Vec<(String, String)> {
        let mut stream = Events::default();
        let events = chunks
            .iter()
            .flat_map(|chunk| stream.push(chunk.as_bytes()));
        events.map(|event| (event.kind, event.data)).collect()
    }

    fn pair(kind: &str, data: &str) -> (String, String) {
        (kind.to_owned(), data.to_owned())
    }

    #[test]
    fn events_end_at_a_blank_line_however_lines_end_and_bytes_arrive() {
        let expected = [
            pair("message", "{\"a\":1}"),
            pair("endpoint", "/messages?id=1"),
        ];
        for end in ["\n", "\r\n", "\r"] {
            let text =
                "data: {\"a\":1}|id: 7||: keep-alive|||event: endpoint|data:/messages?id=1||";
            let text = text.replace('|', end);
            assert_eq!(events(&[&text]), expected);
            let bytes: Vec<_> = text.split_inclusive(|_: char| true).collect();
            assert_eq!(events(&bytes), expected);
        }
    }

    #[test]
    fn data_of_several_lines_is_joined_and_an_event_without_data_is_none() {
        assert_eq!(events(&["data: a\ndata: b\n\n"]), [pair("message", "a\nb")]);
        assert_eq!(events(&["event: ping\n\ndata: c"]), []);
    }

    #[test]
    fn a_character_cut_in_two_is_whole_again() {
        let mut stream = Events::default();
        let bytes = "data: é\n\n".as_bytes();
        assert!(stream.push(&bytes[..7]).is_empty());
        assert_eq!(stream.push(&bytes[7..])[0].data, "é");
    }
}
