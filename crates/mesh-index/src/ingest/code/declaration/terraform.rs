use super::{Declaration, leading_word, leaf};

/// `resource "aws_lambda_function" "mcp" {` → `aws_lambda_function.mcp`.
pub(super) fn terraform(whole: &str) -> Option<Declaration<'_>> {
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
