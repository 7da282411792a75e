use crate::error::ToolError;

/// An address that a vendor asks, not we: it is to be one that anybody may know.
pub(crate) fn public_address(argument: &str, url: &str) -> Result<String, ToolError> {
    let told = |why: &str| ToolError::InvalidArguments(format!("`{argument}`: {why}"));
    let rest = url
        .strip_prefix("https://")
        .ok_or_else(|| told("it must begin with `https://`"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority {
        "" => Err(told("it names no host")),
        _ if authority.contains('@') => Err(told("no name and no password belong in it")),
        _ => Ok(url.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_public_and_has_no_password() {
        for (url, is_taken) in [
            ("https://example.com/a.mp3?x=1", true),
            ("http://example.com/a.mp3", false),
            ("https://user:word@example.com/a.mp3", false),
            ("file:///etc/passwd", false),
            ("https://", false),
        ] {
            assert_eq!(public_address("url", url).is_ok(), is_taken, "{url}");
        }
    }
}
