//! Where items begin: one look at each line, by its first words and its indentation. It need not be right about
//! every line; a wrong border costs a passage that begins in an odd place, never text.

use super::language::{Grammar, Language};

/// A line longer than this declares nothing: it is data or minified.
const LONGEST_DECLARATION_BYTES: usize = 400;

/// What can be found inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nest {
    Container,
    Leaf,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// 0-based line of its first comment, attribute or decorator, else of its declaration.
    pub(super) first: usize,
    pub(super) symbol: String,
    pub(super) nest: Nest,
    /// How many containers it lies in.
    pub(super) depth: usize,
}

/// A declaration as its line shows it.
#[derive(Debug, PartialEq, Eq)]
struct Declaration<'a> {
    name: &'a str,
    receiver: Option<&'a str>,
    nest: Nest,
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

fn declaration<'a>(grammar: Grammar, lines: &[&'a str], at: usize) -> Option<Declaration<'a>> {
    let whole = lines[at];
    let line = whole.trim();
    if line.is_empty() || line.len() > LONGEST_DECLARATION_BYTES || is_comment(line) {
        return None;
    }
    match grammar {
        Grammar::Plain => None,
        Grammar::Rust => rust(line),
        Grammar::Go => go(whole),
        Grammar::Keyword => keyword(line),
        Grammar::Script => keyword(line)
            .or_else(|| arrow(whole))
            .or_else(|| method(whole)),
        Grammar::Java => keyword(line).or_else(|| method(whole)),
        Grammar::C => c_type(line).or_else(|| c_function(lines, at)),
        Grammar::Shell => shell(whole),
        Grammar::Sql => sql(line),
        Grammar::Terraform => terraform(whole),
    }
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "* ", "#", "--"]
        .iter()
        .any(|mark| line.starts_with(mark))
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
fn without_modifiers(mut line: &str) -> &str {
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

fn rust(line: &str) -> Option<Declaration<'_>> {
    let line = without_modifiers(line);
    if let Some(rest) = line.strip_prefix("impl") {
        return rest
            .starts_with([' ', '<'])
            .then(|| implementor(rest))
            .and_then(container);
    }
    let (word, rest) = line.split_once(' ')?;
    match word {
        "fn" => leaf(leading_word(rest)),
        "struct" | "enum" | "union" | "type" | "macro_rules!" => leaf(leading_word(rest)),
        "trait" | "mod" if !line.ends_with(';') => container(leading_word(rest)),
        _ => None,
    }
}

/// `<T> Trait<T> for path::Type<T>` → `Type`.
fn implementor(rest: &str) -> &str {
    let rest = rest
        .split(" where")
        .next()
        .unwrap_or(rest)
        .trim_end_matches(['{', ' ']);
    let subject = rest.rsplit(" for ").next().unwrap_or(rest).trim();
    let subject = if rest.starts_with('<') && !rest.contains(" for ") {
        subject
            .rsplit_once("> ")
            .map_or(subject, |(_, subject)| subject)
    } else {
        subject
    };
    let path = subject.split('<').next().unwrap_or(subject);
    leading_word(
        path.rsplit("::")
            .next()
            .unwrap_or(path)
            .trim_start_matches(['&', '\'']),
    )
}

fn go(whole: &str) -> Option<Declaration<'_>> {
    if let Some(rest) = whole.strip_prefix("type ") {
        return leaf(leading_word(rest));
    }
    let rest = whole.strip_prefix("func ")?;
    let Some(receiver) = rest.strip_prefix('(') else {
        return leaf(leading_word(rest));
    };
    let (receiver, after) = receiver.split_once(')')?;
    let kind = receiver
        .rsplit(' ')
        .next()
        .unwrap_or(receiver)
        .trim_start_matches('*');
    Some(Declaration {
        receiver: Some(leading_word(kind)),
        ..leaf(leading_word(after.trim_start()))?
    })
}

fn keyword(line: &str) -> Option<Declaration<'_>> {
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

/// `const load = async (…) =>` and `const load = function`, where they are not inside something.
fn arrow(whole: &str) -> Option<Declaration<'_>> {
    let line = whole.strip_prefix("export ").unwrap_or(whole);
    let rest = ["const ", "let ", "var "]
        .iter()
        .find_map(|word| line.strip_prefix(word))?;
    let name = leading_word(rest);
    let value = rest.split_once(" = ")?.1;
    (value.contains("=>") || value.contains("function")).then(|| leaf(name))?
}

const CONTROL: [&str; 14] = [
    "if", "for", "while", "switch", "catch", "return", "else", "new", "do", "try", "using", "lock",
    "throw", "await",
];

/// A line inside something that names something, has parentheses and opens a brace.
fn method(whole: &str) -> Option<Declaration<'_>> {
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

fn trailing_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '$' | '~'))
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[start..]
}

fn c_type(line: &str) -> Option<Declaration<'_>> {
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
fn c_function<'a>(lines: &[&'a str], at: usize) -> Option<Declaration<'a>> {
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

fn shell(whole: &str) -> Option<Declaration<'_>> {
    let name = leading_word(whole.strip_prefix("function ").unwrap_or(whole));
    let is_function =
        whole.starts_with("function ") || whole[name.len()..].trim_start().starts_with("()");
    leaf(name).filter(|_| is_function)
}

fn sql(line: &str) -> Option<Declaration<'_>> {
    let mut words = line.split_whitespace();
    words
        .next()
        .filter(|word| word.eq_ignore_ascii_case("create"))?;
    let kinds = [
        "TABLE",
        "VIEW",
        "FUNCTION",
        "PROCEDURE",
        "TRIGGER",
        "INDEX",
        "TYPE",
        "SCHEMA",
        "POLICY",
        "EXTENSION",
    ];
    words.find(|word| kinds.iter().any(|kind| word.eq_ignore_ascii_case(kind)))?;
    let name = words.find(|word| {
        !["IF", "NOT", "EXISTS"]
            .iter()
            .any(|skip| word.eq_ignore_ascii_case(skip))
    })?;
    let name = name.split('(').next().unwrap_or(name);
    leaf(name.trim_matches(['"', '`', ';']))
}

/// `resource "aws_lambda_function" "mcp" {` → `aws_lambda_function.mcp`.
fn terraform(whole: &str) -> Option<Declaration<'_>> {
    if !whole.starts_with(char::is_alphabetic) || !whole.trim_end().ends_with('{') {
        return None;
    }
    let mut quoted = whole.split('"').skip(1).step_by(2);
    let first = quoted.next();
    match (first, quoted.next()) {
        (receiver, Some(name)) => Some(Declaration {
            receiver,
            ..leaf(name)?
        }),
        (Some(name), None) => leaf(name),
        (None, None) => leaf(leading_word(whole)),
    }
}
