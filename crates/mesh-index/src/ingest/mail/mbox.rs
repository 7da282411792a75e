use std::io::{self, BufRead};

/// Longer messages are cut: what is beyond is attachments.
const LONGEST_MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// A message as it stands in the file, quoting undone.
#[derive(Debug)]
pub struct RawMessage {
    /// 1-based line of its first header.
    pub line: u32,
    pub bytes: Vec<u8>,
}

/// The messages of an mbox in order; a file without separators is one message.
#[derive(Debug)]
pub struct Messages<R> {
    input: R,
    line: u32,
    form: Form,
    ended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Mbox,
    Single,
}

impl<R: BufRead> Messages<R> {
    pub fn of(input: R) -> Self {
        Self {
            input,
            line: 0,
            form: Form::Single,
            ended: false,
        }
    }

    /// Reads to the next separator or the end.
    fn message(&mut self) -> io::Result<RawMessage> {
        let mut bytes = Vec::new();
        let mut first = self.line + 1;
        let mut after_blank = self.line == 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            if read_line(&mut self.input, &mut line)? == 0 {
                self.ended = true;
                break;
            }
            self.line = self.line.saturating_add(1);
            if after_blank && self.separates(&line) {
                if !bytes.is_empty() {
                    break;
                }
                first = self.line + 1;
                continue;
            }
            after_blank = line.trim_ascii().is_empty();
            append(&mut bytes, self.unquoted(&line));
        }
        Ok(RawMessage { line: first, bytes })
    }

    /// `From ` with a time of day; without one it is a sentence that some program left unquoted.
    fn separates(&mut self, line: &[u8]) -> bool {
        let begins = line.starts_with(b"From ");
        if self.line == 1 && begins {
            self.form = Form::Mbox;
            return true;
        }
        self.form == Form::Mbox && begins && line.windows(5).any(is_time)
    }

    /// mboxrd: every `>From ` was `From ` with one `>` less.
    fn unquoted<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = quotes > 0 && line[quotes..].starts_with(b"From ");
        &line[usize::from(is_quoted && self.form == Form::Mbox)..]
    }
}

fn is_time(window: &[u8]) -> bool {
    matches!(window, [a, b, b':', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = io::Result<RawMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.message() {
                Ok(raw) if raw.bytes.is_empty() => {}
                Ok(raw) => return Some(Ok(raw)),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

/// A line, or as much of an endless one as a message may have: the rest counts as the next line.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut limited = io::Read::take(input, LONGEST_MESSAGE_BYTES as u64);
    limited.read_until(b'\n', line)
}

fn append(bytes: &mut Vec<u8>, line: &[u8]) {
    let room = LONGEST_MESSAGE_BYTES.saturating_sub(bytes.len());
    bytes.extend_from_slice(&line[..line.len().min(room)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_follows_a_blank_line_and_tells_the_time() {
        let file = b"From x\nA: b\n\ntext\n\nFrom here on\n>>From there\n\nFrom y Jan 1 10:00:00 2024\nC: d\n";
        let messages: Vec<_> = Messages::of(&file[..])
            .map(|raw| raw.map(|raw| (raw.line, String::from_utf8_lossy(&raw.bytes).into_owned())))
            .collect::<Result<_, _>>()
            .expect("memory is readable");
        assert_eq!(
            messages,
            [
                (
                    2,
                    "A: b\n\ntext\n\nFrom here on\n>From there\n\n".to_owned()
                ),
                (10, "C: d\n".to_owned())
            ]
        );
    }
}
