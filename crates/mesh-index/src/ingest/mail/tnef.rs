//! `winmail.dat`: what Outlook packs a message into that it sends as rich text (MS-OXTNEF).

mod packed_rtf;
mod properties;

use encoding_rs::{Encoding, WINDOWS_1252};

use self::properties::Properties;
use crate::ingest::{code_page, decode, html, rtf};

const SIGNATURE: u32 = 0x223e_9f78;

/// The ids of attributes, each with the type that is a part of it.
const SUBJECT: u32 = 0x0001_8004;
const BODY: u32 = 0x0002_800c;
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;
const CODE_PAGE: u32 = 0x0006_9007;

/// The ids of properties.
const P_SUBJECT: u16 = 0x0037;
const P_BODY: u16 = 0x1000;
const P_RTF: u16 = 0x1009;
const P_HTML: u16 = 0x1013;
const P_LONG_FILE_NAME: u16 = 0x3707;
const P_DISPLAY_NAME: u16 = 0x3001;

#[derive(Debug, Default, PartialEq)]
pub(super) struct Packed {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) attachments: Vec<String>,
}

/// `None` where it is something else; one that breaks off gives what comes before.
pub(super) fn read(bytes: &[u8]) -> Option<Packed> {
    let mut input = Input(bytes);
    (input.u32()? == SIGNATURE).then_some(())?;
    input.take(2)?;
    let mut packed = Packed::default();
    let mut page = WINDOWS_1252;
    while let Some((id, data)) = input.attribute() {
        match id {
            CODE_PAGE => {
                page = Input(data)
                    .u32()
                    .and_then(code_page::encoding)
                    .unwrap_or(page)
            }
            SUBJECT => packed.subject = text(data, page),
            BODY => packed.text = text(data, page),
            ATTACHMENT_BEGINS => packed.attachments.push(String::new()),
            ATTACHMENT_TITLE => packed.name(text(data, page)),
            MESSAGE_PROPERTIES => packed.message(&Properties::of(data), page),
            ATTACHMENT_PROPERTIES => {
                let properties = Properties::of(data);
                let names = [P_LONG_FILE_NAME, P_DISPLAY_NAME];
                let mut names = names.iter().filter_map(|id| properties.text(*id, page));
                packed.name(names.next().unwrap_or_default());
            }
            _ => {}
        }
    }
    packed.attachments.retain(|name| !name.is_empty());
    Some(packed)
}

impl Packed {
    /// The long name comes after the short one.
    fn name(&mut self, name: String) {
        if let Some(last) = self.attachments.last_mut().filter(|_| !name.is_empty()) {
            *last = name;
        }
    }

    fn message(&mut self, properties: &Properties<'_>, page: &'static Encoding) {
        if let Some(subject) = properties.text(P_SUBJECT, page) {
            self.subject = subject;
        }
        let plain = properties.text(P_BODY, page);
        let html = || {
            let bytes = properties.bytes(P_HTML)?;
            Some(html::plain(&decode::html(bytes).ok()?))
        };
        let rich = || rtf::plain(&packed_rtf::unpacked(properties.bytes(P_RTF)?)?);
        let is_text = |text: &String| !text.trim().is_empty();
        let found = plain.filter(is_text).or_else(html).filter(is_text);
        if let Some(text) = found.or_else(rich).filter(is_text) {
            self.text = text.trim().replace("\r\n", "\n");
        }
    }
}

/// Up to the zero that ends it.
fn text(bytes: &[u8], page: &'static Encoding) -> String {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    page.decode_without_bom_handling(bytes).0.trim().to_owned()
}

