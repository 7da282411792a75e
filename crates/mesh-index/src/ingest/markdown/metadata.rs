//! What a document says of itself before its text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::Reader;
use crate::ingest::front_matter;
use crate::ingest::notes::Place;
use crate::ingest::outline::file_name;

impl Reader<'_> {
    /// Reads the front matter, and gives its end. Only what a document begins with is one: further down, the same lines are
    /// rules or headings, and no block must take in what stands between them.
    pub(super) fn metadata(&mut self, text: &str) -> usize {
        if !text.starts_with("---") && !text.starts_with("+++") {
            return 0;
        }
        let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
            | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
        let mut events = Parser::new_ext(text, options).into_offset_iter();
        let Some((first @ Event::Start(Tag::MetadataBlock(_)), block)) = events.next() else {
            return self.loose_metadata(text);
        };
        let end = block.end;
        self.event(first, block);
        for (event, range) in events {
            let is_last = matches!(event, Event::End(TagEnd::MetadataBlock(_)));
            self.event(event, range);
            if is_last {
                break;
            }
        }
        end
    }

    fn loose_metadata(&mut self, text: &str) -> usize {
        let Some((notation, fields, end)) = front_matter::behind_blank_lines(text) else {
            return 0;
        };
        self.metadata = Some(notation);
        self.push(fields, 0..end);
        self.front_matter();
        self.flush();
        end
    }

    pub(super) fn front_matter(&mut self) {
        let Some(notation) = self.metadata.take() else {
            return;
        };
        match front_matter::parse(notation, &self.block, file_name(self.path)) {
            Ok(known) => {
                self.outline.title(&known.title);
                self.block = known.searched.join("\n");
            }
            // It stays in the block, and so is searched as the text it is.
            Err(malformed) => {
                self.outline.title(malformed.title);
                let line = self.block.lines().nth(malformed.line - 1);
                // The first line is the one that marks it.
                let place = Place::Line(malformed.line as u64 + 1);
                self.notes.remark(
                    place,
                    "front matter not understood",
                    line.unwrap_or_default(),
                );
            }
        }
    }
}
