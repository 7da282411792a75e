use super::keyword::without_modifiers;
use super::{Declaration, container, leading_word, leaf};

pub(super) fn rust(line: &str) -> Option<Declaration<'_>> {
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
