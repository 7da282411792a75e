//! JSON with comments and trailing commas, as editors keep it.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::Number;

use super::{Lines, Member, Node, Unreadable, Value};

pub(in crate::source) const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(text: &str) -> Result<Node, Unreadable> {
    let lines = Lines::of(text);
    let parsed = parse_to_ast(text, &CollectOptions::default(), &OPTIONS).map_err(|error| {
        let why = error.kind().to_string().to_lowercase();
        let told = format!("this is not JSON: {why}");
        vec![(lines.line(error.range().start), told)]
    })?;
    match parsed.value {
        Some(value) => node(value, &lines),
        None => Err(vec![(1, "the file is empty".to_owned())]),
    }
}

fn node(parsed: ast::Value<'_>, lines: &Lines) -> Result<Node, Unreadable> {
    let line = lines.line(parsed.start());
    let value = match parsed {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(flag) => Value::Flag(flag.value),
        ast::Value::NumberLit(number) => Value::Number(self::number(number.value, line)?),
        ast::Value::StringLit(text) => Value::Text(text.value.into_owned()),
        ast::Value::Array(array) => {
            let items = array.elements.into_iter();
            Value::List(
                items
                    .map(|item| node(item, lines))
                    .collect::<Result<_, _>>()?,
            )
        }
        ast::Value::Object(object) => {
            let members = object.properties.into_iter();
            Value::Table(
                members
                    .map(|each| member(each, lines))
                    .collect::<Result<_, _>>()?,
            )
        }
    };
    Ok(Node { line, value })
}

fn member(property: ast::ObjectProp<'_>, lines: &Lines) -> Result<Member, Unreadable> {
    Ok(Member {
        line: lines.line(property.start()),
        name: property.name.into_string(),
        node: node(property.value, lines)?,
    })
}

fn number(text: &str, line: usize) -> Result<Number, Unreadable> {
    serde_json::from_str(text).map_err(|_| vec![(line, "this is not a number".to_owned())])
}
