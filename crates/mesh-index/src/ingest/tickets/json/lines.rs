//! One value a line: what breaks in a line ends with it.

use std::io::{BufRead, Read};

use serde::de::IgnoredAny;

use super::pieces::{Broken, Piece};

/// No line is longer.
const MAX_LINE_BYTES: u64 = 16 * 1024 * 1024;

/// Whether the name says so, or the first line is a whole object with another one in the next line.
pub(super) fn is_one_a_line(path: &str, input: &mut dyn BufRead) -> bool {
    let path = path.to_ascii_lowercase();
    if path.ends_with(".jsonl") || path.ends_with(".ndjson") {
        return true;
    }
    let mut line = Vec::new();
    let _ = input.take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
    let is_whole = line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(&line).is_ok();
    let next = input.fill_buf().unwrap_or_default();
    is_whole && next.trim_ascii_start().starts_with(b"{")
}

pub(super) fn read(mut input: impl BufRead, take: &mut dyn FnMut(Piece<'_>)) -> Result<(), Broken> {
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let read = input
            .by_ref()
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut bytes);
        if read.map_err(|_| Broken { line })? == 0 {
            break;
        }
        if bytes.len() as u64 == MAX_LINE_BYTES {
            return Err(Broken { line });
        }
        let raw = bytes.trim_ascii();
        if !raw.is_empty() {
            take(Piece::Issue { raw, line });
        }
    }
    Ok(())
}
