//! What stands before the first header of a file of mail.

use std::io::{self, BufRead};

/// How a file begins.
#[derive(Debug)]
pub(super) struct Start {
    /// Lines before the first header.
    pub(super) lines: u32,
    /// How many bytes from there on are mail.
    pub(super) bytes: u64,
}

/// Passes over a mark of UTF-8, empty lines, and the number of bytes that Apple Mail puts before a message: what is behind
/// those is its own.
pub(super) fn pass(input: &mut impl BufRead) -> io::Result<Start> {
    let head = input.fill_buf()?;
    let mut passed = if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let mut start = Start {
        lines: 0,
        bytes: u64::MAX,
    };
    for line in head[passed..].split_inclusive(|byte| *byte == b'\n') {
        let count = count(line);
        if !line.trim_ascii().is_empty() && count.is_none() {
            break;
        }
        passed += line.len();
        start.lines += 1;
        if let Some(count) = count {
            start.bytes = count;
            break;
        }
    }
    input.consume(passed);
    Ok(start)
}

fn count(line: &[u8]) -> Option<u64> {
    str::from_utf8(line.trim_ascii()).ok()?.parse().ok()
}
