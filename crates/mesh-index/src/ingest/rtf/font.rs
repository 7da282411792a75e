//! Which encoding the bytes of a font are in.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

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
        self.page = encoding(number).unwrap_or(self.page);
    }

    pub(super) fn enter(&mut self, font: i32) {
        self.entry = font;
    }

    pub(super) fn charset(&mut self, number: i32) {
        if let Some(encoding) = page_of(number).and_then(encoding) {
            self.by_number.insert(self.entry, encoding);
        }
    }

    pub(super) fn encoding(&self, font: i32) -> &'static Encoding {
        self.by_number.get(&font).copied().unwrap_or(self.page)
    }
}

fn encoding(page: i32) -> Option<&'static Encoding> {
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        65001 => "utf-8".to_owned(),
        874 | 1250..=1258 => format!("windows-{page}"),
        866 => "ibm866".to_owned(),
        10000 => "macintosh".to_owned(),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// Of the numbers that Windows gives to sets of letters.
fn page_of(charset: i32) -> Option<i32> {
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
