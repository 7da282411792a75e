//! Where a link leads, as far as its text does not say it: `<https://grafana.example.com/d/42>` behind "the dashboard".

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A longer address is for programs: it tracks, or carries data.
const MAX_TARGET_BYTES: usize = 200;

/// The shortest hash of a commit that is written.
const MIN_HASH_DIGITS: usize = 7;

/// What follows the text of a link; `None` where that says enough, or the target is of no use outside of its site.
pub(super) fn shown(text: &str, target: &str) -> Option<String> {
    let target = without_detour(target.trim());
    let target = target.as_ref();
    let lower = target.to_ascii_lowercase();
    let address = match lower.strip_prefix("mailto:") {
        Some(_) => target["mailto:".len()..].split('?').next()?,
        None if lower.starts_with("https://") || lower.starts_with("http://") => target,
        None => return None,
    };
    let is_usable = !address.is_empty()
        && address.len() <= MAX_TARGET_BYTES
        && !address.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>'));
    let text = text.trim();
    let is_said = text.is_empty() || bare(text).contains(&bare(address)) || is_reference(text);
    (is_usable && !is_said).then(|| format!(" <{address}>"))
}

/// What Google Docs writes leads to a page of Google's that leads on.
fn without_detour(target: &str) -> Cow<'_, str> {
    let query = target.strip_prefix("https://www.google.com/url?");
    let mut pairs = query.unwrap_or_default().split('&');
    match pairs.find_map(|pair| pair.strip_prefix("q=")) {
        Some(address) => percent_decode_str(address).decode_utf8_lossy(),
        None => Cow::Borrowed(target),
    }
}

/// Without what people leave out of an address.
fn bare(address: &str) -> String {
    let lower = address.to_lowercase();
    let place = lower.split_once("://").map_or(&*lower, |(_, place)| place);
    let place = place.strip_prefix("www.").unwrap_or(place);
    place.trim_end_matches('/').to_owned()
}

/// `#123`, `@ada`, `1f3c9a2`: changelogs have them by the hundred, and each leads where its project's others do.
fn is_reference(text: &str) -> bool {
    let text = text.trim_matches(['(', ')', '[', ']']);
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_hash =
        text.len() >= MIN_HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.starts_with(['#', '!', '@']) || is_number(text) || is_hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_where_the_text_does_not_say_it() {
        for (text, target, expected) in [
            (
                "Grafana",
                "https://x.org/d/42",
                Some(" <https://x.org/d/42>"),
            ),
            ("Ada", "mailto:ada@x.org?subject=Hi", Some(" <ada@x.org>")),
            ("ada@x.org", "mailto:ada@x.org", None),
            ("x.org", "https://www.x.org/", None),
            ("see http://x.org/a", "http://x.org/a", None),
            ("below", "#below", None),
            ("other", "../other.md", None),
            ("app", "javascript:go()", None),
            ("", "https://x.org", None),
            ("#123", "https://x.org/pull/123", None),
            ("1f3c9a2", "https://x.org/c/1f3c9a2", None),
            ("odd", "https://x.org/a b", None),
            (
                "plan",
                "https://www.google.com/url?sa=D&q=https://x.org/a%3Fb%3D1&usg=AOv",
                Some(" <https://x.org/a?b=1>"),
            ),
            ("x.org", "https://www.google.com/url?q=https://x.org", None),
            ("sites", "https://www.google.com/url?q=%23here", None),
        ] {
            assert_eq!(shown(text, target).as_deref(), expected, "{text}");
        }
        let long = format!("https://x.org/?t={}", "x".repeat(200));
        assert_eq!(shown("news", &long), None);
    }
}
