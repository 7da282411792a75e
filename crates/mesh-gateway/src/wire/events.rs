//! Reads a stream of events: WHATWG HTML, "Server-sent events", as far as MCP uses them.

/// An event with data; its name is `message` where it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub data: String,
}

/// Takes a stream in pieces, wherever they were cut.
#[derive(Debug)]
pub struct Events {
    rest: Vec<u8>,
    name: String,
    data: Option<String>,
    max_bytes: usize,
}

/// An event is larger than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl Events {
    #[must_use]
    pub const fn new(max_bytes: usize) -> Self {
        Self {
            rest: Vec::new(),
            name: String::new(),
            data: None,
            max_bytes,
        }
    }

    /// The events that this piece completes.
    ///
    /// # Errors
    /// Where one is larger than it may be: the stream cannot be read on.
    pub fn read(&mut self, piece: &[u8]) -> Result<Vec<Event>, TooLarge> {
        let mut events = Vec::new();
        self.rest.extend_from_slice(piece);
        let mut from = 0;
        while let Some((line, next)) = line(&self.rest[from..]) {
            let line = String::from_utf8_lossy(line).into_owned();
            from += next;
            events.extend(self.line(&line));
        }
        self.rest.drain(..from);
        let held = self.rest.len() + self.data.as_ref().map_or(0, String::len);
        match held > self.max_bytes {
            true => Err(TooLarge),
            false => Ok(events),
        }
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            let name = if name.is_empty() {
                "message".to_owned()
            } else {
                name
            };
            return self.data.take().map(|data| Event { name, data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            _ => {}
        }
        None
    }
}

/// The first line, and where the next begins; a CR at the very end may be half of a CR LF.
fn line(text: &[u8]) -> Option<(&[u8], usize)> {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let next = match (text[end], text.get(end + 1)) {
        (b'\r', None) => return None,
        (b'\r', Some(b'\n')) => end + 2,
        _ => end + 1,
    };
    Some((&text[..end], next))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STREAM: &str = ": hello\r\nevent: endpoint\r\ndata: /messages?id=1\r\n\r\nid: 4\ndata:{\"a\":\ndata: 1}\n\n\
                          retry: 3000\n\nevent: message\ndata: é\n\ndata: never ended\n";

    fn expected() -> Vec<Event> {
        let event = |name: &str, data: &str| Event {
            name: name.to_owned(),
            data: data.to_owned(),
        };
        vec![
            event("endpoint", "/messages?id=1"),
            event("message", "{\"a\":\n1}"),
            event("message", "é"),
        ]
    }

    #[test]
    fn a_large_event_is_refused() {
        let mut events = Events::new(10);
        assert_eq!(events.read(b"data: 12345"), Err(TooLarge));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_stream_is_read_however_it_is_cut(mut cuts in proptest::collection::vec(0..STREAM.len(), 0..8)) {
            cuts.push(STREAM.len());
            cuts.sort_unstable();
            let (mut events, mut read, mut from) = (Events::new(1_000), Vec::new(), 0);
            for cut in cuts {
                read.extend(events.read(&STREAM.as_bytes()[from..cut]).expect("small"));
                from = cut;
            }
            prop_assert_eq!(read, expected());
        }
    }
}
