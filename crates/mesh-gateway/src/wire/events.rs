//! Reads a stream of events: WHATWG HTML, "Server-sent events", as far as MCP uses them.

use std::time::Duration;

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
    /// How far that is known to end no line.
    scanned: usize,
    /// A line ended with the last byte that was read, a CR: a LF behind it is of the same end.
    is_after_return: bool,
    name: String,
    data: Option<String>,
    /// Of the event that is being read, and of those before it.
    id: String,
    last_id: String,
    retry: Option<Duration>,
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
            scanned: 0,
            is_after_return: false,
            name: String::new(),
            data: None,
            id: String::new(),
            last_id: String::new(),
            retry: None,
            max_bytes,
        }
    }

    /// Where the stream is to go on, should it have ended; empty where it does not say.
    #[must_use]
    pub fn last_id(&self) -> &str {
        &self.last_id
    }

    /// How long to wait before that, where it says so.
    #[must_use]
    pub const fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Another stream goes on where this one was cut off.
    pub(crate) fn go_on(&mut self) {
        self.rest.clear();
        self.scanned = 0;
        self.is_after_return = false;
        self.name.clear();
        self.data = None;
        self.id.clone_from(&self.last_id);
    }

    /// The events that this piece completes.
    ///
    /// # Errors
    /// Where one is larger than it may be: the stream cannot be read on.
    pub fn read(&mut self, piece: &[u8]) -> Result<Vec<Event>, TooLarge> {
        let mut events = Vec::new();
        let piece = match self.is_after_return {
            true => piece.strip_prefix(b"\n").unwrap_or(piece),
            false => piece,
        };
        if piece.is_empty() {
            return Ok(events);
        }
        let mut text = std::mem::take(&mut self.rest);
        text.extend_from_slice(piece);
        let mut from = 0;
        while let Some((end, next)) = line_end(&text, &mut self.scanned) {
            events.extend(self.line(&String::from_utf8_lossy(&text[from..end])));
            from = next;
        }
        self.is_after_return = from == text.len() && text.ends_with(b"\r");
        text.drain(..from);
        self.scanned -= from;
        self.rest = text;
        let held = self.rest.len() + self.data.as_ref().map_or(0, String::len);
        match held > self.max_bytes {
            true => Err(TooLarge),
            false => Ok(events),
        }
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            self.last_id.clone_from(&self.id);
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
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" => self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry),
            _ => {}
        }
        None
    }
}

/// Where the first line ends after what was scanned, and where the next begins.
fn line_end(text: &[u8], scanned: &mut usize) -> Option<(usize, usize)> {
    let mut rest = text[*scanned..].iter();
    let Some(length) = rest.position(|byte| matches!(byte, b'\r' | b'\n')) else {
        *scanned = text.len();
        return None;
    };
    let end = *scanned + length;
    *scanned = end;
    let next = match (text[end], text.get(end + 1)) {
        (b'\r', Some(b'\n')) => end + 2,
        _ => end + 1,
    };
    *scanned = next;
    Some((end, next))
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
    fn a_line_that_ends_with_a_return_alone_waits_for_nothing() {
        let mut events = Events::new(100);
        let mut data = |piece: &str| {
            let read = events.read(piece.as_bytes()).expect("small enough");
            read.into_iter().map(|event| event.data).collect::<Vec<_>>()
        };
        assert_eq!(data("data: 1\r\r"), ["1"]);
        assert_eq!(data("data: 2\r"), [""; 0]);
        assert_eq!(data(""), [""; 0]);
        assert_eq!(data("\n\r"), ["2"]);
        assert_eq!(data("\ndata: 3\n\n"), ["3"]);
    }

    #[test]
    fn a_large_event_is_refused() {
        let mut events = Events::new(10);
        assert_eq!(events.read(b"data: 12345"), Err(TooLarge));
    }

    #[test]
    fn a_stream_says_where_it_goes_on_and_when() {
        let mut events = Events::new(1_000);
        let mut read = |piece: &str| {
            let read = events.read(piece.as_bytes()).expect("small");
            (read.len(), events.last_id().to_owned(), events.retry())
        };
        assert_eq!(read("data: 1\n\n"), (1, String::new(), None));
        let wait = Some(Duration::from_millis(30));
        assert_eq!(
            read("id: a\nretry: 30\n\nid: b\ndata: 2"),
            (0, "a".to_owned(), wait)
        );
        events.go_on();
        let read = events.read(b"data: 3\nretry: soon\n\n").expect("small");
        assert_eq!(
            (&*read[0].data, events.last_id(), events.retry()),
            ("3", "a", wait)
        );
    }

    /// Read again from its start at each of its pieces, this would take minutes.
    #[test]
    fn a_large_event_in_small_pieces_is_read_once() {
        let mut events = Events::new(8 << 20);
        assert_eq!(events.read(b"data:"), Ok(Vec::new()));
        for _ in 0..1 << 16 {
            assert_eq!(events.read(&[b'x'; 64]), Ok(Vec::new()));
        }
        let read = events.read(b"\n\n").expect("small enough");
        assert_eq!(read[0].data.len(), 64 << 16);
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
