//! Encodings by the numbers that Windows gives them.

use encoding_rs::Encoding;

pub(crate) fn encoding(page: u32) -> Option<&'static Encoding> {
    let label = match page {
        866 => "ibm866".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 | 51949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        874 | 1250..=1258 => format!("windows-{page}"),
        10000 => "macintosh".to_owned(),
        20127 => "us-ascii".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        28591..=28606 => format!("iso-8859-{}", page - 28590),
        50220..=50222 => "iso-2022-jp".to_owned(),
        51932 => "euc-jp".to_owned(),
        54936 => "gb18030".to_owned(),
        65001 => "utf-8".to_owned(),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_an_encoding_and_an_unknown_one_none() {
        for (page, name) in [
            (866, "IBM866"),
            (932, "Shift_JIS"),
            (1251, "windows-1251"),
            (10000, "macintosh"),
            (28592, "ISO-8859-2"),
            (50220, "ISO-2022-JP"),
            (65001, "UTF-8"),
        ] {
            assert_eq!(encoding(page).map(Encoding::name), Some(name));
        }
        for unknown in [0, 437, 1259, 28602, u32::MAX] {
            assert_eq!(encoding(unknown), None, "{unknown}");
        }
    }
}
