use std::collections::HashMap;

use encoding_rs::{Encoding, UTF_16LE};

use super::Input;

/// Values that are texts or bytes, with their types; the first one where there are several.
#[derive(Debug, Default)]
pub(super) struct Properties<'a>(HashMap<u16, (u16, &'a [u8])>);

const SEVERAL: u16 = 0x1000;
const OBJECT: u16 = 0x000d;
const TEXT: u16 = 0x001e;
const WIDE_TEXT: u16 = 0x001f;
const BINARY: u16 = 0x0102;

/// From here on properties have names instead of ids.
const FIRST_NAMED: u16 = 0x8000;

impl<'a> Properties<'a> {
    /// As far as they are understood: the length of a value is told by its type.
    pub(super) fn of(data: &'a [u8]) -> Self {
        let mut properties = Self::default();
        let mut input = Input(data);
        for _ in 0..input.u32().unwrap_or_default() {
            if properties.add(&mut input).is_none() {
                break;
            }
        }
        properties
    }

    fn add(&mut self, input: &mut Input<'a>) -> Option<()> {
        let kind = input.u16()?;
        let id = input.u16()?;
        if id >= FIRST_NAMED {
            skip_name(input)?;
        }
        let size = match kind & !SEVERAL {
            OBJECT | TEXT | WIDE_TEXT | BINARY => None,
            0x0005..=0x0007 | 0x0014 | 0x0040 => Some(8),
            0x0048 => Some(16),
            0x0001..=0x0004 | 0x000a | 0x000b => Some(4),
            _ => return None,
        };
        let is_counted = size.is_none() || kind & SEVERAL != 0;
        let count = if is_counted { input.u32()? } else { 1 };
        for _ in 0..count {
            match size {
                Some(size) => {
                    input.take(size)?;
                }
                None => {
                    let value = padded(input)?;
                    self.0.entry(id).or_insert((kind & !SEVERAL, value));
                }
            }
        }
        Some(())
    }

    pub(super) fn bytes(&self, id: u16) -> Option<&'a [u8]> {
        self.0.get(&id).map(|(_, value)| *value)
    }

    pub(super) fn text(&self, id: u16, page: &'static Encoding) -> Option<String> {
        match self.0.get(&id)? {
            (TEXT, value) => Some(super::text(value, page)),
            (WIDE_TEXT, value) => {
                let text = UTF_16LE.decode_without_bom_handling(value).0;
                Some(text.trim_end_matches('\0').trim().to_owned())
            }
            _ => None,
        }
    }
}

/// A set of names, and a number or a name within it.
fn skip_name(input: &mut Input<'_>) -> Option<()> {
    input.take(16)?;
    match input.u32()? {
        0 => input.take(4).map(drop),
        _ => padded(input).map(drop),
    }
}

/// Values begin at multiples of four.
fn padded<'a>(input: &mut Input<'a>) -> Option<&'a [u8]> {
    let value = input.sized()?;
    let padding = value.len().next_multiple_of(4) - value.len();
    let _ = input.take(padding);
    Some(value)
}
