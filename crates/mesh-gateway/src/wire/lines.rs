/// Takes a stream in pieces and gives its lines; one that is too long is told of by its beginning and its end.
#[derive(Debug)]
pub(super) struct Lines {
    line: Vec<u8>,
    /// Of one that is too long: the last of it.
    end: Option<Vec<u8>>,
    max_bytes: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole(Vec<u8>),
    TooLong { beginning: Vec<u8>, end: Vec<u8> },
}

impl Lines {
    /// Enough of a line to see what it answers.
    const BEGINNING: usize = 1024;
    const END: usize = 128;

    pub(super) const fn new(max_bytes: usize) -> Self {
        Self {
            line: Vec::new(),
            end: None,
            max_bytes,
        }
    }

    pub(super) fn read(&mut self, piece: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let (part, ends) = match part.strip_suffix(b"\n") {
                Some(part) => (part, true),
                None => (part, false),
            };
            self.take(part);
            if ends {
                let line = std::mem::take(&mut self.line);
                lines.push(match self.end.take() {
                    Some(end) => Line::TooLong {
                        beginning: line,
                        end,
                    },
                    None => Line::Whole(line),
                });
            }
        }
        lines
    }

    fn take(&mut self, part: &[u8]) {
        if let Some(end) = &mut self.end {
            end.extend_from_slice(last(part, Self::END));
            end.drain(..end.len().saturating_sub(Self::END));
            return;
        }
        self.line.extend_from_slice(part);
        if self.line.len() > self.max_bytes {
            self.end = Some(last(&self.line, Self::END).to_vec());
            self.line.truncate(Self::BEGINNING);
            self.line.shrink_to_fit();
        }
    }
}

fn last(bytes: &[u8], count: usize) -> &[u8] {
    &bytes[bytes.len().saturating_sub(count)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_whole_and_one_that_is_too_long_costs_only_itself() {
        let mut lines = Lines::new(8);
        let whole = |line: &str| Line::Whole(line.as_bytes().to_vec());
        assert_eq!(lines.read(b"one\ntw"), [whole("one")]);
        assert_eq!(lines.read(b"o\n\n"), [whole("two"), whole("")]);
        assert_eq!(lines.read(b"0123456"), []);
        assert_eq!(lines.read(b"789"), []);
        assert_eq!(
            lines.read(b"and more\nthree\n"),
            [
                Line::TooLong {
                    beginning: b"0123456789".to_vec(),
                    end: b"0123456789and more".to_vec(),
                },
                whole("three")
            ]
        );
    }
    #[test]
    fn of_a_line_that_is_too_long_both_ends_are_kept() {
        let mut lines = Lines::new(2_000);
        assert_eq!(lines.read(&[b'a'; 3_000]), []);
        assert_eq!(lines.read(&[b'b'; 500]), []);
        assert_eq!(
            lines.read(b"the end\n"),
            [Line::TooLong {
                beginning: vec![b'a'; 1024],
                end: [vec![b'b'; 121], b"the end".to_vec()].concat(),
            }]
        );
    }
}
