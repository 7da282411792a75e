use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::options;

/// Where a text is code, in which nothing else is a mark.
#[derive(Debug)]
pub(super) struct Code(Vec<Range<usize>>);

impl Code {
    pub(super) fn of(text: &str) -> Self {
        let events = Parser::new_ext(text, options()).into_offset_iter();
        let is_code = |event| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
        let ranges = events.filter_map(|(event, range)| is_code(event).then_some(range));
        Self(ranges.collect())
    }

    /// Of the code that the place lies in.
    pub(super) fn end(&self, place: usize) -> Option<usize> {
        let next = self.0.partition_point(|range| range.end <= place);
        let range = self.0.get(next)?;
        range.contains(&place).then_some(range.end)
    }
}
