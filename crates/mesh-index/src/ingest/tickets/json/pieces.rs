//! An export cut into its issues. Only quotes and brackets are looked at, so that what is wrong within one issue is found
//! when that one is parsed, and costs no other.

use std::io::BufRead;

/// No issue is longer: an unclosed quote or bracket must not take in the rest of a large export.
const MAX_ISSUE_BYTES: usize = 16 * 1024 * 1024;

#[derive(Debug)]
pub(super) enum Piece<'a> {
    Issue {
        raw: &'a [u8],
        line: u64,
    },
    /// A search result or an import, without its issues, which came before.
    Export(&'a [u8]),
    /// A project of an import, likewise.
    Project(&'a [u8]),
}

/// The export breaks off, or is not JSON, behind what begins at this line.
#[derive(Debug, PartialEq)]
pub(super) struct Broken {
    pub(super) line: u64,
}

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Within {
    Export,
    Projects,
}

/// Hands on the pieces of any number of arrays, search results and single issues.
pub(super) fn read(input: impl BufRead, take: &mut dyn FnMut(Piece<'_>)) -> Result<(), Broken> {
    let mut cutter = Cutter { input, line: 1 };
    while let Some(byte) = cutter.next_visible() {
        match byte {
            b'[' => cutter.array(take)?,
            b'{' => cutter.object(take, Within::Export)?,
            _ => return Err(cutter.broken()),
        }
    }
    Ok(())
}

struct Cutter<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> Cutter<R> {
    fn broken(&self) -> Broken {
        Broken { line: self.line }
    }

    fn peek(&mut self) -> Option<u8> {
        self.input.fill_buf().ok()?.first().copied()
    }

    fn advance(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.input.consume(1);
    }

    /// The next byte that is not white space; it is not consumed.
    fn next_visible(&mut self) -> Option<u8> {
        loop {
            match self.peek()? {
                byte if byte.is_ascii_whitespace() => self.advance(byte),
                byte => return Some(byte),
            }
        }
    }

    fn array(&mut self, take: &mut dyn FnMut(Piece<'_>)) -> Result<(), Broken> {
        self.items(&mut |pieces, first| {
            if first == b'}' {
                return Err(pieces.broken());
            }
            let line = pieces.line;
            let mut raw = Vec::new();
            pieces.value(&mut raw)?;
            take(Piece::Issue { raw: &raw, line });
            Ok(())
        })
    }

    fn projects(&mut self, take: &mut dyn FnMut(Piece<'_>)) -> Result<(), Broken> {
        self.items(&mut |pieces, first| match first {
            b'{' => pieces.object(take, Within::Projects),
            _ => Err(pieces.broken()),
        })
    }

    /// Reads an array; `item` reads what begins with the byte it is given.
    fn items(
        &mut self,
        item: &mut dyn FnMut(&mut Self, u8) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        self.advance(b'[');
        loop {
            match self.next_visible().ok_or(self.broken())? {
                b']' => {
                    self.advance(b']');
                    return Ok(());
                }
                b',' => self.advance(b','),
                first => item(self, first)?,
            }
        }
    }

    /// A search result is known by its `issues`, an import by its `projects`; an object without them is an issue itself.
    fn object(&mut self, take: &mut dyn FnMut(Piece<'_>), within: Within) -> Result<(), Broken> {
        let line = self.line;
        let mut whole = vec![b'{'];
        let mut is_result = false;
        self.advance(b'{');
        loop {
            match self.next_visible().ok_or(Broken { line })? {
                b'"' => is_result |= self.member(&mut whole, take, within)?,
                b'}' => break,
                b']' => return Err(self.broken()),
                b',' => self.mark(b',', &mut whole),
                _ => self.value(&mut whole)?,
            }
            if whole.len() > MAX_ISSUE_BYTES {
                return Err(Broken { line });
            }
        }
        self.mark(b'}', &mut whole);
        match within {
            Within::Projects => take(Piece::Project(&whole)),
            Within::Export if is_result => take(Piece::Export(&whole)),
            Within::Export => take(Piece::Issue { raw: &whole, line }),
        }
        Ok(())
    }

    /// Appends a name, its colon, and the value where it is one that is looked for; tells whether it holds issues.
    fn member(
        &mut self,
        whole: &mut Vec<u8>,
        take: &mut dyn FnMut(Piece<'_>),
        within: Within,
    ) -> Result<bool, Broken> {
        let start = whole.len();
        self.value(whole)?;
        let is_issues = whole[start..] == *b"\"issues\"";
        let is_projects = whole[start..] == *b"\"projects\"";
        if self.next_visible() == Some(b':') {
            self.mark(b':', whole);
        }
        match self.next_visible() {
            Some(b'[') if is_issues => {
                self.array(take)?;
                whole.extend_from_slice(b"[]");
                return Ok(true);
            }
            Some(b'[') if is_projects && within == Within::Export => {
                self.projects(take)?;
                whole.extend_from_slice(b"[]");
                return Ok(true);
            }
            _ => {}
        }
        Ok(false)
    }

    fn mark(&mut self, byte: u8, whole: &mut Vec<u8>) {
        self.advance(byte);
        whole.push(byte);
    }

    /// Appends a value up to the comma or bracket that ends it.
    fn value(&mut self, raw: &mut Vec<u8>) -> Result<(), Broken> {
        let line = self.line;
        let limit = raw.len() + MAX_ISSUE_BYTES;
        let mut state = State::default();
        loop {
            let buffer = self.input.fill_buf().map_err(|_| Broken { line })?;
            if buffer.is_empty() || raw.len() > limit {
                return Err(Broken { line });
            }
            let (used, is_complete) = state.take_all(buffer);
            let taken = &buffer[..used];
            self.line += taken.iter().filter(|byte| **byte == b'\n').count() as u64;
            raw.extend_from_slice(taken);
            self.input.consume(used);
            if is_complete {
                return Ok(());
            }
        }
    }
}

/// Where in a value: how deep, and whether within a string.
#[derive(Debug, Default)]
struct State {
    depth: usize,
    is_string: bool,
    is_escaped: bool,
}

impl State {
    /// How many of the bytes belong to the value, and whether it is complete with them.
    fn take_all(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.is_ended_by(*byte) {
                return (at, true);
            }
            if self.take(*byte) {
                return (at + 1, true);
            }
        }
        (bytes.len(), false)
    }

    /// Whether a bare value, such as a number, stops before the byte.
    fn is_ended_by(&self, byte: u8) -> bool {
        self.depth == 0 && !self.is_string && matches!(byte, b',' | b']' | b'}')
    }

    /// Whether the value is complete with the byte.
    fn take(&mut self, byte: u8) -> bool {
        if self.is_string {
            let is_end = byte == b'"' && !self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.is_string = !is_end;
            return is_end && self.depth == 0;
        }
        match byte {
            b'"' => self.is_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth -= 1;
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}
