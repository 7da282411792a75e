use super::{Declaration, leaf};

pub(super) fn sql(line: &str) -> Option<Declaration<'_>> {
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
