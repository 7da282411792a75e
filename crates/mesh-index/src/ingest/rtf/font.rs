//! Which encoding the bytes of a font are in.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::ingest::code_page;

#[derive(Debug)]
pub(super) struct Fonts {
    page: &'static Encoding,
    by_number: HashMap<i32, &'static Encoding>,
    /// The one whose entry of the table is being read.
    entry: i32,
}

impl Default for Fonts {
    fn default() -> Self {
        Self {
            page: WINDOWS_1252,
            by_number: HashMap::new(),
            entry: 0,
        }
    }
}

impl Fonts {
    /// The code page of the whole document.
    pub(super) fn page(&mut self, number: i32) {
        let page = u32::try_from(number).ok().and_then(code_page::encoding);
        self.page = page.unwrap_or(self.page);
    }

    pub(super) fn enter(&mut self, font: i32) {
        self.entry = font;
    }

    pub(super) fn charset(&mut self, number: i32) {
        if let Some(encoding) = page_of(number).and_then(code_page::encoding) {
            self.by_number.insert(self.entry, encoding);
        }
    }

    pub(super) fn encoding(&self, font: i32) -> &'static Encoding {
        self.by_number.get(&font).copied().unwrap_or(self.page)
    }
}

/// Of the numbers that Windows gives to sets of letters.
fn page_of(charset: i32) -> Option<u32> {
    Some(match charset {
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}
