use std::net::IpAddr;

use reqwest::Url;

/// Reads the address of a server; the error says what it should look like.
pub(crate) fn parse(text: &str) -> Result<Url, String> {
    let like = "such as `http://127.0.0.1:3000/rpc`";
    let url = Url::parse(text).map_err(|_| format!("`{text}` is no address; give one {like}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address with a name or password in it would be shown in errors and histories; put a token into \
                    `MESH_BEARER`"
            .to_owned());
    }
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        // `localhost:3000` parses, with `localhost` as its scheme.
        _ if !text.contains("://") => Err(format!(
            "`{text}` does not say how to connect; did you mean `http://{text}`?"
        )),
        scheme => Err(format!(
            "`{scheme}://` is not spoken here; give an address {like}"
        )),
    }
}

/// Where a Function URL says it is; nowhere, for any other address.
pub(crate) fn region(url: &Url) -> Option<&str> {
    mesh_aws::region_of(url.host_str()?)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_its_scheme_is_answered_with_one() {
        let fault = parse("localhost:3000/rpc").expect_err("fault");
        assert!(
            fault.ends_with("did you mean `http://localhost:3000/rpc`?"),
            "{fault}"
        );
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        let fault = parse("https://ann:hush@mesh.example.com/rpc").expect_err("fault");
        assert!(
            fault.contains("MESH_BEARER") && !fault.contains("hush"),
            "{fault}"
        );
    }

    #[test]
    fn only_http_is_spoken() {
        assert!(parse("https://mesh.example.com/rpc").is_ok());
        for text in ["ftp://a/b", "rpc", "http://", ""] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
