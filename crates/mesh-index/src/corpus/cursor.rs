use mesh_core::hex;

use crate::search::SearchError;

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back for the next part; `None` after the last.
    pub next: Option<String>,
}

/// A cursor says after which item to go on, not how many to skip: items that come or go in between shift nothing.
pub(super) fn encode(list: char, last: &str) -> String {
    format!("{list}{}", hex(last.as_bytes()))
}

pub(super) fn decode(list: char, cursor: &str) -> Result<String, SearchError> {
    let hex = cursor.strip_prefix(list).ok_or(SearchError::BadCursor)?;
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) || hex.len() % 2 == 1 {
        return Err(SearchError::BadCursor);
    }
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16);
    let bytes: Result<Vec<u8>, _> = (0..hex.len()).step_by(2).map(byte).collect();
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or(SearchError::BadCursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        assert_eq!(
            decode('d', &encode('d', "docs/ä.md")).expect("is ours"),
            "docs/ä.md"
        );
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        for cursor in ["", "x41", "d4", "dzz", "dff", "d+1", "dé"] {
            assert!(
                matches!(decode('d', cursor), Err(SearchError::BadCursor)),
                "{cursor}"
            );
        }
    }
}
