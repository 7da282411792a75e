/// Takes a stream in pieces and gives its lines; one that is too long is told of by its beginning.
#[derive(Debug)]
pub(super) struct Lines {
    line: Vec<u8>,
    is_too_long: bool,
    max_bytes: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole(Vec<u8>),
    TooLong { beginning: Vec<u8> },
}

impl Lines {
    /// Enough of a line to see what it answers.
    const BEGINNING: usize = 1024;

    pub(super) const fn new(max_bytes: usize) -> Self {
        Self {
            line: Vec::new(),
            is_too_long: false,
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
                lines.push(match std::mem::take(&mut self.is_too_long) {
                    true => Line::TooLong { beginning: line },
                    false => Line::Whole(line),
                });
            }
        }
        lines
    }

    fn take(&mut self, part: &[u8]) {
        if self.is_too_long {
            return;
        }
        self.line.extend_from_slice(part);
        if self.line.len() > self.max_bytes {
            self.is_too_long = true;
            self.line.truncate(Self::BEGINNING);
            self.line.shrink_to_fit();
        }
    }
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
                    beginning: b"0123456789".to_vec()
                },
                whole("three")
            ]
        );
    }
}
