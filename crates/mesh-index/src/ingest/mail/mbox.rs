use std::io::{self, BufRead};

/// Longer messages are cut: what is beyond is attachments.
const MAX_MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// A message as it stands in the file, quoting undone.
#[derive(Debug)]
pub struct RawMessage {
    /// 1-based line of its first header.
    pub line: u32,
    pub bytes: Vec<u8>,
    /// It is longer: what is beyond 64 MiB is not read.
    pub is_cut: bool,
}

/// The messages of an mbox in order; a file without separators is one message.
#[derive(Debug)]
pub struct Messages<R> {
    input: R,
    line: u32,
    form: Form,
    /// Read already, to see what follows a line that may separate.
    next: Option<Vec<u8>>,
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
            next: None,
            ended: false,
        }
    }

    /// Reads to the next separator or the end.
    fn message(&mut self) -> io::Result<RawMessage> {
        let mut bytes = Vec::new();
        let mut is_cut = false;
        let mut first = self.line + 1;
        let mut after_blank = self.line == 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            if !self.take_line(&mut line)? {
                self.ended = true;
                break;
            }
            self.line = self.line.saturating_add(1);
            if self.separates(&line, after_blank)? {
                if !bytes.is_empty() {
                    break;
                }
                first = self.line + 1;
                continue;
            }
            after_blank = line.trim_ascii().is_empty();
            is_cut |= !append(&mut bytes, self.unquoted(&line));
        }
        Ok(RawMessage {
            line: first,
            bytes,
            is_cut,
        })
    }

    fn take_line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(next) = self.next.take() {
            *line = next;
            return Ok(true);
        }
        Ok(read_line(&mut self.input, line)? > 0)
    }

    /// Some programs leave a sentence that begins with `From ` unquoted, some write no blank line before a separator,
    /// and some write nothing after `From `: so a header field has to follow.
    fn separates(&mut self, line: &[u8], after_blank: bool) -> io::Result<bool> {
        let Some(rest) = line.strip_prefix(b"From ") else {
            return Ok(false);
        };
        if self.line == 1 {
            self.form = Form::Mbox;
            return Ok(true);
        }
        let has_time = rest.windows(5).any(is_time);
        let is_likely = match after_blank {
            true => has_time || rest.trim_ascii().is_empty(),
            false => has_time && rest.split(u8::is_ascii_whitespace).any(is_year),
        };
        Ok(self.form == Form::Mbox && is_likely && self.header_follows()?)
    }

    fn header_follows(&mut self) -> io::Result<bool> {
        let mut next = Vec::new();
        if read_line(&mut self.input, &mut next)? == 0 {
            return Ok(false);
        }
        let is_header = is_field(&next);
        self.next = Some(next);
        Ok(is_header)
    }

    /// mboxrd: every `>From ` was `From ` with one `>` less.
    fn unquoted<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = quotes > 0 && line[quotes..].starts_with(b"From ");
        &line[usize::from(is_quoted && self.form == Form::Mbox)..]
    }
}

pub(super) fn is_time(window: &[u8]) -> bool {
    matches!(window, [a, b, b':', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && word.iter().all(u8::is_ascii_digit)
}

/// Whether a text begins with a name, a colon and a value.
pub(super) fn is_field(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    !name.is_empty() && name.len() < line.len() && name.iter().all(in_name)
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
    let mut limited = io::Read::take(input, MAX_MESSAGE_BYTES as u64);
    limited.read_until(b'\n', line)
}

/// Whether there was room for all of it.
fn append(bytes: &mut Vec<u8>, line: &[u8]) -> bool {
    let room = MAX_MESSAGE_BYTES.saturating_sub(bytes.len());
    bytes.extend_from_slice(&line[..line.len().min(room)]);
    line.len() <= room
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

    fn texts(file: &[u8]) -> Vec<String> {
        Messages::of(file)
            .map(|raw| {
                String::from_utf8_lossy(&raw.expect("memory is readable").bytes).into_owned()
            })
            .collect()
    }

    #[test]
    fn a_separator_needs_no_blank_line_before_it() {
        let file = b"From x Tue Feb  3 08:15:00 2026\nA: b\n\none\nFrom y Tue Feb  3 09:15:00 2026\nC: d\n\ntwo\n";
        assert_eq!(texts(file), ["A: b\n\none\n", "C: d\n\ntwo\n"]);
    }

    #[test]
    fn a_message_that_is_too_long_says_so() {
        let mut file = b"From x Tue Feb  3 08:15:00 2026\nA: b\n\n".to_vec();
        file.resize(file.len() + MAX_MESSAGE_BYTES, b'x');
        file.extend_from_slice(b"\n\nFrom y Tue Feb  3 09:15:00 2026\nC: d\n");
        let messages = Messages::of(&file[..]).map(|raw| raw.expect("memory is readable"));
        let told: Vec<_> = messages.map(|raw| (raw.bytes.len(), raw.is_cut)).collect();
        assert_eq!(told, [(MAX_MESSAGE_BYTES, true), (5, false)]);
    }

    #[test]
    fn a_bare_separator_is_known_by_the_header_after_it() {
        let file = b"From \nA: b\n\none\n\nFrom \nC: d\n\ntwo\n";
        assert_eq!(texts(file), ["A: b\n\none\n\n", "C: d\n\ntwo\n"]);
    }

    #[test]
    fn a_sentence_with_times_stays_in_its_message() {
        let file = b"From x Tue Feb  3 08:15:00 2026\nA: b\n\nFrom 09:00 to 10:30 in 2026 it is shut.\n\nBye\n";
        assert_eq!(
            texts(file),
            ["A: b\n\nFrom 09:00 to 10:30 in 2026 it is shut.\n\nBye\n"]
        );
    }
}
