//! Directives, labels and roles of MyST, and the containers of site generators (`::: tip`), all of which CommonMark takes for
//! text.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::code::Code;
use super::options;
use crate::ingest::rst;

/// Directives whose content is Markdown, also where they are fenced as code is.
const NOTES: [&str; 16] = [
    "admonition",
    "attention",
    "caution",
    "danger",
    "deprecated",
    "dropdown",
    "error",
    "hint",
    "important",
    "note",
    "seealso",
    "tip",
    "versionadded",
    "versionchanged",
    "versionremoved",
    "warning",
];

/// Notes within notes deeper than this stay as they are.
const DEEPEST: usize = 8;

/// What marks a container.
const COLONS: &str = ":::";

/// MyST, Targets: a longer label is none.
const MAX_LABEL_BYTES: usize = 100;

/// Options of the directives that hold text, as far as they are in use.
const OPTIONS: [&str; 14] = [
    "alt:",
    "caption:",
    "class",
    "collapsible:",
    "color:",
    "columns:",
    "gutter:",
    "icon:",
    "label:",
    "link",
    "margin:",
    "name:",
    "open:",
    "width:",
];

/// The text without the marks of directives and labels, and with as many lines; `None` where there are none.
pub(super) fn without_marks(text: &str) -> Option<String> {
    let text = with_containers(text);
    if !text.contains(COLONS) && !text.lines().any(|line| is_label(line.trim())) {
        return None;
    }
    let code = Code::of(&text);
    let mut shown = String::with_capacity(text.len());
    let (mut start, mut in_options) = (0, false);
    for line in text.split_inclusive('\n') {
        let (indent, inner) = (line.len() - line.trim_start().len(), line.trim());
        let is_code = code.end(start + indent).is_some();
        let mark = Some(inner)
            .filter(|_| !is_code)
            .and_then(|inner| mark(inner, in_options));
        // Containers of site generators have no options, and an emoji may be the first of their words.
        let is_directive = inner.trim_start_matches(':').trim_start().starts_with('{');
        let opens = is_directive || in_options;
        in_options = mark.is_some() && opens;
        match mark {
            Some(said) if said.is_empty() => shown.push('\n'),
            // Two blanks end the line where more follows.
            Some(said) => shown.extend([&line[..indent], &said, "  \n"]),
            None => shown.push_str(line),
        }
        start += line.len();
    }
    Some(shown)
}

/// The text with colons around the notes that are fenced as code is; what is fenced in one is seen only then.
fn with_containers(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..DEEPEST {
        let Some(opened) = opened(&text) else { break };
        text = Cow::Owned(opened);
    }
    text
}

fn opened(text: &str) -> Option<String> {
    if !text.contains("```{") && !text.contains("~~~{") {
        return None;
    }
    let (mut opened, mut done) = (String::with_capacity(text.len()), 0);
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        if !is_note(&info) || !text[line..range.start].trim().is_empty() {
            continue;
        }
        let is_fence = |c: char| matches!(c, '`' | '~');
        let block = text[range.clone()].trim_end();
        let inside = range.start + block.len() - block.trim_start_matches(is_fence).len();
        let last = block
            .rsplit_once('\n')
            .map_or("", |(_, last)| last.trim_start());
        let closing = if last.chars().all(is_fence) {
            last.len()
        } else {
            0
        };
        let end = range.start + block.len();
        opened.extend([
            &text[done..range.start],
            COLONS,
            &text[inside..end - closing],
        ]);
        if closing > 0 {
            opened.push_str(COLONS);
        }
        done = end;
    }
    opened.push_str(&text[done..]);
    (done > 0).then_some(opened)
}

/// `{note} Title`.
fn is_note(info: &str) -> bool {
    let name = info.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    name.is_some_and(|(name, _)| NOTES.iter().any(|note| note.eq_ignore_ascii_case(name)))
}

