//! RTF as mail programs compress it (MS-OXRTFCP). The crate for it trusts the sizes that the input names.

use super::Input;
use crate::ingest::packed::MAX_UNPACKED;

/// What every reader of it has seen already.
const SEEN: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const WINDOW: usize = 4096;

/// `None` where it is not packed so; one that breaks off gives what comes before.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut input = Input(bytes);
    input.take(4)?;
    let size = usize::try_from(input.u32()?).ok()?;
    let kind = input.take(4)?;
    input.take(4)?;
    match kind {
        b"MELA" => input.take(size.min(input.0.len())).map(<[u8]>::to_vec),
        b"LZFu" => Some(inflated(input)),
        _ => None,
    }
}

/// References lead back to what was written within the last 4,096 bytes, by its place among these.
fn inflated(mut input: Input<'_>) -> Vec<u8> {
    let mut written = SEEN.to_vec();
    'all: while let Some(flags) = input.take(1) {
        for bit in 0..8 {
            if flags[0] & (1 << bit) == 0 {
                let Some(byte) = input.take(1) else {
                    break 'all;
                };
                written.extend(byte);
                continue;
            }
            let Some(reference) = input.take(2) else {
                break 'all;
            };
            let reference = u16::from_be_bytes([reference[0], reference[1]]);
            let back = (written.len() + WINDOW - usize::from(reference >> 4)) % WINDOW;
            // A reference to the place that is written next is the end.
            if back == 0 || back > written.len() || written.len() as u64 > MAX_UNPACKED.0 {
                break 'all;
            }
            for _ in 0..(reference & 0xf) + 2 {
                written.push(written[written.len() - back]);
            }
        }
    }
    written.split_off(SEEN.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_unpacked() {
        let first = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        assert_eq!(
            unpacked(first).as_deref(),
            Some(&b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"[..])
        );
        let crossing = b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4KQA\0\x04 WXYZ\x0dn}\x01\x0e\xb0";
        assert_eq!(
            unpacked(crossing).as_deref(),
            Some(&b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"[..])
        );
        assert_eq!(unpacked(b"LZFu"), None);
    }
}
