//! How much text one passage holds: enough to answer a question, little enough to be quoted.

use std::ops::Range;

use super::lines::clamp;

/// What a section is cut into, where it is too long for one passage.
const AIM: usize = 190;

/// No passage is longer. In words, where long words and gaps count as several: see `cost`.
pub(crate) const MAX: usize = 250;

/// Bytes that count as one word more: twice a long English word; in a script without spaces about five characters.
const BYTES_PER_EXTRA_WORD: usize = 16;

/// A longer run without white space is cut: it is data, or a script without spaces.
const MAX_WORD_BYTES: usize = 256;

/// Deeper indentation is not kept: it is padding.
const DEEPEST_INDENT_BYTES: usize = 64;

/// A paragraph, list item, table or code block, with the lines it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) text: String,
    pub(crate) line_start: u32,
    pub(crate) line_end: u32,
}

/// Joins small blocks and splits giant ones, so that each result is one passage.
pub(crate) fn pack(blocks: Vec<Block>) -> Vec<Block> {
    let blocks: Vec<(usize, Block)> = blocks.into_iter().flat_map(split).collect();
    let total: usize = blocks.iter().map(|(cost, _)| cost).sum();
    if total <= MAX {
        return join(blocks.into_iter().map(|(_, block)| block))
            .into_iter()
            .collect();
    }
    let aim = total / total.div_ceil(AIM);
    let mut packed = Vec::new();
    let mut open: Vec<Block> = Vec::new();
    let mut size = 0;
    for (cost, block) in blocks {
        if size > 0 && (size >= aim || size + cost > MAX) {
            packed.extend(join(open.drain(..)));
            size = 0;
        }
        size += cost;
        open.push(block);
    }
    packed.extend(join(open.drain(..)));
    packed
}

fn join(blocks: impl Iterator<Item = Block>) -> Option<Block> {
    blocks.reduce(|mut all, block| {
        all.text.push_str("\n\n");
        all.text.push_str(&block.text);
        all.line_end = all.line_end.max(block.line_end);
        all
    })
}

fn split(block: Block) -> Vec<(usize, Block)> {
    let pieces = pieces(&block.text);
    if let [(cost, whole)] = &pieces[..]
        && *whole == (0..block.text.len())
    {
        return vec![(*cost, block)];
    }
    let part = |(cost, range): (usize, Range<usize>)| (cost, cut(&block, range));
    pieces.into_iter().map(part).collect()
}

/// The lines of a part are in proportion: formats that fold lines keep no better record.
fn cut(block: &Block, range: Range<usize>) -> Block {
    let lines = (block.line_end - block.line_start) as usize + 1;
    let line = |at: usize| block.line_start + clamp(at * lines / block.text.len().max(1));
    Block {
        line_start: line(range.start).min(block.line_end),
        line_end: line(range.end - 1).min(block.line_end),
        text: block.text[range].to_owned(),
    }
}

/// A word and the gap before it, in words.
fn cost(gap: usize, word: usize) -> usize {
    1 + (gap + word) / BYTES_PER_EXTRA_WORD
}

/// The trimmed parts no longer than `MAX`: cut at a line or sentence where one ends late enough, else between words.
fn pieces(text: &str) -> Vec<(usize, Range<usize>)> {
    let mut pieces = Vec::new();
    let (mut start, mut size) = (0, 0);
    let mut border: Option<(usize, usize)> = None;
    let mut previous_end = 0;
    for word in words(text) {
        let gap = word.start - previous_end;
        if size >= MAX * 2 / 5 && is_border(text, previous_end..word.start) {
            border = Some((word.start, size));
        }
        let mut weight = cost(gap, word.len());
        while size > 0 && size + weight > MAX {
            let (at, taken) = border.take().unwrap_or((word.start, size));
            pieces.extend(trimmed(text, start..at).map(|range| (taken, range)));
            (start, size) = (at, size - taken);
            weight = if at == word.start {
                cost(0, word.len())
            } else {
                weight
            };
        }
        size += if size == 0 {
            cost(0, word.len())
        } else {
            weight
        };
        previous_end = word.end;
    }
    pieces.extend(trimmed(text, start..text.len()).map(|range| (size, range)));
    pieces
}

fn is_border(text: &str, gap: Range<usize>) -> bool {
    text[gap.clone()].contains('\n')
        || text[..gap.start].ends_with(['.', '!', '?', '。', '！', '？'])
}

/// Without white space around it, but for the indentation of its first line: code begins with it.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = &text[range.clone()];
    let gap = part.len() - part.trim_start().len();
    let line = part[..gap].rfind('\n').map_or(0, |at| at + 1);
    let lead = if gap - line <= DEEPEST_INDENT_BYTES {
        line
    } else {
        gap
    };
    let end = range.start + part.trim_end().len();
    (range.start + gap < end).then_some(range.start + lead..end)
}

fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().flat_map(move |word| {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        chops(word).map(move |part| start + part.start..start + part.end)
    })
}

fn chops(word: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let end = word.floor_char_boundary(start + MAX_WORD_BYTES);
        let part = start..end;
        start = end;
        (!part.is_empty()).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(text: &str, line: u32) -> Block {
        Block {
            text: text.to_owned(),
            line_start: line,
            line_end: line,
        }
    }

    #[test]
    fn small_paragraphs_share_a_passage() {
        let packed = pack(vec![block("one", 1), block("two", 3)]);
        assert_eq!(
            packed,
            [Block {
                text: "one\n\ntwo".to_owned(),
                line_start: 1,
                line_end: 3
            }]
        );
    }

    #[test]
    fn a_long_section_is_cut_evenly_between_paragraphs() {
        let paragraph = "word ".repeat(60).trim_end().to_owned();
        let packed = pack((1..=8).map(|line| block(&paragraph, line)).collect());
        let words: Vec<usize> = packed
            .iter()
            .map(|part| part.text.split_whitespace().count())
            .collect();
        assert_eq!(words, [180, 180, 120]);
    }

    #[test]
    fn a_giant_paragraph_is_cut_after_a_sentence() {
        let sentence = "alpha beta gamma delta epsilon zeta eta theta iota end. ";
        let packed = pack(vec![Block {
            text: sentence.repeat(100).trim_end().to_owned(),
            line_start: 10,
            line_end: 109,
        }]);
        assert_eq!(packed.len(), 4);
        assert!(packed.iter().all(|part| part.text.ends_with("end.")));
        assert_eq!((packed[0].line_start, packed[3].line_end), (10, 109));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(texts in prop::collection::vec("[ \na-z.語]{0,900}", 0..12)) {
            let blocks: Vec<Block> = texts.iter().map(|text| block(text, 1)).collect();
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let before: String = texts.iter().map(|text| letters(text)).collect();
            let packed = pack(blocks);
            let after: String = packed.iter().map(|part| letters(&part.text)).collect();
            prop_assert_eq!(before, after);
            for part in packed {
                prop_assert!(part.text.len() <= (MAX + 2) * 2 * BYTES_PER_EXTRA_WORD);
                prop_assert!(part.line_start <= part.line_end);
            }
        }
    }
}
