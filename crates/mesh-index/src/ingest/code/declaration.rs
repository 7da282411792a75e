//! What one line declares, by the grammar of its language.

mod c;
mod go;
mod keyword;
mod rust;
mod script;
mod shell;
mod sql;
mod terraform;

use super::language::Grammar;

/// A line longer than this declares nothing: it is data or minified.
const MAX_DECLARATION_BYTES: usize = 400;

/// What can be found inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nest {
    Container,
    Leaf,
}

/// A declaration as its line shows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declaration<'a> {
    pub(super) name: &'a str,
    pub(super) receiver: Option<&'a str>,
    pub(super) nest: Nest,
}

pub(super) fn declaration<'a>(
    grammar: Grammar,
    lines: &[&'a str],
    at: usize,
) -> Option<Declaration<'a>> {
    let whole = lines[at];
    let line = whole.trim();
    if line.is_empty() || line.len() > MAX_DECLARATION_BYTES || is_comment(line) {
        return None;
    }
    match grammar {
        Grammar::Plain => None,
        Grammar::Rust => rust::rust(line),
        Grammar::Go => go::go(whole),
        Grammar::Keyword => keyword::keyword(line),
        Grammar::Script => keyword::keyword(line)
            .or_else(|| script::arrow(whole))
            .or_else(|| script::method(whole)),
        Grammar::Java => keyword::keyword(line).or_else(|| script::method(whole)),
        Grammar::C => c::c_type(line).or_else(|| c::c_function(lines, at)),
        Grammar::Shell => shell::shell(whole),
        Grammar::Sql => sql::sql(line),
        Grammar::Terraform => terraform::terraform(whole),
    }
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "* ", "#", "--"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

fn leading_word(line: &str) -> &str {
    let end = line.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    &line[..end.unwrap_or(line.len())]
}

fn leaf(name: &str) -> Option<Declaration<'_>> {
    named(name, Nest::Leaf)
}

fn container(name: &str) -> Option<Declaration<'_>> {
    named(name, Nest::Container)
}

fn named(name: &str, nest: Nest) -> Option<Declaration<'_>> {
    (!name.is_empty()).then_some(Declaration {
        name,
        receiver: None,
        nest,
    })
}

fn trailing_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '$' | '~'))
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[start..]
}
