//! ISO/IEC 11172-3 and 13818-3, Layer III: each frame begins with its rate.

/// Rates in kbit/s, by the index in a frame's head, from 1 on.
const OF_MPEG_1: [u32; 14] = [
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
];
const OF_MPEG_2: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// Where the sound begins that an ID3 tag may stand before: its size has seven bits a byte.
pub(super) fn end_of_tag(head: &[u8]) -> u64 {
    match head {
        [b'I', b'D', b'3', _, _, _, size @ ..] if size.len() >= 4 => {
            let size = size[..4].iter();
            10 + size.fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f))
        }
        _ => 0,
    }
}

/// Of all frames, by the first. None where each has its own: the first then has a mark.
pub(super) fn bytes_per_second(frame: &[u8]) -> Option<u32> {
    let [0xff, kind, rate, ..] = *frame else {
        return None;
    };
    let rates = match kind & 0b1111_1110 {
        0b1111_1010 => OF_MPEG_1,
        0b1111_0010 | 0b1110_0010 => OF_MPEG_2,
        _ => return None,
    };
    let varies = frame
        .windows(4)
        .any(|mark| mark == b"Xing" || mark == b"VBRI");
    let kilobits = rates.get(usize::from(rate >> 4).checked_sub(1)?)?;
    (!varies).then_some(kilobits * 125)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_its_rate() {
        assert_eq!(bytes_per_second(b"\xff\xfb\x90\x64"), Some(16_000));
        assert_eq!(bytes_per_second(b"\xff\xf3\x40\xc4"), Some(4_000));
        for other in [
            b"\xff\xfb\x00\x64".as_slice(),
            b"\xff\xfb\xf0\x64",
            b"\xff\xf1\x50\x80",
            b"\xff\xfb",
            b"OggS",
        ] {
            assert_eq!(bytes_per_second(other), None, "{other:?}");
        }
        let varying = [b"\xff\xfb\x90\x64".as_slice(), &[0; 32], b"Xing"].concat();
        assert_eq!(bytes_per_second(&varying), None);
    }

    #[test]
    fn a_tag_ends_where_it_says() {
        assert_eq!(end_of_tag(b"ID3\x04\0\0\0\0\x02\x01"), 10 + 257);
        assert_eq!(end_of_tag(b"ID3\x04"), 0);
        assert_eq!(end_of_tag(b"\xff\xfb\x90\x64"), 0);
    }
}
