use serde_json::Number;
use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeString, DeTable, DeValue, Error};

use super::{Lines, Member, Node, Unreadable, Value};

pub(super) fn parse(text: &str) -> Result<Node, Unreadable> {
    let lines = Lines::of(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let value = table(document.get_ref(), &lines)?;
        return Ok(Node { line: 1, value });
    }
    let errors = errors.iter();
    Err(errors.map(|error| fault(error, text, &lines)).collect())
}

fn fault(error: &Error, text: &str, lines: &Lines) -> (usize, String) {
    let at = error.span().map_or(text.len(), |span| span.start);
    let line = lines.line(at);
    let mut told = format!("this is not TOML: {}", error.message());
    if let Some(first) = first_header(text, line) {
        told.push_str(&format!(": it is in line {first} too, keep one of them"));
    }
    (line, told)
}

/// Where the table that begins in `line` begins for the first time, if that is before it.
fn first_header(text: &str, line: usize) -> Option<usize> {
    let header = text.lines().nth(line - 1)?.trim();
    let first = 1 + text.lines().position(|other| other.trim() == header)?;
    (header.starts_with('[') && first < line).then_some(first)
}

fn table(parsed: &DeTable<'_>, lines: &Lines) -> Result<Value, Unreadable> {
    let members = parsed
        .iter()
        .map(|(name, value)| member(name, value, lines));
    let mut members = members.collect::<Result<Vec<_>, _>>()?;
    members.sort_by_key(|member| member.line);
    Ok(Value::Table(members))
}

fn member(
    name: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
    lines: &Lines,
) -> Result<Member, Unreadable> {
    Ok(Member {
        line: lines.line(name.span().start),
        name: name.get_ref().to_string(),
        node: node(value, lines)?,
    })
}

fn node(parsed: &Spanned<DeValue<'_>>, lines: &Lines) -> Result<Node, Unreadable> {
    let line = lines.line(parsed.span().start);
    let value = match parsed.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Integer(number) => number_of(integer(number), line)?,
        DeValue::Float(number) => number_of(float(number), line)?,
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| node(item, lines));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(members) => table(members, lines)?,
    };
    Ok(Node { line, value })
}

fn number_of(number: Option<Number>, line: usize) -> Result<Value, Unreadable> {
    let number = number.map(Value::Number);
    number.ok_or_else(|| vec![(line, "this number is beyond what JSON has".to_owned())])
}

fn integer(number: &DeInteger<'_>) -> Option<Number> {
    i64::from_str_radix(number.as_str(), number.radix())
        .ok()
        .map(Number::from)
}

fn float(number: &DeFloat<'_>) -> Option<Number> {
    number.as_str().parse().ok().and_then(Number::from_f64)
}
