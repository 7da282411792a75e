//! A value as its property's type has it: models write `"3"` for 3, `"true"` for true and `"[\"Open\"]"` for a list.

use mesh_core::truncate;
use serde_json::{Number, Value};

use crate::error::ToolError;
use crate::reply::Remarks;

pub(super) fn fit(
    name: &str,
    value: Value,
    property: &Value,
    remarks: &mut Remarks,
) -> Result<Value, ToolError> {
    match property["type"].as_str() {
        Some("array") => Ok(list(value)),
        Some("boolean") => truth(&value).ok_or_else(|| refuse(name, "true or false", &value)),
        Some("string") => Ok(text(value, &property["enum"])),
        Some(kind @ ("integer" | "number")) => {
            let whole = kind == "integer";
            let wanted = if whole { "a whole number" } else { "a number" };
            let number = number(&value).filter(|number| !whole || is_whole(number));
            let number = number.ok_or_else(|| refuse(name, wanted, &value))?;
            Ok(bound(name, &number, property, remarks))
        }
        _ => Ok(value),
    }
}

fn refuse(name: &str, wanted: &str, value: &Value) -> ToolError {
    let value = value.to_string();
    ToolError::InvalidArguments(format!(
        "`{name}`: must be {wanted}, not {}",
        truncate(&value)
    ))
}

fn list(value: Value) -> Value {
    let items = match value {
        Value::Array(items) => items,
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Array(items)) => items,
            _ => vec![Value::String(text)],
        },
        Value::Number(_) | Value::Bool(_) => vec![value],
        other => return other,
    };
    items.into_iter().map(scalar_as_text).collect()
}

fn scalar_as_text(value: Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => Value::String(value.to_string()),
        other => other,
    }
}

fn text(value: Value, choices: &Value) -> Value {
    let value = match value {
        Value::Array(mut items) if items.len() == 1 => items.remove(0),
        Value::Array(items) => joined(items),
        other => other,
    };
    let Value::String(text) = scalar_as_text(value.clone()) else {
        return value;
    };
    let choice = choices.as_array().and_then(|choices| {
        let same = |choice: &&Value| {
            choice
                .as_str()
                .is_some_and(|c| c.eq_ignore_ascii_case(text.trim()))
        };
        choices.iter().find(same).cloned()
    });
    choice.unwrap_or(Value::String(text))
}

/// A list where one text is asked for, as people write a list.
fn joined(items: Vec<Value>) -> Value {
    let texts: Option<Vec<String>> = items
        .iter()
        .map(|item| match scalar_as_text(item.clone()) {
            Value::String(text) => Some(text),
            _ => None,
        })
        .collect();
    match texts {
        Some(texts) => Value::String(texts.join(", ")),
        None => Value::Array(items),
    }
}

fn truth(value: &Value) -> Option<Value> {
    let text = match value {
        Value::Bool(_) => return Some(value.clone()),
        Value::String(text) => text.trim().to_ascii_lowercase(),
        other => other.to_string(),
    };
    match text.as_str() {
        "true" | "yes" | "1" => Some(true.into()),
        "false" | "no" | "0" => Some(false.into()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn is_whole(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

fn bound(name: &str, sent: &Number, property: &Value, remarks: &mut Remarks) -> Value {
    let number = sent.as_f64().unwrap_or_default();
    let low = property["minimum"].as_f64().unwrap_or(f64::NEG_INFINITY);
    let high = property["maximum"].as_f64().unwrap_or(f64::INFINITY);
    let used = number.max(low).min(high);
    let used = if property["type"] == "integer" {
        integer(used)
    } else {
        used.into()
    };
    if number < low || number > high {
        remarks.adjusted.push(format!("{name}: {sent} → {used}"));
        return used;
    }
    // `10.0` is how some languages write ten.
    if property["type"] == "integer" {
        used
    } else {
        Value::Number(sent.clone())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only whole numbers within i64 are converted"
)]
fn integer(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(property: &Value, sent: &Value, expected: Result<Value, &str>) {
        let fitted = fit("x", sent.clone(), property, &mut Remarks::default());
        let fitted = fitted.map_err(|error| error.to_string());
        assert_eq!(fitted, expected.map_err(str::to_owned), "{sent}");
    }

    #[test]
    fn numbers_are_read_from_text_and_nothing_else() {
        let integer = json!({"type": "integer"});
        check(&integer, &json!(" 3 "), Ok(json!(3)));
        check(&integer, &json!("3.0"), Ok(json!(3)));
        check(&integer, &json!(3.0), Ok(json!(3)));
        check(
            &integer,
            &json!("3 results"),
            Err("`x`: must be a whole number, not \"3 results\""),
        );
        check(
            &integer,
            &json!(1.5),
            Err("`x`: must be a whole number, not 1.5"),
        );
        check(&json!({"type": "number"}), &json!("0.1"), Ok(json!(0.1)));
        check(
            &json!({"type": "number"}),
            &json!("low"),
            Err("`x`: must be a number, not \"low\""),
        );
    }

    #[test]
    fn truth_is_read_from_text() {
        let boolean = json!({"type": "boolean"});
        for sent in [json!("true"), json!("True"), json!("yes"), json!(1)] {
            check(&boolean, &sent, Ok(json!(true)));
        }
        check(&boolean, &json!("false"), Ok(json!(false)));
        check(
            &boolean,
            &json!("perhaps"),
            Err("`x`: must be true or false, not \"perhaps\""),
        );
    }

    #[test]
    fn a_list_is_read_from_text() {
        let list = json!({"type": "array"});
        check(
            &list,
            &json!("[\"Open\", \"Done\"]"),
            Ok(json!(["Open", "Done"])),
        );
        check(&list, &json!("Open"), Ok(json!(["Open"])));
        check(&list, &json!("[draft"), Ok(json!(["[draft"])));
        check(&list, &json!([1]), Ok(json!(["1"])));
    }

    #[test]
    fn text_is_read_from_what_stands_for_it() {
        let text = json!({"type": "string"});
        check(&text, &json!(404), Ok(json!("404")));
        check(&text, &json!(["AOMA"]), Ok(json!("AOMA")));
        check(&text, &json!(["AOMA", 7]), Ok(json!("AOMA, 7")));
        check(&text, &json!([{}, 7]), Ok(json!([{}, 7])));
        check(
            &json!({"type": "string", "enum": ["rapid"]}),
            &json!("Rapid"),
            Ok(json!("rapid")),
        );
    }
}
