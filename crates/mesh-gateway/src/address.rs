//! Where an upstream may be.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

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

    /// An address that this one's server names: of the same origin, or of none.
    pub(crate) fn join(&self, reference: &str) -> Option<Self> {
        if !reference.starts_with('/') && !reference.contains("://") {
            let folder = self
                .0
                .path()
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            return self.join(&format!("{folder}/{reference}"));
        }
        let uri: Uri = reference.parse().ok()?;
        if let Some(authority) = uri.authority() {
            let same = uri.scheme() == self.0.scheme() && Some(authority) == self.0.authority();
            return same.then_some(Self(uri));
        }
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = uri.into_parts().path_and_query;
        Uri::from_parts(parts).ok().map(Self)
    }
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
        assert_eq!(join("https://b.example/x"), None);
        assert_eq!(join("http://a.example/x"), None);
    }
}
