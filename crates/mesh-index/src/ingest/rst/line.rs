//! What a line is, looked at alone, and headings, which are two or three lines.

/// What a line is to the reader.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Blank,
    Text,
    /// `:name: value`, below a directive.
    Option,
    /// `.. _name:`
    Label(&'a str),
    /// `.. name:: argument`: what the name says to a reader, and the argument, which is text, but for code it is the language.
    Directive(&'static str, &'a str),
    Comment,
    /// The border of a table, or a transition.
    Rule,
}

/// A heading's style: the character, and whether it is above the text too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Underline {
    character: u8,
    over: Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Lined,
    Bare,
}

/// Directives whose argument is a setting, not text.
const SETTINGS: [&str; 16] = [
    "code-block",
    "code",
    "sourcecode",
    "highlight",
    "image",
    "figure",
    "include",
    "literalinclude",
    "toctree",
    "contents",
    "raw",
    "math",
    "currentmodule",
    "module",
    "default-role",
    "role",
];

/// Directives whose content is code, or another notation.
const CODE: [&str; 8] = [
    "code-block",
    "code",
    "sourcecode",
    "parsed-literal",
    "prompt",
    "math",
    "raw",
    "testcode",
];

/// The heading that begins at the first of these lines, and how many lines it takes.
pub(super) fn heading<'a>(lines: &[&'a str]) -> Option<(&'a str, Underline, usize)> {
    if let [over, text, under, ..] = lines
        && let (Some(above), Some(below)) = (underline(over), underline(under))
        && above == below
        && is_title(text, under)
    {
        let style = Underline {
            character: above,
            over: Over::Lined,
        };
        return Some((text.trim(), style, 3));
    }
    let [text, under, ..] = lines else {
        return None;
    };
    let character = underline(under)?;
    let is_heading = indent(text) == 0 && underline(text).is_none() && is_title(text, under);
    let style = Underline {
        character,
        over: Over::Bare,
    };
    is_heading.then_some((text.trim(), style, 2))
}

fn is_title(text: &str, under: &str) -> bool {
    let width = text.trim().chars().count();
    // A short underline is a warning to docutils, not an error, from four characters on.
    width > 0 && (under.trim_end().len() >= width || under.trim_end().len() >= 4)
}

/// The character of a line that is nothing but it; two at least, so that a list's lone dash is none.
fn underline(line: &str) -> Option<u8> {
    let line = line.trim_end().as_bytes();
    let first = *line.first()?;
    let is_line =
        line.len() >= 2 && first.is_ascii_punctuation() && line.iter().all(|byte| *byte == first);
    (is_line && line != b"::" && line != b"..").then_some(first)
}

pub(super) fn classify(line: &str) -> Line<'_> {
    let text = line.trim();
    if text.is_empty() {
        return Line::Blank;
    }
    if underline(text).is_some() || is_table_border(text) {
        return Line::Rule;
    }
    if let Some(rest) = text
        .strip_prefix("..")
        .filter(|rest| rest.is_empty() || rest.starts_with(' '))
    {
        return markup(rest.trim());
    }
    let is_option = text.starts_with(':') && text[1..].contains(':') && !text.starts_with("::");
    if is_option && indent(line) > 0 {
        Line::Option
    } else {
        Line::Text
    }
}

fn markup(rest: &str) -> Line<'_> {
    if let Some(label) = rest.strip_prefix('_') {
        // `.. _name: target` is a link's address.
        let label = label.strip_suffix(':').map(|name| name.trim_matches('`'));
        return label.map_or(Line::Comment, Line::Label);
    }
    match rest.split_once("::") {
        Some((name, argument)) if !name.contains(' ') && !name.is_empty() => {
            let (said, argument) = said(name, argument.trim());
            Line::Directive(said, argument)
        }
        _ if rest.starts_with('[') => Line::Directive("", rest),
        _ => Line::Comment,
    }
}

/// What a directive of this name says to a reader, and what of its argument is text.
pub(super) fn said<'a>(name: &str, argument: &'a str) -> (&'static str, &'a str) {
    let is_setting = SETTINGS.contains(&name);
    (said_by(name), if is_setting { "" } else { argument })
}

/// Sphinx, Describing changes between versions.
fn said_by(directive: &str) -> &'static str {
    match directive {
        "versionadded" => "New in version ",
        "versionchanged" => "Changed in version ",
        "deprecated" | "deprecated-removed" => "Deprecated since version ",
        "versionremoved" => "Removed in version ",
        _ => "",
    }
}

fn is_table_border(text: &str) -> bool {
    let is_border = |byte: u8| matches!(byte, b'=' | b'-' | b'+' | b' ');
    text.len() >= 4 && text.bytes().all(is_border) && text.starts_with(['=', '+'])
}

/// Whether the line begins a directive whose content is code.
pub(super) fn is_code(line: &str) -> bool {
    let name = line.trim().strip_prefix("..").map(str::trim_start);
    name.and_then(|rest| rest.split_once("::"))
        .is_some_and(|(name, _)| CODE.contains(&name))
}

/// How far the text of a paragraph is indented: that of a list's item behind its mark.
pub(super) fn content_indent(paragraph: &str) -> usize {
    let mut lines = paragraph.lines().rev();
    let last = lines.next().unwrap_or_default();
    if lines.next().is_some() {
        return indent(last);
    }
    let text = last.trim_start();
    let (mark, rest) = text.split_once(' ').unwrap_or((text, ""));
    let number = mark.trim_start_matches('(');
    let is_numbered = number.len() > 1
        && number.starts_with(|c: char| c == '#' || c.is_ascii_digit())
        && number.ends_with(['.', ')']);
    let is_item = matches!(mark, "-" | "*" | "+" | "•") || is_numbered;
    let content = if is_item { rest.trim_start() } else { text };
    last.len() - content.len()
}

pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
