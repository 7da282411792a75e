//! RFC 3676: lines that end with a space go on in the next line.

/// What stands before a signature, and is no line that goes on.
const SIGNATURE: &str = "-- ";

/// The paragraphs of a text in `format=flowed`; with `delete_space` the space at a line's end is not part of it.
pub(super) fn paragraphs(text: &str, delete_space: bool) -> String {
    let mut paragraphs = String::with_capacity(text.len());
    let mut open = None;
    for line in text.lines() {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open != Some(depth) {
            if !paragraphs.is_empty() {
                paragraphs.push('\n');
            }
            if depth > 0 {
                paragraphs.push_str(&line[..depth]);
                paragraphs.push(' ');
            }
        }
        let goes_on = content.ends_with(' ') && content != SIGNATURE;
        let shown = match content.strip_suffix(' ') {
            Some(content) if goes_on && delete_space => content,
            _ => content,
        };
        paragraphs.push_str(shown);
        open = goes_on.then_some(depth);
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn lines_that_go_on_are_one_paragraph() {
        let text = "The valve is \r\nopen.\r\n\r\n From: here\r\n> quoted \r\n> text\r\nnew \r\n>> other\r\n-- \r\nAda";
        assert_eq!(
            paragraphs(text, false),
            "The valve is open.\n\nFrom: here\n> quoted text\nnew \n>> other\n-- \nAda"
        );
    }

    #[test]
    fn the_space_of_a_cut_word_is_deleted() {
        assert_eq!(
            paragraphs("配送 \n通知\nDonaudampf \nschiff", true),
            "配送通知\nDonaudampfschiff"
        );
    }
}
