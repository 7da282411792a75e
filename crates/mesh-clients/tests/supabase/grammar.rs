//! PostgREST's grammar of conditions, as far as the client uses it: what a server makes of a query.

/// A condition on one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) column: String,
    pub(crate) operator: String,
    pub(crate) values: Vec<String>,
}

/// `eq.…`: the value is all that follows, whatever it is. `in.(…)`: a list.
pub(crate) fn condition(column: &str, written: &str) -> Option<Condition> {
    let (operator, operand) = written.split_once('.')?;
    let values = match operator {
        "in" => list(operand, value)?,
        _ => vec![operand.to_owned()],
    };
    Some(Condition {
        column: column.to_owned(),
        operator: operator.to_owned(),
        values,
    })
}

/// Items between parentheses, with commas between them and nothing after.
fn list<T>(written: &str, item: impl Fn(&str) -> Option<(T, &str)>) -> Option<Vec<T>> {
    let mut rest = written.strip_prefix('(')?;
    let mut items = Vec::new();
    loop {
        let (found, after) = item(rest)?;
        items.push(found);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return (after == ")").then_some(items),
        }
    }
}

/// Between quotation marks, where a backslash takes the next character as it is; or up to a comma or parenthesis.
fn value(written: &str) -> Option<(String, &str)> {
    let Some(quoted) = written.strip_prefix('"') else {
        let end = written.find([',', ')'])?;
        return Some((written[..end].to_owned(), &written[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}
