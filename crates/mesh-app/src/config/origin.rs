use std::fmt;

/// An origin as a browser sends it: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wanted = || "origins such as `https://app.example.com`, separated by commas".to_owned();
        let origin = text.to_ascii_lowercase();
        let host = host_of(&origin).ok_or_else(wanted)?;
        if host.contains('/') || host.contains('@') || host.contains('*') {
            return Err(wanted());
        }
        Ok(Self(origin))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address to which paths are added: without the slash at its end.
pub(crate) fn base_url(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    match host_of(text) {
        Some(host) if !host.contains(['?', '#']) => Ok(text.to_owned()),
        _ => Err("an `http://` or `https://` address".to_owned()),
    }
}

fn host_of(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let is_plain = |c: char| c.is_ascii_graphic();
    (!rest.is_empty() && !rest.starts_with('/') && rest.chars().all(is_plain)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path_and_no_wildcard() {
        assert_eq!(
            Origin::parse("https://App.example.com:8443").map(|origin| origin.to_string()),
            Ok("https://app.example.com:8443".to_owned())
        );
        for text in [
            "null",
            "*",
            "app.example.com",
            "https://a/b",
            "https://*.a",
            "http://",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_base_url_loses_its_last_slash() {
        assert_eq!(
            base_url("https://jira.example.com/tracker/"),
            Ok("https://jira.example.com/tracker".to_owned())
        );
        assert!(base_url("https://").is_err());
        assert!(base_url("https://a?b").is_err());
    }
}
