//! Parts and globs as regular expressions over whole lower-case values.

use super::error::SearchError;

/// The automaton grows with the pattern; no path or name anyone types is longer.
const MAX_PATTERN: usize = 200;

/// A value that holds `text` anywhere.
pub(super) fn part(field: &'static str, text: &str) -> Result<String, SearchError> {
    Ok(format!("(?s).*{}.*", escape(&checked(field, text)?)))
}

/// `text` as a glob where it has a wildcard, else as a part.
pub(super) fn glob_or_part(field: &'static str, text: &str) -> Result<String, SearchError> {
    if !is_glob(text) {
        return part(field, text);
    }
    let glob = checked(field, text)?;
    // A pattern without a folder means the file's name, wherever it lies; so git and editors read it.
    let anywhere = if glob.contains('/') { "" } else { "(.*/)?" };
    let body = glob_body(field, glob.trim_start_matches("./"))?;
    Ok(format!("(?s){anywhere}{body}"))
}

pub(super) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

fn checked(field: &'static str, text: &str) -> Result<String, SearchError> {
    let lower = text.trim().to_lowercase();
    if lower.is_empty() {
        return Err(bad(field, "it is empty"));
    }
    if lower.len() > MAX_PATTERN {
        return Err(bad(field, "it is longer than 200 bytes"));
    }
    Ok(lower)
}

pub(super) fn bad(field: &'static str, why: &str) -> SearchError {
    SearchError::BadFilter {
        field,
        why: why.to_owned(),
    }
}

fn glob_body(field: &'static str, glob: &str) -> Result<String, SearchError> {
    let mut regex = String::new();
    let mut rest = glob;
    let mut depth = 0_usize;
    while let Some(c) = rest.chars().next() {
        let (piece, length) = match c {
            '*' if rest.starts_with("**/") => ("(.*/)?".to_owned(), 3),
            '*' if rest.starts_with("**") => (".*".to_owned(), 2),
            '*' => ("[^/]*".to_owned(), 1),
            '?' => ("[^/]".to_owned(), 1),
            '[' => character_class(field, rest)?,
            '{' => {
                depth += 1;
                ("(".to_owned(), 1)
            }
            '}' if depth > 0 => {
                depth -= 1;
                (")".to_owned(), 1)
            }
            ',' if depth > 0 => ("|".to_owned(), 1),
            other => (escape(other.encode_utf8(&mut [0; 4])), other.len_utf8()),
        };
        regex.push_str(&piece);
        rest = &rest[length..];
    }
    if depth > 0 {
        return Err(bad(field, "a `{` is never closed"));
    }
    Ok(regex)
}

fn character_class(field: &'static str, rest: &str) -> Result<(String, usize), SearchError> {
    let end = rest[1..].find(']').map(|at| at + 1);
    let end = end.filter(|end| *end > 1);
    let end = end.ok_or_else(|| bad(field, "a `[` is never closed"))?;
    let inner = &rest[1..end];
    let (negated, members) = match inner.strip_prefix(['!', '^']) {
        Some(members) => ("^", members),
        None => ("", inner),
    };
    let members: String = members
        .chars()
        .map(|c| {
            if c == '-' {
                "-".to_owned()
            } else {
                escape(c.encode_utf8(&mut [0; 4]))
            }
        })
        .collect();
    Ok((format!("[{negated}{members}]"), end + 1))
}

/// Only what means something: a backslash before another character is an assertion (`\<`) or an error.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_word_is_a_part() {
        let regex = glob_or_part("path", "Main.rs").expect("is a pattern");
        assert_eq!(regex, r"(?s).*main\.rs.*");
    }

    #[test]
    fn a_glob_without_a_folder_is_a_file_name() {
        let regex = glob_or_part("path", "*.rs").expect("is a pattern");
        assert_eq!(regex, r"(?s)(.*/)?[^/]*\.rs");
    }

    #[test]
    fn two_stars_cross_folders() {
        let regex = glob_or_part("path", "src/**/*.{rs,toml}").expect("is a pattern");
        assert_eq!(regex, r"(?s)src/(.*/)?[^/]*\.(rs|toml)");
    }

    #[test]
    fn an_open_bracket_is_refused() {
        let refused = glob_or_part("file_pattern", "src/[ab");
        assert!(matches!(
            refused,
            Err(SearchError::BadFilter {
                field: "file_pattern",
                ..
            })
        ));
    }
}
