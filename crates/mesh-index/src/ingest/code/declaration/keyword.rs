//! Languages in which a keyword begins every declaration.

use super::{Declaration, container, leading_word, leaf};

pub(super) fn keyword(line: &str) -> Option<Declaration<'_>> {
    let (word, rest) = without_modifiers(line).split_once(' ')?;
    let rest = rest.trim_start_matches(['*', ' ']);
    let name = leading_word(rest.strip_prefix("self.").unwrap_or(rest));
    match word {
        "class" | "interface" | "trait" | "object" | "module" | "namespace" | "protocol"
        | "extension" | "enum" | "struct" | "record" | "defmodule" | "service" => container(name),
        "def" | "defp" | "function" | "fun" | "func" | "fn" | "sub" | "message" | "type"
        | "rpc" => leaf(name),
        _ => None,
    }
}

const MODIFIERS: [&str; 29] = [
    "pub",
    "async",
    "unsafe",
    "const",
    "static",
    "export",
    "default",
    "public",
    "private",
    "protected",
    "internal",
    "final",
    "abstract",
    "override",
    "virtual",
    "inline",
    "extern",
    "declare",
    "sealed",
    "open",
    "data",
    "partial",
    "readonly",
    "suspend",
    "local",
    "case",
    "mutating",
    "native",
    "synchronized",
];

/// What is left after `pub(crate) async` and its like.
pub(super) fn without_modifiers(mut line: &str) -> &str {
    loop {
        let word = leading_word(line);
        let rest = &line[word.len()..];
        let rest = match rest.strip_prefix('(') {
            Some(scope) if word == "pub" => scope.split_once(')').map_or(rest, |(_, after)| after),
            _ => rest,
        };
        let rest = rest.strip_prefix(" \"C\"").unwrap_or(rest);
        if !MODIFIERS.contains(&word) || !rest.starts_with(' ') {
            return line;
        }
        line = rest.trim_start();
    }
}
