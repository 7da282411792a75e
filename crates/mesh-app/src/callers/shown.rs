use http::header::{AUTHORIZATION, GetAll};
use http::{HeaderMap, HeaderValue};

/// What a request shows of its caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown<'a> {
    Nothing,
    Token(&'a str),
    /// Two, where nobody could say which counts; or what is no token.
    Unreadable,
}

/// Nobody's token is longer, and what is longer is not looked at.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// `Authorization: Bearer TOKEN`, the token alone as some clients send it, or `X-Api-Key`, which is left to those whose
/// `Authorization` carries a signature. An address is no place for a token: it is logged on its way, and sent on as a referrer.
pub(super) fn shown<'a>(headers: &'a HeaderMap, query: Option<&str>) -> Shown<'a> {
    if query.is_some_and(has_token) {
        return Shown::Unreadable;
    }
    let authorization = headers.get_all(AUTHORIZATION);
    let key = headers.get_all("x-api-key");
    match (count(&authorization), count(&key)) {
        (0, 0) => Shown::Nothing,
        (1, 0) => authorization.iter().next().map_or(Shown::Nothing, bearer),
        (0, 1) => key.iter().next().map_or(Shown::Nothing, token),
        _ => Shown::Unreadable,
    }
}

/// RFC 6750, section 2.3.
fn has_token(query: &str) -> bool {
    let mut pairs = query.split('&');
    pairs.any(|pair| pair.split('=').next() == Some("access_token"))
}

fn count(values: &GetAll<'_, HeaderValue>) -> usize {
    values.iter().count()
}

fn bearer(value: &HeaderValue) -> Shown<'_> {
    let Ok(text) = value.to_str() else {
        return Shown::Unreadable;
    };
    match text.trim().split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => fitting(rest.trim()),
        Some(_) => Shown::Unreadable,
        None => fitting(text.trim()),
    }
}

fn token(value: &HeaderValue) -> Shown<'_> {
    value
        .to_str()
        .map_or(Shown::Unreadable, |text| fitting(text.trim()))
}

fn fitting(token: &str) -> Shown<'_> {
    if token.is_empty() || token.len() > MAX_TOKEN_BYTES || token.contains(char::is_whitespace) {
        return Shown::Unreadable;
    }
    Shown::Token(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header"));
        }
        format!("{:?}", shown(&headers, None))
    }

    #[test]
    fn a_token_in_the_address_is_not_read_and_spoils_one_beside_it() {
        let header = (
            "authorization".parse().expect("a name"),
            "Bearer abc".parse().expect("a value"),
        );
        let headers: HeaderMap = [header].into_iter().collect();
        for query in ["access_token=abc", "a=b&access_token=", "access_token"] {
            assert_eq!(shown(&headers, Some(query)), Shown::Unreadable, "{query}");
            assert_eq!(shown(&HeaderMap::new(), Some(query)), Shown::Unreadable);
        }
        assert_eq!(shown(&headers, Some("a=access_token")), Shown::Token("abc"));
    }

    #[test]
    fn a_token_is_found_where_clients_put_it() {
        for pair in [
            ("authorization", "Bearer abc"),
            ("authorization", "bearer   abc "),
            ("authorization", "abc"),
            ("x-api-key", "abc"),
        ] {
            assert_eq!(read(&[pair]), "Token(\"abc\")", "{pair:?}");
        }
        assert_eq!(read(&[("cookie", "abc")]), "Nothing");
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_read() {
        let long = format!("Bearer {}", "a".repeat(MAX_TOKEN_BYTES + 1));
        for pairs in [
            &[("authorization", "Bearer a"), ("authorization", "Bearer b")][..],
            &[("authorization", "Bearer a"), ("x-api-key", "b")],
            &[("x-api-key", "a"), ("x-api-key", "a")],
            &[("authorization", "Basic YTpi")],
            &[("authorization", "Bearer a b")],
            &[("authorization", "Bearer a, Bearer b")],
            &[("authorization", "")],
            &[("authorization", &long)],
        ] {
            assert_eq!(read(pairs), "Unreadable", "{pairs:?}");
        }
    }
}
