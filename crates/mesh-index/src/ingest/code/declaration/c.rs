use super::script::CONTROL;
use super::{Declaration, container, leading_word, leaf, trailing_word};

pub(super) fn c_type(line: &str) -> Option<Declaration<'_>> {
    let line = line.strip_prefix("typedef ").unwrap_or(line);
    let (word, rest) = line.split_once(' ')?;
    if line.ends_with(';') || line.contains('(') {
        return None;
    }
    match word {
        "class" | "namespace" | "struct" | "enum" | "union" => {
            let rest = rest.strip_prefix("class ").unwrap_or(rest);
            container(leading_word(rest))
        }
        _ => None,
    }
}

/// A name with parentheses at the left margin, whose body follows.
pub(super) fn c_function<'a>(lines: &[&'a str], at: usize) -> Option<Declaration<'a>> {
    let line = lines[at];
    let begins = line.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '~');
    let opens = line.trim_end().ends_with('{')
        || lines[at + 1..]
            .iter()
            .take(6)
            .find(|next| next.contains(['{', ';']))
            .is_some_and(|next| next.starts_with('{'));
    if !begins || !opens || line.trim_end().ends_with(';') {
        return None;
    }
    let (head, _) = line.split_once('(')?;
    let (receiver, name) = head
        .trim_end()
        .rsplit_once("::")
        .unwrap_or(("", head.trim_end()));
    let name = trailing_word(name);
    let found = leaf(name).filter(|_| !head.contains('=') && !CONTROL.contains(&name))?;
    let receiver = Some(trailing_word(receiver)).filter(|receiver| !receiver.is_empty());
    Some(Declaration { receiver, ..found })
}