/// What is shown of a line that is a mark, which may be nothing; `None` where it is text.
fn mark(line: &str, in_options: bool) -> Option<String> {
    if is_label(line) {
        return Some(String::new());
    }
    if let Some(rest) = line.strip_prefix(COLONS) {
        return title(rest.trim_matches(':').trim());
    }
    let is_known = |line: &str| OPTIONS.iter().any(|name| line[1..].starts_with(name));
    let said = option(line).filter(|_| in_options && is_known(line));
    said.map(str::to_owned)
}

/// What is shown of `:name: value`.
fn option(line: &str) -> Option<&str> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let is_option = !name.is_empty() && name.chars().all(is_of_name);
    let is_shown = matches!(name, "alt" | "caption");
    is_option.then_some(if is_shown { value.trim() } else { "" })
}

pub(super) fn is_directive(kind: &CodeBlockKind<'_>) -> bool {
    matches!(kind, CodeBlockKind::Fenced(info) if info.starts_with('{') && info.contains('}'))
}

/// The content of a directive, and what its options show.
pub(super) fn without_options(content: &str) -> String {
    let mut in_options = true;
    let lines = content.split_inclusive('\n').filter_map(|line| {
        let shown = option(line.trim()).filter(|_| in_options);
        in_options = shown.is_some();
        match shown {
            Some("") => None,
            Some(shown) => Some(format!("{shown}\n")),
            None => Some(line.to_owned()),
        }
    });
    lines.collect()
}

/// What the beginning of a container shows: the title in `{admonition} Title`, `tip Title`, `tip[Title]` and
/// `details Title {open}`.
fn title(beginning: &str) -> Option<String> {
    if let Some(directive) = beginning.strip_prefix('{') {
        let (name, argument) = directive.split_once('}')?;
        if name.starts_with(['.', '#']) {
            let title = name
                .split_once("title=\"")
                .and_then(|(_, rest)| rest.split_once('"'));
            return Some(title.map_or("", |(title, _)| title).to_owned());
        }
        return Some(rst::said(name, argument.trim()));
    }
    if beginning.starts_with(char::is_uppercase) {
        return Some(beginning.to_owned());
    }
    let kind = beginning.trim_start_matches(is_of_name);
    if !kind.is_empty() && (kind.len() == beginning.len() || !kind.starts_with([' ', '[', '{'])) {
        return None;
    }
    let title = kind.trim();
    let title = match title.strip_suffix('}').and_then(|it| it.rsplit_once('{')) {
        Some((title, _)) => title.trim(),
        None => title,
    };
    let bracketed = title.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    Some(bracketed.unwrap_or(title).to_owned())
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// `(name)=`
fn is_label(line: &str) -> bool {
    let name = line
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(")="));
    let is_of_label = |c: char| is_of_name(c) || "|@<>*./+:".contains(c);
    name.is_some_and(|name| {
        (1..=MAX_LABEL_BYTES).contains(&name.len()) && name.chars().all(is_of_label)
    })
}

/// Where the role begins that a text ends with, as in `see {ref}`: the code that follows is what it shows.
pub(super) fn role(text: &str) -> Option<usize> {
    let before = text.strip_suffix('}')?;
    let name = before.trim_end_matches(|c| is_of_name(c) || matches!(c, ':' | '+' | '.'));
    let is_role = name.len() < before.len() && name.ends_with('{');
    is_role.then(|| name.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = without_marks(text).unwrap_or_else(|| text.to_owned());
        let words = shown.split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_begins_with_an_emoji_is_no_option() {
        assert_eq!(
            shown("::: warning\n:warning: Never delete it.\n:::\n"),
            ":warning: Never delete it."
        );
        assert_eq!(
            shown(":::{note}\n:class: dropdown\n:bulb: Remember it.\n:::\n"),
            ":bulb: Remember it."
        );
    }

    #[test]
    fn titles_and_words_of_containers_are_shown() {
        assert_eq!(
            shown("::: {.callout-note title=\"Rotate the keys\"}\nOften.\n:::\n"),
            "Rotate the keys Often."
        );
        assert_eq!(shown("::: This is text.\n"), "This is text.");
        assert_eq!(shown("::: tip Mind it\nText.\n:::\n"), "Mind it Text.");
    }
}
