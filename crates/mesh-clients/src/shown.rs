//! What may be shown of what a vendor answers: identifiers and places, and no text, which may quote what was sent.

/// A name as it may be shown.
pub(crate) fn name(name: Option<&str>) -> String {
    match name {
        None | Some("") => "none".to_owned(),
        Some(name) if is_plain(name) => format!("`{name}`"),
        Some(_) => "not shown".to_owned(),
    }
}

/// Whether it is an identifier.
pub(crate) fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.+[]".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

/// Where JSON is not as documented: what a parser says of a value may quote it.
pub(crate) fn place(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.is_eof() {
        true => format!("it breaks off in line {line}, column {column}"),
        false => format!("its JSON differs in line {line}, column {column}"),
    }
}
