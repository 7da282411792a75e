//! Where the words of a name in camel case begin.

use std::ops::Range;

/// `HttpServer` is `Http` and `Server`, `XMLParser` is `XML` and `Parser`, `s3Client` is `s3` and `Client`; `IDs` and
/// `IPv6` are one word each.
pub(super) fn humps(text: &str) -> Vec<Range<usize>> {
    let mut humps = Vec::new();
    let mut start = 0;
    if has_inner_capital(text) {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let has_lowercase = text.contains(char::is_lowercase);
        for at in (1..chars.len()).filter(|at| begins_hump(&chars, *at, has_lowercase)) {
            humps.push(start..chars[at].0);
            start = chars[at].0;
        }
    }
    humps.push(start..text.len());
    humps
}

/// Whether the humps are those of a proper name: a capitalised word that ends in capitals, such as `OpenSSL` or `MySQL`.
pub(super) fn is_proper_name(text: &str, humps: &[Range<usize>]) -> bool {
    let [first, last] = humps else {
        return false;
    };
    let capitals = &text[last.clone()];
    text[first.clone()].starts_with(char::is_uppercase)
        && text[first.clone()].contains(char::is_lowercase)
        && capitals.chars().all(char::is_uppercase)
}

fn has_inner_capital(text: &str) -> bool {
    text.bytes()
        .skip(1)
        .any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii())
}

/// `has_lowercase` is said of the whole name: without a small letter it has no humps behind digits.
fn begins_hump(chars: &[(usize, char)], at: usize, has_lowercase: bool) -> bool {
    if !chars[at].1.is_uppercase() {
        return false;
    }
    let before = chars[at - 1].1;
    let mut after = chars[at + 1..].iter().map(|(_, c)| *c);
    let (next, second) = (after.next(), after.next());
    if before.is_uppercase() {
        next.is_some_and(char::is_lowercase) && !ends_acronym(chars[at].1, next, second)
    } else if before.is_numeric() {
        has_lowercase && follows_digit(next, second)
    } else {
        before.is_lowercase()
    }
}

/// The plural of an acronym (`URLs`), unless it is a word (`URLIsSet`); and a version of one (`IPv6`).
fn ends_acronym(capital: char, next: Option<char>, second: Option<char>) -> bool {
    match next {
        Some('s') => !second
            .is_some_and(|c| c.is_lowercase() || (c.is_uppercase() && "AI".contains(capital))),
        Some('v') => second.is_some_and(char::is_numeric),
        _ => false,
    }
}

/// After a digit a word begins (`sha256Sum`, `utf8JSON`), but a capital alone belongs to the digit (`2D`, `3DModel`).
fn follows_digit(next: Option<char>, second: Option<char>) -> bool {
    next.is_some_and(char::is_lowercase)
        || (next.is_some_and(char::is_uppercase) && !second.is_some_and(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = humps(text).into_iter().map(|hump| &text[hump]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_capital_begins_a_word() {
        check("getUserById", &["get", "User", "By", "Id"]);
        check("GetUserID", &["Get", "User", "ID"]);
        check("XMLToJSONMapper", &["XML", "To", "JSON", "Mapper"]);
        check("größeÄndern", &["größe", "Ändern"]);
        check("plain", &["plain"]);
        check("PLAIN", &["PLAIN"]);
    }

    #[test]
    fn digits_belong_to_the_word_before_them() {
        check("base64Encode", &["base64", "Encode"]);
        check("md5JSON", &["md5", "JSON"]);
        check("PaymentServiceV2", &["Payment", "Service", "V2"]);
        check("Point2DRenderer", &["Point2D", "Renderer"]);
        check("3F2A9BCD", &["3F2A9BCD"]);
    }

    #[test]
    fn a_page_of_upper_case_hex_is_looked_through_once() {
        let hex = "0AF".repeat(70_000);
        let begun = std::time::Instant::now();
        check(&hex, &[&hex]);
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    }

    #[test]
    fn plurals_and_versions_of_acronyms_stay_whole() {
        check("IPv6Address", &["IPv6", "Address"]);
        check("userIDs", &["user", "IDs"]);
        check("listURLsOf", &["list", "URLs", "Of"]);
        check("URLIsValid", &["URL", "Is", "Valid"]);
        check("APIs", &["APIs"]);
    }

    #[test]
    fn a_capitalised_word_that_ends_in_capitals_is_a_proper_name() {
        for (text, expected) in [
            ("OpenSSL", true),
            ("MySQL", true),
            ("parseXML", false),
            ("GetUserID", false),
            ("ServiceV2", false),
            ("HttpServer", false),
        ] {
            assert_eq!(is_proper_name(text, &humps(text)), expected, "{text}");
        }
    }
}
