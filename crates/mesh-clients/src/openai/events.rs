//! Server-sent events, WHATWG HTML section 9.2: of each its data alone, which also says what type it is of.

use bytes::{Buf as _, BytesMut};
use mesh_http::{HttpError, Streamed};

/// The events of an answer as they arrive. It keeps no more than the bound of the answer lets in.
#[derive(Debug)]
pub(super) struct Events {
    body: Streamed,
    parser: Parser,
}

#[derive(Debug, Default)]
struct Parser {
    unread: BytesMut,
    /// As much of it has no end of a line.
    searched: usize,
    data: Vec<u8>,
}

impl Events {
    pub(super) fn of(body: Streamed) -> Self {
        Self {
            body,
            parser: Parser::default(),
        }
    }

    /// The data of the next event; nothing at the end of the stream, where an unfinished event is none.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, HttpError> {
        loop {
            if let Some(data) = self.parser.event() {
                return Ok(Some(data));
            }
            match self.body.chunk().await? {
                Some(chunk) => self.parser.unread.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }
}

impl Parser {
    fn event(&mut self) -> Option<Vec<u8>> {
        while let Some(line) = self.line() {
            if let Some(data) = line.strip_prefix(b"data:") {
                self.data.extend_from_slice(data);
                self.data.push(b'\n');
            } else if line.is_empty() && !self.data.is_empty() {
                return Some(std::mem::take(&mut self.data));
            }
        }
        None
    }

    /// A line without its end. A carriage return alone ends none: nobody sends it.
    fn line(&mut self) -> Option<BytesMut> {
        let end = self.unread[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n');
        let Some(end) = end else {
            self.searched = self.unread.len();
            return None;
        };
        let mut line = self.unread.split_to(self.searched + end);
        self.unread.advance(1);
        self.searched = 0;
        if line.ends_with(b"\r") {
            line.truncate(line.len() - 1);
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(chunks: &[&str], expected: &[&str]) {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for chunk in chunks {
            parser.unread.extend_from_slice(chunk.as_bytes());
            while let Some(data) = parser.event() {
                events.push(String::from_utf8(data).expect("text"));
            }
        }
        let events: Vec<_> = events.iter().map(|data| data.trim()).collect();
        assert_eq!(events, expected);
    }

    #[test]
    fn events_are_found_however_they_arrive() {
        let stream =
            "event: a\ndata: {\"one\":1}\n\n: still here\n\ndata:{\"two\":\r\ndata: 2}\r\n\r\n";
        let expected = ["{\"one\":1}", "{\"two\":\n 2}"];
        check(&[stream], &expected);
        let bytes: Vec<_> = stream.split_inclusive("").collect();
        check(&bytes, &expected);
    }

    #[test]
    fn an_event_without_its_end_is_none() {
        check(&["data: 1\n\ndata: 2\n"], &["1"]);
        check(&["data: 1\n\ndata: 2"], &["1"]);
    }

    #[test]
    fn fields_that_nobody_knows_are_passed_over() {
        check(&["id: 7\nretry\nfoo: bar\ndata: 1\n\n"], &["1"]);
    }
}
