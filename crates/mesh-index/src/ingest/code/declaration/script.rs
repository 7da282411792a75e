//! What looks like a function in languages that need no keyword for one.

use super::{Declaration, leading_word, leaf, trailing_word};

/// `const load = async (…) =>` and `const load = function`, where they are not inside something.
pub(super) fn arrow(whole: &str) -> Option<Declaration<'_>> {
    let line = whole.strip_prefix("export ").unwrap_or(whole);
    let rest = ["const ", "let ", "var "]
        .iter()
        .find_map(|word| line.strip_prefix(word))?;
    let name = leading_word(rest);
    let value = rest.split_once(" = ")?.1;
    (value.contains("=>") || value.contains("function")).then(|| leaf(name))?
}

pub(super) const CONTROL: [&str; 14] = [
    "if", "for", "while", "switch", "catch", "return", "else", "new", "do", "try", "using", "lock",
    "throw", "await",
];

/// A line inside something that names something, has parentheses and opens a brace.
pub(super) fn method(whole: &str) -> Option<Declaration<'_>> {
    let line = whole.trim();
    if !whole.starts_with([' ', '\t']) || !line.ends_with('{') {
        return None;
    }
    let (head, rest) = line.split_once('(')?;
    let is_call = head.contains(['=', '.', '"', '\'', '{', '}']) || rest.contains("=>");
    if is_call || CONTROL.contains(&leading_word(line)) {
        return None;
    }
    let head = head.split('<').next().unwrap_or(head).trim_end();
    leaf(trailing_word(head)).filter(|found| !CONTROL.contains(&found.name))
}
