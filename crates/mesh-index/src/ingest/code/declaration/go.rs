use super::{Declaration, leading_word, leaf};

pub(super) fn go(whole: &str) -> Option<Declaration<'_>> {
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