/// Numbers are in little-endian order.
#[derive(Clone, Copy, Debug)]
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        let bytes = self.take(4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    fn u16(&mut self) -> Option<u16> {
        let bytes = self.take(2)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    /// A length and that many bytes, as far as they are there.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32()?).ok()?;
        self.take(length.min(self.0.len()))
    }

    /// The level, the id, the data and a checksum.
    fn attribute(&mut self) -> Option<(u32, &'a [u8])> {
        self.take(1)?;
        let id = self.u32()?;
        let data = self.sized()?;
        let _ = self.take(2);
        Some((id, data))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn attribute(id: u32, data: &[u8]) -> Vec<u8> {
        let sum = data
            .iter()
            .fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into()));
        let length = u32::try_from(data.len()).expect("short");
        let parts = [
            &[1][..],
            &id.to_le_bytes(),
            &length.to_le_bytes(),
            data,
            &sum.to_le_bytes(),
        ];
        parts.concat()
    }

    fn property(kind: u16, id: u16, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("short");
        let padding = vec![0; data.len().next_multiple_of(4) - data.len()];
        let one = 1_u32.to_le_bytes();
        let parts = [
            &kind.to_le_bytes()[..],
            &id.to_le_bytes(),
            &one,
            &length.to_le_bytes(),
            data,
            &padding,
        ];
        parts.concat()
    }

    fn properties(all: &[Vec<u8>]) -> Vec<u8> {
        let count = u32::try_from(all.len()).expect("few");
        [&count.to_le_bytes()[..], &all.concat()].concat()
    }

    /// A message as Outlook packs it: its text as RTF only, and two attachments.
    pub(in crate::ingest::mail) fn packed() -> Vec<u8> {
        let rtf = br"{\rtf1\ansi\ansicpg1252 The pump {\b leaks} oil.\par Ada}";
        let mut unpacked = Vec::new();
        for number in [12 + rtf.len(), rtf.len()] {
            unpacked.extend(u32::try_from(number).expect("short").to_le_bytes());
        }
        unpacked.extend(b"MELA\0\0\0\0");
        unpacked.extend(rtf);
        let named = [
            &0x8001_001e_u32.to_le_bytes()[..],
            &[7; 16],
            &0_u32.to_le_bytes(),
            &9_u32.to_le_bytes(),
            &1_u32.to_le_bytes(),
            &4_u32.to_le_bytes(),
            b"abcd",
        ]
        .concat();
        let fixed = [
            &0x0003_u16.to_le_bytes()[..],
            &0x0017_u16.to_le_bytes(),
            &1_u32.to_le_bytes(),
        ]
        .concat();
        let subject: Vec<u8> = "Grüße\0"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let message = properties(&[
            fixed,
            named,
            property(0x1f, P_SUBJECT, &subject),
            property(0x102, P_RTF, &unpacked),
        ]);
        let file = properties(&[property(0x1e, P_LONG_FILE_NAME, b"pump plan.pdf\0")]);
        [
            &SIGNATURE.to_le_bytes()[..],
            &[1, 0],
            &attribute(CODE_PAGE, &[0xe4, 4, 0, 0, 0, 0, 0, 0]),
            &attribute(SUBJECT, b"Gr\xfc\xdfe\0"),
            &attribute(MESSAGE_PROPERTIES, &message),
            &attribute(ATTACHMENT_BEGINS, &[0; 14]),
            &attribute(ATTACHMENT_TITLE, b"PUMPPL~1.PDF\0"),
            &attribute(ATTACHMENT_PROPERTIES, &file),
            &attribute(ATTACHMENT_BEGINS, &[0; 14]),
            &attribute(ATTACHMENT_TITLE, b"oil.txt\0"),
        ]
        .concat()
    }

    #[test]
    fn a_packed_message_is_read() {
        let expected = Packed {
            subject: "Grüße".to_owned(),
            text: "The pump leaks oil.\nAda".to_owned(),
            attachments: vec!["pump plan.pdf".to_owned(), "oil.txt".to_owned()],
        };
        assert_eq!(read(&packed()), Some(expected));
        assert_eq!(read(b"something else"), None);
    }

    #[test]
    fn one_that_breaks_off_anywhere_gives_what_comes_before() {
        let whole = packed();
        for end in 6..whole.len() {
            assert!(read(&whole[..end]).is_some(), "{end}");
        }
        let body = [
            &SIGNATURE.to_le_bytes()[..],
            &[1, 0],
            &attribute(BODY, b"caf\xe9\0"),
        ]
        .concat();
        assert_eq!(read(&body).expect("packed").text, "café");
    }
}
