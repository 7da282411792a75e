//! Where an upstream may be.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::Authority;

/// An address that may be sent to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address(Uri);

/// A path or a query may hold a key.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}…)", self.0.host().unwrap_or_default())
    }
}

impl Address {
    /// # Errors
    /// Why nothing is sent there, and what to do; the address itself may hold a key and is not quoted.
    pub(crate) fn new(url: &str, insecure: bool) -> Result<Self, String> {
        let uri: Uri = url
            .parse()
            .map_err(|_| "its `url` is no address".to_owned())?;
        let host = uri.host().ok_or("its `url` names no host")?;
        if is_link_local(host) {
            return Err(
                "its `url` is a link-local address, where only this machine's own secrets are"
                    .to_owned(),
            );
        }
        if uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'))
        {
            return Err("its `url` holds a user name; send credentials in `headers`".to_owned());
        }
        match uri.scheme_str() {
            Some("https") => Ok(Self(uri)),
            Some("http") if insecure || is_near(host) => Ok(Self(uri)),
            Some("http") => Err(
                "its `url` begins with http://, over which anybody can read along; use https://, or say `\"mesh\": \
                 {\"insecure\": true}`"
                    .to_owned(),
            ),
            _ => Err("its `url` must begin with https:// or http://".to_owned()),
        }
    }

    /// Whether nobody else reads along: encrypted, or on this machine.
    pub(crate) fn is_private(&self) -> bool {
        self.0.scheme_str() == Some("https") || self.is_on_this_machine()
    }

    pub(crate) fn is_on_this_machine(&self) -> bool {
        is_loopback(self.0.host().unwrap_or_default())
    }

    /// A key may stand in the query.
    pub(crate) fn without_query(&self) -> String {
        let uri = self.0.to_string();
        uri.split('?').next().unwrap_or_default().to_owned()
    }

    pub(crate) const fn uri(&self) -> &Uri {
        &self.0
    }

    /// An address that this one's server names: of the same origin, or of none. RFC 3986, section 5.2.
    pub(crate) fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.split('#').next()?;
        let relative = self.within_its_origin(reference)?;
        let (path, query) = match relative.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&*relative, None),
        };
        let (base, query) = match path.is_empty() {
            true => (self.0.path(), query.or_else(|| self.0.query())),
            false => (path, query),
        };
        let folder = self.0.path().rsplit_once('/');
        let folder = folder.map_or("", |(folder, _)| folder);
        let path = match base.starts_with('/') {
            true => without_dots(base),
            false => without_dots(&format!("{folder}/{base}")),
        };
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = Some(format!("{path}{query}").parse().ok()?);
        Uri::from_parts(parts).ok().map(Self)
    }

    /// What is left of a reference without scheme and authority, where it has them and they are those of this address.
    fn within_its_origin<'a>(&self, reference: &'a str) -> Option<Cow<'a, str>> {
        let scheme = self.0.scheme_str()?;
        let (named, rest) = match reference.find([':', '/', '?']) {
            Some(end) if reference[end..].starts_with(':') => {
                (&reference[..end], &reference[end + 1..])
            }
            _ => (scheme, reference),
        };
        if !named.eq_ignore_ascii_case(scheme) {
            return None;
        }
        let Some(rest) = rest.strip_prefix("//") else {
            // A scheme without an authority leads nowhere.
            return (rest.len() == reference.len()).then_some(reference.into());
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let is_same =
            origin(scheme, &authority.parse().ok()?) == origin(scheme, self.0.authority()?);
        let path = match path.starts_with('/') {
            true => path.into(),
            false => format!("/{path}").into(),
        };
        (is_same && !authority.contains('@')).then_some(path)
    }
}

fn origin(scheme: &str, authority: &Authority) -> (String, u16) {
    let usual = match scheme {
        "https" => 443,
        _ => 80,
    };
    let host = authority.host().to_ascii_lowercase();
    (host, authority.port_u16().unwrap_or(usual))
}

/// RFC 3986, section 5.2.4, of a path that begins with a slash.
fn without_dots(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
        // What they end with is a folder.
        if matches!(segment, "." | "..") && segments.peek().is_none() {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

/// On this machine, or in this cluster.
fn is_near(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    is_loopback(host) || host.ends_with(".svc") || host.ends_with(".svc.cluster.local")
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host == "localhost" || ip(host).is_some_and(|ip| ip.is_loopback())
}

fn is_link_local(host: &str) -> bool {
    match ip(host) {
        Some(IpAddr::V4(ip)) => ip.is_link_local(),
        Some(IpAddr::V6(ip)) => {
            ip.is_unicast_link_local() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_link_local())
                // Where AWS has its instance metadata.
                || ip.segments()[..2] == [0xfd00, 0x0ec2]
        }
        None => false,
    }
}

fn ip(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_may_be_spoken_to_in_the_clear() {
        for url in [
            "https://mcp.example.com/mcp",
            "http://127.0.0.1:3000/mcp",
            "http://localhost/sse",
            "http://[::1]:9/",
            "http://github.tools.svc.cluster.local/mcp",
        ] {
            assert!(Address::new(url, false).is_ok(), "{url}");
        }
        for url in [
            "http://mcp.example.com/mcp",
            "http://10.0.0.7/mcp",
            "ftp://mcp.example.com/",
            "https://user:key@mcp.example.com/",
            "http://169.254.169.254/latest",
            "http://[fd00:ec2::254]/",
            "http://[::ffff:169.254.1.1]/",
            "/mcp",
            "",
        ] {
            assert!(Address::new(url, false).is_err(), "{url}");
        }
        assert!(Address::new("http://10.0.0.7/mcp", true).is_ok());
        assert!(Address::new("http://169.254.169.254/", true).is_err());
    }

    #[test]
    fn an_address_is_followed_within_its_origin() {
        let address = Address::new("https://a.example/mcp/sse?key=1", false).expect("an address");
        let join = |reference| {
            address
                .join(reference)
                .map(|joined| joined.uri().to_string())
        };
        assert_eq!(
            join("/messages?id=1").as_deref(),
            Some("https://a.example/messages?id=1")
        );
        assert_eq!(
            join("messages?id=1").as_deref(),
            Some("https://a.example/mcp/messages?id=1")
        );
        assert_eq!(
            join("https://a.example/x").as_deref(),
            Some("https://a.example/x")
        );
        for (reference, expected) in [
            ("?id=1", "/mcp/sse?id=1"),
            ("", "/mcp/sse?key=1"),
            ("../x", "/x"),
            ("../../x/./y/..", "/x/"),
            ("./x:1", "/mcp/x:1"),
            ("x#part", "/mcp/x"),
            ("/a/../b?c=../d", "/b?c=../d"),
            ("//a.example/x", "/x"),
            ("HTTPS://A.example:443/x", "/x"),
            ("https://a.example", "/"),
            ("https://a.example?id=1", "/?id=1"),
        ] {
            let expected = format!("https://a.example{expected}");
            assert_eq!(join(reference), Some(expected), "{reference}");
        }
        for elsewhere in [
            "https:x",
            "data:x",
            "https://a.example:8443/x",
            "https://u@a.example/x",
        ] {
            assert_eq!(join(elsewhere), None, "{elsewhere}");
        }
        assert_eq!(join("https://b.example/x"), None);
        assert_eq!(join("http://a.example/x"), None);
    }
}
