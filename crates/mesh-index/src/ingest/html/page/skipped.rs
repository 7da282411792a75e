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

    fn is_chrome(&self, tag: &Tag) -> bool {
        tag::is_silent(&tag.name)
            || (!self.keeps_chrome && (tag.is_chrome() || (self.has_main && self.is_banner(tag))))
    }

    /// The block with title, authors and abstract is what pandoc writes outside of a page's text.
    fn is_banner(&self, tag: &Tag) -> bool {
        tag.name == b"header" && !self.open.is_content() && tag.id() != "title-block-header"
    }
}

pub(super) fn has_main(html: &str) -> bool {
    [
        "<main",
        "<article",
        "role=main",
        "role=\"main\"",
        "role='main'",
    ]
    .iter()
    .any(|mark| {
        let mut places = html.as_bytes().windows(mark.len());
        places.any(|place| place.eq_ignore_ascii_case(mark.as_bytes()))
    })
}
