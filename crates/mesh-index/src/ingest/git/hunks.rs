//! What changed within a file: how many lines, and the hunks that show them, as `git show` prints them.

use std::io;

use gix::bstr::ByteSlice;
use gix::diff::blob::platform::prepare_diff::Operation;
use gix::diff::blob::unified_diff::{ConsumeHunk, ContextSize, DiffLineKind, HunkHeader};
use gix::diff::blob::{InternedInput, Platform, UnifiedDiff, diff_with_slider_heuristics};
use gix::object::tree::diff::Change;

use crate::ingest::decode;

/// A longer line was made by a machine, and says no more when it is shown whole.
const MAX_LINE_BYTES: usize = 400;

/// The lines of one file that a commit added and removed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hunks {
    pub(super) additions: u64,
    pub(super) deletions: u64,
    pub(super) text: String,
    /// Lines of the hunks that `text` has no room for.
    pub(super) left_out: usize,
    pub(super) is_binary: bool,
}

impl Hunks {
    /// `None` where content is missing.
    pub(super) fn of(
        change: &Change<'_, '_, '_>,
        differences: &mut Platform,
        max_bytes: usize,
    ) -> Option<Self> {
        let cache = change.diff(differences).ok()?.resource_cache;
        cache.options.skip_internal_diff_if_external_is_configured = false;
        let prepared = cache.prepare_diff().ok()?;
        let Operation::InternalDiff { algorithm } = prepared.operation else {
            return Some(Self {
                is_binary: true,
                ..Self::default()
            });
        };
        let (old, new) = (prepared.old.intern_source(), prepared.new.intern_source());
        let input = InternedInput::new(old, new);
        let diff = diff_with_slider_heuristics(algorithm, &input);
        let printer = Printer::new(max_bytes);
        let printed = UnifiedDiff::new(&diff, &input, printer, ContextSize::default());
        let (text, left_out) = printed.consume().ok()?;
        Some(Self {
            additions: diff.count_additions().into(),
            deletions: diff.count_removals().into(),
            text,
            left_out,
            is_binary: false,
        })
    }

    /// Git shows a submodule as one line that names its commit.
    pub(super) fn of_submodule(was: Option<&str>, is: Option<&str>) -> Self {
        let side = |mark: char, commit: Option<&str>| {
            commit.map_or_else(String::new, |id| format!("{mark}Subproject commit {id}\n"))
        };
        let (deletions, additions) = (u32::from(was.is_some()), u32::from(is.is_some()));
        let header = header(HunkHeader {
            before_hunk_start: 1,
            before_hunk_len: deletions,
            after_hunk_start: 1,
            after_hunk_len: additions,
        });
        Self {
            additions: additions.into(),
            deletions: deletions.into(),
            text: format!("{header}\n{}{}", side('-', was), side('+', is)),
            ..Self::default()
        }
    }
}

/// Writes hunks as far as there is room.
struct Printer {
    text: Vec<u8>,
    max_bytes: usize,
    left_out: usize,
}

impl Printer {
    fn new(max_bytes: usize) -> Self {
        Self {
            text: Vec::new(),
            max_bytes,
            left_out: 0,
        }
    }

    fn line(&mut self, mark: &str, content: &[u8]) {
        let shown = clipped(content.strip_suffix(b"\n").unwrap_or(content));
        let is_full = self.text.len() + mark.len() + shown.len() >= self.max_bytes;
        if self.left_out > 0 || is_full {
            self.left_out += 1;
            return;
        }
        self.text.extend_from_slice(mark.as_bytes());
        self.text.extend_from_slice(shown);
        if shown.len() < content.trim_end().len() {
            self.text.extend_from_slice("…".as_bytes());
        }
        self.text.push(b'\n');
    }
}

impl ConsumeHunk for Printer {
    type Out = (String, usize);

    fn consume_hunk(&mut self, at: HunkHeader, lines: &[(DiffLineKind, &[u8])]) -> io::Result<()> {
        self.line("", header(at).as_bytes());
        for (kind, content) in lines {
            self.line(kind.to_prefix().encode_utf8(&mut [0; 4]), content);
            if !content.ends_with(b"\n") {
                self.line("", b"\\ No newline at end of file");
            }
        }
        Ok(())
    }

    /// In the encoding the file is most likely in.
    fn finish(self) -> Self::Out {
        let text = decode::text(&self.text)
            .unwrap_or_else(|_| self.text.to_str_lossy())
            .into_owned();
        (text, self.left_out)
    }
}

/// Git leaves out a length of one, and lets what is empty begin one line earlier.
fn header(at: HunkHeader) -> String {
    let side = |start: u32, length: u32| match length {
        0 => format!("{},0", start.saturating_sub(1)),
        1 => start.to_string(),
        _ => format!("{start},{length}"),
    };
    let before = side(at.before_hunk_start, at.before_hunk_len);
    let after = side(at.after_hunk_start, at.after_hunk_len);
    format!("@@ -{before} +{after} @@")
}

fn clipped(line: &[u8]) -> &[u8] {
    if line.len() <= MAX_LINE_BYTES {
        return line;
    }
    let is_inside = |at: &usize| line[*at] & 0b1100_0000 == 0b1000_0000;
    let end = (0..=MAX_LINE_BYTES).rev().find(|at| !is_inside(at));
    &line[..end.unwrap_or(MAX_LINE_BYTES)]
}
