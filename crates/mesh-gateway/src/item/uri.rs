//! What a URI tells of where it is read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Where resources of the same URI are told apart.
const SCHEME: &str = "mesh://";

/// Of the name of an upstream, what an authority has otherwise.
const IN_A_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A URI that always leads to this upstream.
pub(super) fn qualified(upstream: &str, uri: &str) -> String {
    let uri = utf8_percent_encode(uri, NON_ALPHANUMERIC);
    format!("{SCHEME}{}/{uri}", utf8_percent_encode(upstream, IN_A_NAME))
}

/// The same of a template, whose variables stay what they are: what becomes of it has a colon, which no encoded URI has.
pub(super) fn qualified_template(upstream: &str, template: &str) -> String {
    format!(
        "{SCHEME}{}/{template}",
        utf8_percent_encode(upstream, IN_A_NAME)
    )
}

/// The upstream that such a URI leads to, and its own URI.
pub(super) fn unqualified(uri: &str) -> Option<(String, String)> {
    let (upstream, own) = uri.strip_prefix(SCHEME)?.split_once('/')?;
    let decoded = |text| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
    let own = match own.contains(':') {
        true => own.to_owned(),
        false => decoded(own)?,
    };
    Some((decoded(upstream)?, own))
}

/// Whether it is the same whoever reads it.
pub(super) fn is_on_the_web(uri: &str) -> bool {
    let scheme = uri.split("://").next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// The scheme and the authority.
pub(super) fn origin(uri: &str) -> &str {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.split(':').next().unwrap_or(uri);
    };
    let authority = rest.find(['/', '?', '#', '{']).unwrap_or(rest.len());
    &uri[..scheme.len() + "://".len() + authority]
}

/// Longer than any that a client has reason to send: RFC 9110, section 4.1, has everybody take 8,000 octets.
const MAX_URI: usize = 8 * 1024;

/// RFC 6570: whether a template could have become this URI. A variable stands for anything but nothing.
pub(super) fn fits(template: &str, uri: &str) -> bool {
    uri.len() <= MAX_URI && fits_in_one_pass(template, uri)
}

/// Each literal is taken where it comes first, which leaves the most for those behind it; the last one is the end of the URI.
fn fits_in_one_pass(template: &str, uri: &str) -> bool {
    let Some((first, mut rest)) = template.split_once('{') else {
        return template == uri;
    };
    let Some(mut uri) = uri.strip_prefix(first) else {
        return false;
    };
    loop {
        let Some((_, after)) = rest.split_once('}') else {
            return false;
        };
        let Some((literal, next)) = after.split_once('{') else {
            return uri.len() > after.len() && uri.ends_with(after);
        };
        rest = next;
        // Variables side by side stand for one.
        if literal.is_empty() {
            continue;
        }
        let variable = uri.chars().next().map_or(0, char::len_utf8);
        let Some(at) = uri[variable..].find(literal) else {
            return false;
        };
        uri = &uri[variable + at + literal.len()..];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_uri_fits_its_template() {
        for (template, uri, expected) in [
            ("demo://text/{id}", "demo://text/1", true),
            ("demo://text/{id}", "demo://text/", false),
            ("demo://text/{id}", "demo://blob/1", false),
            ("repo://{owner}/{name}/file", "repo://a/b/file", true),
            ("repo://{owner}/{name}/file", "repo://a/file", false),
            ("a:{x}b{y}", "a:1b2", true),
            ("a:{x}b{y}", "a:bb2", true),
            ("a:{x}b{y}", "a:1b", false),
            ("a:{x}{y}", "a:1", true),
            ("a:{x}é{y}é", "a:éééé", true),
            ("a:{x}{", "a:1", false),
            ("a:b", "a:b", true),
            ("a:{", "a:b", false),
        ] {
            assert_eq!(fits(template, uri), expected, "{template} {uri}");
        }
    }

    /// By what it means: a list of literals with something between each two.
    fn could_become(literals: &[&str], uri: &str) -> bool {
        match literals {
            [] => false,
            [last] => uri == *last,
            [first, rest @ ..] => uri.strip_prefix(first).is_some_and(|after| {
                (1..=after.len()).any(|length| could_become(rest, &after[length..]))
            }),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_template_fits_what_it_could_become(
            first in "[ab]{0,2}", middle in proptest::collection::vec("[ab]{1,2}", 0..3), last in "[ab]{0,2}", uri in "[ab]{0,9}",
        ) {
            let mut literals = vec![first.as_str()];
            literals.extend(middle.iter().map(String::as_str));
            literals.push(&last);
            let template = literals.join("{x}");
            prop_assert_eq!(fits(&template, &uri), could_become(&literals, &uri), "{} {}", template, uri);
        }
    }

    /// Tried at every place of each literal, this would never end.
    #[test]
    fn a_long_uri_is_read_once() {
        let template = format!("{}b", "{x}a".repeat(40));
        let uri = "a".repeat(1 << 20);
        assert!(!fits_in_one_pass(&template, &uri));
        assert!(fits_in_one_pass("{x}a{y}b", &format!("{uri}b")));
        assert!(!fits("{x}", &uri));
    }

    #[test]
    fn an_origin_is_scheme_and_authority() {
        assert_eq!(origin("demo://a/b/c"), "demo://a");
        assert_eq!(origin("demo://{id}"), "demo://");
        assert_eq!(origin("file:///etc"), "file://");
        assert_eq!(origin("urn:x:y"), "urn");
    }

    #[test]
    fn a_qualified_uri_leads_back_to_its_own() {
        let leads = |uri: &str, upstream: &str, own: &str| {
            let expected = (upstream.to_owned(), own.to_owned());
            assert_eq!(unqualified(uri), Some(expected), "{uri}");
        };
        let uri = qualified("two words", "demo://x/a%20b?c=d");
        assert_eq!(uri, "mesh://two%20words/demo%3A%2F%2Fx%2Fa%2520b%3Fc%3Dd");
        leads(&uri, "two words", "demo://x/a%20b?c=d");
        let template = qualified_template("two words", "demo://x/{id}");
        assert_eq!(template, "mesh://two%20words/demo://x/{id}");
        leads(
            &template.replace("{id}", "a%20b"),
            "two words",
            "demo://x/a%20b",
        );
        assert_eq!(unqualified("demo://x/1"), None);
        assert_eq!(unqualified("mesh://x"), None);
    }
}
