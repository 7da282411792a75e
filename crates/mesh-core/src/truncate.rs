/// As much of a stranger's text as a message may quote: the first 200 bytes, at a character's border.
#[must_use]
pub fn truncate(text: &str) -> &str {
    &text[..text.floor_char_boundary(200)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(truncate("short"), "short");
        assert_eq!(truncate(&"\u{e9}".repeat(300)).len(), 200);
        assert_eq!(truncate(&format!("x{}", "\u{e9}".repeat(300))).len(), 199);
    }
}
