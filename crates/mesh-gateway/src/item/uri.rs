//! What a URI tells of where it is read.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Where resources of the same URI are told apart.
pub(super) const SCHEME: &str = "mesh://";

/// A URI that always leads to this upstream.
#[must_use]
pub(super) fn qualified(upstream: &str, uri: &str) -> String {
    format!(
        "{SCHEME}{upstream}/{}",
        utf8_percent_encode(uri, NON_ALPHANUMERIC)
    )
}

/// The scheme and the authority.
pub(super) fn origin(uri: &str) -> &str {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.split(':').next().unwrap_or(uri);
    };
    let authority = rest.find(['/', '?', '#', '{']).unwrap_or(rest.len());
    &uri[..scheme.len() + "://".len() + authority]
}

/// RFC 6570: whether a template could have become this URI. A variable stands for anything but nothing.
pub(super) fn fits(template: &str, uri: &str) -> bool {
    let Some((literal, rest)) = template.split_once('{') else {
        return template == uri;
    };
    let Some(uri) = uri.strip_prefix(literal) else {
        return false;
    };
    let Some((_, rest)) = rest.split_once('}') else {
        return false;
    };
    let next = rest.split('{').next().unwrap_or_default();
    if next.is_empty() {
        return rest.is_empty() && !uri.is_empty() || !rest.is_empty() && fits(rest, uri);
    }
    let ends = uri
        .match_indices(next)
        .map(|(at, _)| at)
        .filter(|at| *at > 0);
    ends.into_iter().any(|at| fits(rest, &uri[at..]))
}

#[cfg(test)]
mod tests {
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
            ("a:b", "a:b", true),
            ("a:{", "a:b", false),
        ] {
            assert_eq!(fits(template, uri), expected, "{template} {uri}");
        }
    }

    #[test]
    fn an_origin_is_scheme_and_authority() {
        assert_eq!(origin("demo://a/b/c"), "demo://a");
        assert_eq!(origin("demo://{id}"), "demo://");
        assert_eq!(origin("file:///etc"), "file://");
        assert_eq!(origin("urn:x:y"), "urn");
    }
}
