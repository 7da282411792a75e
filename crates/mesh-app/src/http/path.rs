use std::borrow::Cow;

use axum::extract::Request;
use http::Uri;
use percent_encoding::percent_decode_str;

/// Makes one path of all its spellings: doubled and trailing slashes go, and what needs no percent-encoding loses it.
pub(super) fn tidy(mut request: Request) -> Request {
    if let Cow::Owned(path) = tidied(request.uri().path())
        && let Some(uri) = with_path(request.uri(), &path)
    {
        *request.uri_mut() = uri;
    }
    request
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn tidied(path: &str) -> Cow<'_, str> {
    let untidy =
        path.contains("//") || path.contains('%') || (path.len() > 1 && path.ends_with('/'));
    if !untidy {
        return Cow::Borrowed(path);
    }
    let mut tidy = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        tidy.push('/');
        tidy.push_str(&unescaped(segment));
    }
    if tidy.is_empty() {
        tidy.push('/');
    }
    Cow::Owned(tidy)
}

/// Only names of unreserved characters (RFC 3986, section 2.3) occur in our paths: what decodes to anything else stays as
/// it is, and matches nothing.
fn unescaped(segment: &str) -> Cow<'_, str> {
    match percent_decode_str(segment).decode_utf8() {
        Ok(plain) if plain.bytes().all(is_unreserved) => plain,
        _ => Cow::Borrowed(segment),
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::tidied;

    #[test]
    fn spellings_of_a_path_become_one() {
        for (sent, tidy) in [
            ("/", "/"),
            ("//", "/"),
            ("/rpc", "/rpc"),
            ("/rpc/", "/rpc"),
            ("//tools//x/", "/tools/x"),
            ("/%74ools/get_system%5Fhealth", "/tools/get_system_health"),
        ] {
            assert_eq!(tidied(sent), tidy, "{sent}");
        }
    }

    #[test]
    fn an_encoded_slash_stays_encoded() {
        assert_eq!(tidied("/tools/a%2Fb"), "/tools/a%2Fb");
        assert_eq!(tidied("/tools/%FF"), "/tools/%FF");
    }
}
