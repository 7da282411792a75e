use super::{Mode, Page};
use crate::ingest::html::Sink;
use crate::ingest::html::tag::{self, Kind, Tag};

impl Sink for Page<'_> {
    fn start(&mut self, tag: &Tag) {
        if self.skips(tag) {
            return;
        }
        self.lists.start(tag);
        self.is_prose = tag.kind().is_prose() || (self.is_prose && tag.kind().is_within_prose());
        match tag.kind() {
            Kind::Inline if !tag.alt().is_empty() => self.picture(tag),
            Kind::Inline if self.is_prose => self.task(tag),
            Kind::Inline => {}
            Kind::Anchor => self.open_link(tag),
            Kind::Break if self.preformatted > 0 => self.text.push('\n'),
            Kind::Break => self.flowing(" "),
            Kind::Paragraph => self.paragraph(tag),
            Kind::Item => {
                self.item();
                self.task(tag);
            }
            Kind::Row => self.row(),
            Kind::Cell => self.cell(tag),
            Kind::Definition => self.block(),
            Kind::Container if self.tables.are_open() => self.block(),
            Kind::Container | Kind::DefinitionList => self.enter(tag),
            Kind::Title => {
                self.flush();
                self.mode = Mode::Title;
            }
            Kind::Heading(_) if self.open.is_aside() => self.block(),
            Kind::Heading(level) => {
                self.flush();
                self.mode = Mode::Heading {
                    level,
                    anchor: tag.anchor(),
                };
            }
            Kind::Term => {
                self.flush();
                self.mode = Mode::Term {
                    anchor: tag.anchor(),
                };
            }
            Kind::Preformatted => {
                self.block();
                self.preformatted += 1;
            }
            Kind::Table => self.open_table(),
        }
    }

    fn end(&mut self, name: &[u8]) {
        if self.ends_skipped(name) {
            return;
        }
        self.lists.end(name);
        self.is_prose &= tag::kind(name).is_within_prose();
        match tag::kind(name) {
            Kind::Inline | Kind::Break | Kind::Cell => {}
            Kind::Anchor => self.close_link(),
            Kind::Title | Kind::Heading(_) | Kind::Term => self.flush(),
            Kind::Paragraph | Kind::Item | Kind::Definition => self.block(),
            Kind::Container if self.tables.are_open() => self.block(),
            Kind::Container | Kind::DefinitionList => self.leave(name),
            Kind::Row => self.row(),
            Kind::Preformatted => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.block();
            }
            Kind::Table => self.close_table(),
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        if self.skipped.is_some() {
            return;
        }
        if !text.trim().is_empty() {
            self.note_words(text, offset);
        }
        if self.preformatted > 0 && self.mode == Mode::Body {
            self.text.push_str(text);
        } else {
            self.flowing(text);
        }
    }
}
