//! A text cut into pages: bounded, at the end of a paragraph or line where there is one, each with the address of the next.

use crate::error::ToolError;
use crate::reading::Rendered;
use crate::reply::Content;

/// A resource's page: what a client may put into a conversation without being asked.
pub(crate) const RESOURCE_CHARS: usize = 20_000;

/// The share of a page that is filled whatever the text looks like: it ends at a blank line, line or word beyond that.
const LEAST: f64 = 0.6;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextPage {
    pub(crate) text: String,
    /// Characters before this page.
    pub(crate) before: usize,
    /// Characters of this page.
    pub(crate) characters: usize,
    /// Characters of the whole text.
    pub(crate) total: usize,
    /// The URI of the next page.
    pub(crate) next: Option<String>,
}

/// The page of at most `max` characters that begins at `from`.
///
/// # Errors
/// `InvalidArguments` where `from` names no part.
pub(crate) fn page_of(
    whole: &Rendered,
    from: Option<&str>,
    max: usize,
) -> Result<TextPage, ToolError> {
    let start = whole.offset_of(from.unwrap_or_default())?;
    let end = end_of(&whole.text, start, max);
    let text = &whole.text[start..end];
    let is_last = whole.text[end..].trim().is_empty();
    Ok(TextPage {
        before: whole.text[..start].chars().count(),
        characters: text.chars().count(),
        total: whole.text.chars().count(),
        next: (!is_last).then(|| whole.address.uri_from(&format!("@{end}"))),
        text: text.trim_end().to_owned(),
    })
}

fn end_of(text: &str, start: usize, max: usize) -> usize {
    let rest = &text[start..];
    let Some((limit, _)) = rest.char_indices().nth(max) else {
        return text.len();
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a page"
    )]
    let least = rest.floor_char_boundary((limit as f64 * LEAST) as usize);
    let tail = &rest[least..limit];
    let border = ["\n\n", "\n", " "].iter().find_map(|border| {
        let at = tail.rfind(border)?;
        Some(least + at + border.len())
    });
    start + border.unwrap_or(limit)
}

/// The page as a resource's content, which tells in its last line where it goes on.
///
/// # Errors
/// As [`page_of`].
pub(crate) fn content_of(whole: &Rendered, from: Option<&str>) -> Result<Content, ToolError> {
    let page = page_of(whole, from, RESOURCE_CHARS)?;
    let uri = match from {
        Some(from) => whole.address.uri_from(from),
        None => whole.address.uri(),
    };
    let mut text = page.text;
    text.push('\n');
    if let Some(next) = page.next {
        text.push_str(&format!(
            "\n[{} of {} characters so far; it goes on at {next}]\n",
            page.before + page.characters,
            page.total
        ));
    }
    Ok(Content::text(uri, whole.media_type, text))
}

#[cfg(test)]
mod tests {
    use mesh_index::Kind;

    use super::*;
    use crate::reading::Address;

    fn text(text: String) -> Rendered {
        Rendered {
            address: Address::new(Kind::Code, "a-rs-0a1b2c"),
            title: String::new(),
            path: "a.rs".to_owned(),
            media_type: "text/plain",
            text,
            marks: Vec::new(),
        }
    }

    /// Everything a reader gets who goes on until the end.
    fn read_on(whole: &Rendered, max: usize) -> Vec<String> {
        let mut pages = Vec::new();
        let mut from = None;
        loop {
            let page = page_of(whole, from.as_deref(), max).expect("a page");
            assert!(page.characters <= max);
            pages.push(page.text);
            match page.next {
                Some(next) => from = next.split_once("?from=").map(|(_, from)| from.to_owned()),
                None => return pages,
            }
        }
    }

    #[test]
    fn pages_end_between_paragraphs_and_lose_nothing() {
        let whole = text("one two\n\nthree\nfour\n\nfive six seven\n".to_owned());
        assert_eq!(
            read_on(&whole, 24),
            ["one two\n\nthree\nfour", "five six seven"]
        );
    }

    #[test]
    fn a_text_without_any_border_is_cut_between_characters() {
        let whole = text("é".repeat(25));
        let pages = read_on(&whole, 10);
        assert_eq!(pages, ["é".repeat(10), "é".repeat(10), "é".repeat(5)]);
    }

    #[test]
    fn a_resource_says_in_its_last_line_where_it_goes_on() {
        let whole = text("line\n".repeat(5_000));
        let content = content_of(&whole, None).expect("a page");
        let crate::reply::Body::Text(text) = content.body else {
            panic!("text was expected");
        };
        let last = text.lines().last().expect("a line");
        assert_eq!(
            last,
            "[20000 of 25000 characters so far; it goes on at aoma://code/a-rs-0a1b2c?from=@20000]"
        );
    }
}
