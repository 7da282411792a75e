//! From items to passages: what belongs together, no longer than a reader takes in at once.

use super::declaration::Nest;
use super::item::Item;

/// About a screen: enough to see what a stretch does.
const WINDOW_LINES: usize = 40;

/// Windows of one item share these, so that a statement at the border is whole in one of them.
const OVERLAP_LINES: usize = 5;

/// Longer stretches are cut: minified code has lines without end.
const MAX_PASSAGE_BYTES: usize = 8 * 1024;

/// A container's head shorter than this is shown with its first member.
const SHORT_HEAD_LINES: usize = 4;

/// Lines that belong together, 0-based, the last one included.
#[derive(Debug)]
pub(super) struct Stretch {
    symbol: String,
    first: usize,
    last: usize,
}

/// What becomes one passage.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) symbol: String,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) text: String,
}

/// The whole file, cut where items begin.
pub(super) fn stretches(items: &[Item], line_count: usize) -> Vec<Stretch> {
    let preamble = items.first().map_or(line_count, |item| item.first);
    let mut stretches = Vec::new();
    stretches.extend(stretch("", 0, preamble));
    let mut head: Option<usize> = None;
    for (at, item) in items.iter().enumerate() {
        let next = items.get(at + 1);
        let end = next.map_or(line_count, |next| next.first);
        let first = head.take().unwrap_or(item.first);
        let has_member = next.is_some_and(|next| next.depth > item.depth);
        if item.nest == Nest::Container && has_member && end - first < SHORT_HEAD_LINES {
            head = Some(first);
        } else {
            stretches.extend(stretch(&item.symbol, first, end));
        }
    }
    stretches
}

fn stretch(symbol: &str, first: usize, end: usize) -> Option<Stretch> {
    (first < end).then(|| Stretch {
        symbol: symbol.to_owned(),
        first,
        last: end - 1,
    })
}

/// Windows over a stretch, without blank lines at either end, none over the size.
pub(super) fn parts(lines: &[&str], stretch: &Stretch) -> Vec<Part> {
    let is_blank = |at: &usize| lines[*at].trim().is_empty();
    let mut whole = stretch.first..stretch.last + 1;
    while whole.start < whole.end && is_blank(&whole.start) {
        whole.start += 1;
    }
    while whole.start < whole.end && is_blank(&(whole.end - 1)) {
        whole.end -= 1;
    }
    let mut parts = Vec::new();
    let mut first = whole.start;
    while first < whole.end {
        let end = window_end(lines, first, whole.end);
        let text = lines[first..end].join("\n");
        parts.extend(chunks(&text).map(|text| Part {
            symbol: stretch.symbol.clone(),
            first,
            last: end - 1,
            text: text.to_owned(),
        }));
        // A window that is cut for its size has long lines, which would be in it and the next again and again.
        let is_full = end - first == WINDOW_LINES;
        first = match end {
            _ if end == whole.end => break,
            _ if is_full => end - OVERLAP_LINES,
            _ => end,
        };
    }
    parts
}

/// As many lines as a passage holds, and one at least.
fn window_end(lines: &[&str], first: usize, end: usize) -> usize {
    let most = if end - first <= WINDOW_LINES + OVERLAP_LINES {
        end
    } else {
        first + WINDOW_LINES
    };
    let mut bytes = 0;
    let fits = |line: &&str| {
        bytes += line.len() + 1;
        bytes <= MAX_PASSAGE_BYTES
    };
    let count = lines[first..most].iter().copied().take_while(fits).count();
    first + count.max(1)
}

fn chunks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(MAX_PASSAGE_BYTES));
        rest = after;
        (!chunk.is_empty()).then_some(chunk)
    })
}
