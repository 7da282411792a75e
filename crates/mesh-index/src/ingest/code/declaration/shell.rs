use super::{Declaration, leading_word, leaf};

pub(super) fn shell(whole: &str) -> Option<Declaration<'_>> {
    let name = leading_word(whole.strip_prefix("function ").unwrap_or(whole));
    let is_function =
        whole.starts_with("function ") || whole[name.len()..].trim_start().starts_with("()");
    leaf(name).filter(|_| is_function)
}
