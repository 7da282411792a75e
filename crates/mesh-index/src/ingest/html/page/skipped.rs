//! A part of a page that is left out, up to its end.

use super::Page;
use crate::ingest::html::tag::{self, Kind, Tag};

#[derive(Debug)]
pub(super) struct Skipped {
    name: Vec<u8>,
    /// Elements of the same name that are open, itself among them.
    depth: u32,
    /// Lists and other containers that are open within it.
    inner: u32,
    wants_end: bool,
}

impl Skipped {
    fn new(tag: &Tag) -> Self {
        Self {
            name: tag.name.clone(),
            depth: 1,
            inner: 0,
            wants_end: !tag::is_silent(&tag.name) && !tag.may_end_with_the_page(),
        }
    }

    pub(super) fn wants_end(&self) -> bool {
        self.wants_end
    }

    /// Whether it ended before this tag, as an element does whose end tag may be left out.
    fn ends_before(&self, tag: &Tag) -> bool {
        match &self.name[..] {
            b"p" => !matches!(tag.kind(), Kind::Inline | Kind::Anchor | Kind::Break),
            b"dt" | b"dd" => self.inner == 0 && matches!(&tag.name[..], b"dt" | b"dd"),
            b"td" | b"th" => self.inner == 0 && matches!(&tag.name[..], b"td" | b"th" | b"tr"),
            b"li" | b"tr" => self.inner == 0 && tag.name == self.name,
            _ => false,
        }
    }

    /// Whether what it stands in ends here, and it before that.
    fn ends_within(&self, name: &[u8]) -> bool {
        let may_lack_end = matches!(
            &self.name[..],
            b"p" | b"li" | b"dt" | b"dd" | b"td" | b"th" | b"tr"
        );
        may_lack_end && self.inner == 0 && name != self.name && is_container(name)
    }
}

fn is_container(name: &[u8]) -> bool {
    matches!(
        tag::kind(name),
        Kind::Container | Kind::DefinitionList | Kind::Table
    )
}

impl Page<'_> {
    /// Whether the tag lies in a part that is left out.
    pub(super) fn skips(&mut self, tag: &Tag) -> bool {
        if let Some(skipped) = &mut self.skipped {
            if !skipped.ends_before(tag) {
                skipped.depth += u32::from(skipped.name == tag.name);
                skipped.inner += u32::from(is_container(&tag.name));
                return true;
            }
            self.skipped = None;
        }
        if self.is_chrome(tag) {
            self.flush();
            if !tag::is_silent(&tag.name) {
                self.outline.left_out();
            }
            self.skipped = Some(Skipped::new(tag));
        }
        self.skipped.is_some()
    }

    /// Whether the end tag lies in a part that is left out, or ends it.
    pub(super) fn ends_skipped(&mut self, name: &[u8]) -> bool {
        let Some(skipped) = &mut self.skipped else {
            return false;
        };
        if skipped.ends_within(name) {
            self.skipped = None;
            return false;
        }
        skipped.depth -= u32::from(skipped.name == name);
        skipped.inner = skipped.inner.saturating_sub(u32::from(is_container(name)));
        if skipped.depth == 0 {
            self.skipped = None;
        }
        true
    }
}
