//! The names in a piece of code that are worth looking for.

use std::collections::HashMap;

/// More names than this say less about what the code is about.
const MAX_NAMES: usize = 12;

/// Names that a person gave to something, the most frequent first: `snake_case`, `camelCase`, `Path::to`, `file.rs`.
pub(super) fn in_code(code: &str) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for token in code.split(|c: char| !(c.is_alphanumeric() || "_:./-".contains(c))) {
        let token = token.trim_matches(|c: char| !c.is_alphanumeric());
        if is_name(token) {
            *counts.entry(token).or_default() += 1;
        }
    }
    let mut names: Vec<_> = counts.into_iter().collect();
    names.sort_by(|(a, m), (b, n)| n.cmp(m).then(a.cmp(b)));
    names
        .into_iter()
        .take(MAX_NAMES)
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Something with an inner joint; plain words are mostly keywords of the language.
fn is_name(token: &str) -> bool {
    let long_enough = (4..=80).contains(&token.len());
    let has_letters = token.chars().any(char::is_alphabetic);
    let joined =
        token.contains('_') || token.contains("::") || token.contains('/') || is_file(token);
    let camel =
        token.chars().skip(1).any(char::is_uppercase) && token.chars().any(char::is_lowercase);
    long_enough && has_letters && (joined || camel)
}

pub(super) fn is_file(token: &str) -> bool {
    token.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=5).contains(&extension.len())
            && extension
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            && extension.chars().any(|c| c.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_files_are_taken_and_keywords_left() {
        let code = "impl Retry for HttpClient { fn max_retries(&self) -> u32 { HttpClient::retries(self) } } // src/http.rs";
        assert_eq!(
            in_code(code),
            [
                "HttpClient",
                "HttpClient::retries",
                "max_retries",
                "src/http.rs"
            ]
        );
    }
}
