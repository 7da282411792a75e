//! Where items begin: one look at each line, by its first words and its indentation. It need not be right about
//! every line; a wrong border costs a passage that begins in an odd place, never text.

use super::declaration::{Declaration, Nest, declaration};
use super::language::{Grammar, Language};

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// 0-based line of its first comment, attribute or decorator, else of its declaration.
    pub(super) first: usize,
    pub(super) symbol: String,
    pub(super) nest: Nest,
    /// How many containers it lies in.
    pub(super) depth: usize,
}

#[derive(Debug)]
struct Open<'a> {
    indent: usize,
    name: &'a str,
    nest: Nest,
}

pub(super) fn items(language: &Language, lines: &[&str]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(found) = declaration(language.grammar, lines, at) else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        while open.pop_if(|around| around.indent >= indent).is_some() {}
        if open.last().is_some_and(|around| around.nest == Nest::Leaf) {
            continue;
        }
        let floor = items.last().map_or(0, |item| item.first + 1);
        items.push(Item {
            first: with_lead(language.grammar, lines, at).max(floor).min(at),
            symbol: symbol(language, &open, &found),
            nest: found.nest,
            depth: open.len(),
        });
        open.push(Open {
            indent,
            name: found.name,
            nest: found.nest,
        });
    }
    items
}

fn symbol(language: &Language, open: &[Open<'_>], found: &Declaration<'_>) -> String {
    let separator = match language.grammar {
        Grammar::Rust | Grammar::C => "::",
        _ => ".",
    };
    let around = open
        .iter()
        .map(|around| around.name)
        .filter(|_| found.receiver.is_none());
    let names: Vec<&str> = around.chain(found.receiver).chain([found.name]).collect();
    names.join(separator)
}

/// The line of the first comment, attribute or decorator right above; in C also of a return type of its own.
fn with_lead(grammar: Grammar, lines: &[&str], at: usize) -> usize {
    let is_lead = |line: &&str| {
        let line = line.trim_start();
        ["//", "/*", "*", "#", "@", "--", "\"\"\""]
            .iter()
            .any(|mark| line.starts_with(mark))
            && !line.starts_with("#include")
    };
    let above = |at: usize| {
        lines[..at]
            .iter()
            .rev()
            .take_while(|line| is_lead(line))
            .count()
    };
    let is_type = |line: &str| {
        !line.is_empty()
            && line
                .chars()
                .all(|c| c.is_alphanumeric() || " _*:<>,".contains(c))
    };
    let own_type = usize::from(grammar == Grammar::C && at > 0 && is_type(lines[at - 1]));
    at - own_type - above(at - own_type)
}
