//! Marks within a line, taken off.

use super::references::References;
use crate::ingest::link;

/// The text as a reader of the page would see it.
pub(super) fn plain(text: &str) -> String {
    shown_by(text, &References::default(), |quoted, has_role| {
        shown(quoted, has_role).0.to_owned()
    })
}

/// The same, and where its links lead.
pub(super) fn with_targets(text: &str, references: &References) -> String {
    shown_by(text, references, |quoted, has_role| {
        let (text, target) = shown(quoted, has_role);
        let target = link::shown(text, target).unwrap_or_default();
        format!("{text}{target}")
    })
}

/// A heading without what Sphinx puts in its place only as it makes the page.
pub(super) fn without_version(heading: &str) -> String {
    heading.replace("|version|", "").replace("|release|", "")
}

/// What a role shows of the text in its quotes.
pub(super) fn role(quoted: &str) -> &str {
    shown(quoted, true).0
}

fn shown_by(text: &str, references: &References, shown: impl Fn(&str, bool) -> String) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let before = without_role(&rest[..at]);
        let has_role = before.len() < at;
        plain.push_str(&references.shown(before));
        let marks = if rest[at..].starts_with("``") {
            "``"
        } else {
            "`"
        };
        let inside = &rest[at + marks.len()..];
        let Some(end) = inside.find(marks) else {
            plain.push_str(&rest[at..]);
            return plain;
        };
        let quoted = &inside[..end];
        let after = &inside[end + marks.len()..];
        rest = after.trim_start_matches('_');
        let is_link = has_role || rest.len() < after.len();
        match marks {
            "`" if is_link => plain.push_str(&shown(quoted, has_role)),
            _ => plain.push_str(quoted),
        }
    }
    plain.push_str(&references.shown(rest));
    plain
}

/// Whether a text has such as :ref:`name`.
pub(super) fn has_role(text: &str) -> bool {
    let mut quotes = text.match_indices('`');
    quotes.any(|(at, _)| without_role(&text[..at]).len() < at)
}

/// `see :ref:` → `see `.
fn without_role(before: &str) -> &str {
    let in_role = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | ':');
    let rest = before.trim_end_matches(in_role);
    let role = &before[rest.len()..];
    let is_role = role.len() > 2 && role.ends_with(':');
    match role.find(':').filter(|at| is_role && *at + 1 < role.len()) {
        Some(at) => &before[..rest.len() + at],
        None => before,
    }
}

/// `text <target>` → `text` and `target`, where `Vec<T>` has no target; `~package.name` of a role → `package.name`.
fn shown(quoted: &str, has_role: bool) -> (&str, &str) {
    let inner = quoted.strip_suffix('>').unwrap_or_default();
    let (text, target) = inner.rsplit_once('<').unwrap_or((quoted, ""));
    let (text, target) = match text.trim_end() {
        before if before.is_empty() || before.len() == text.len() => (quoted, ""),
        before => (before, target),
    };
    if has_role {
        (named(text), target)
    } else {
        (text, target)
    }
}

/// Sphinx, Cross-referencing syntax: `!` makes no link, `~` shortens what is shown, and a dot after it widens the search. A
/// path below the home folder is none of these.
fn named(text: &str) -> &str {
    let text = text.trim_start_matches('!');
    match text.strip_prefix('~') {
        Some(name) if !name.starts_with('/') => name.trim_start_matches('.'),
        _ => text,
    }
}

/// The anchor docutils makes of a heading.
pub(super) fn anchor(heading: &str) -> String {
    let mut anchor = String::new();
    for c in heading.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            anchor.push(c);
        } else if !anchor.is_empty() && !anchor.ends_with('-') {
            anchor.push('-');
        }
    }
    anchor.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_links_and_literals_show_their_text() {
        assert_eq!(
            plain("a :py:func:`~os.path` b ``c`d`` e `f <g>`__ h `i"),
            "a os.path b c`d e f h `i"
        );
        assert_eq!(
            plain("`Vec<T>` :cpp:`Vec<T>` `a < b` `~/x` :ref:`a <b> <c>` `<https://x>`_ :r:`~x`"),
            "Vec<T> Vec<T> a < b ~/x a <b> <https://x> x"
        );
        assert_eq!(
            plain(":class:`~.Door` :class:`!Lamp` :file:`~/.kiln` :file:`.env`"),
            "Door Lamp ~/.kiln .env"
        );
        assert_eq!(anchor("What's new, in 3.2?"), "what-s-new-in-3-2");
    }
}
