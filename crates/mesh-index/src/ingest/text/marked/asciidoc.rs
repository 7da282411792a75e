//! What only AsciiDoc has: titles with a line below them, comments, and attributes.

use crate::ingest::substitutions::Substitutions;

/// The line below a title may be that much shorter or longer.
const MAX_DIFFERENCE: usize = 2;

/// Attributes that are shown on the page, where the others are settings.
const SHOWN: [&str; 7] = [
    "author",
    "authors",
    "description",
    "keywords",
    "revdate",
    "revnumber",
    "revremark",
];

/// The rank of a title by the line below it.
pub(super) fn underlined(title: &str, below: &str) -> Option<u8> {
    let mark = below.chars().next()?;
    let rank = "=-~^+".find(mark)?;
    let is_line = below.len() > 1 && below.chars().all(|c| c == mark);
    let is_title = title.contains(char::is_alphanumeric)
        && !title.starts_with(|c: char| c.is_whitespace() || matches!(c, '.' | '[' | '|'));
    let is_long_enough = title.chars().count().abs_diff(below.len()) <= MAX_DIFFERENCE;
    (is_line && is_title && is_long_enough).then(|| u8::try_from(rank + 1).ok())?
}

pub(super) fn is_comment(line: &str) -> bool {
    line.starts_with("//") && !line.starts_with("///")
}

/// Takes in a line that sets or unsets an attribute, and gives what the page shows of it; `None` where it is no such line.
pub(super) fn attribute(line: &str, attributes: &mut Substitutions) -> Option<String> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let bare = name.trim_matches('!');
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if bare.is_empty()
        || !bare.chars().all(is_name)
        || !(value.is_empty() || value.starts_with(' '))
    {
        return None;
    }
    if bare.len() < name.len() {
        attributes.unset(bare);
        return Some(String::new());
    }
    attributes.set(name, value);
    let is_shown = SHOWN.contains(&name) && !value.trim().is_empty();
    let shown = is_shown.then(|| format!("{name}: {}", value.trim()));
    Some(shown.unwrap_or_default())
}

/// Whether the line above a block says that attributes count within it too.
pub(super) fn has_attributes_replaced(line: &str) -> bool {
    line.starts_with('[') && line.contains("subs=") && line.contains("attributes")
}
