use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The unreserved characters of RFC 3986, and the colon that names of tuned models hold.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

/// The address of a vendor, which paths are appended to.
#[derive(Clone, Debug)]
pub(crate) struct Base(String);

/// Why an address cannot be a vendor's. It is not shown: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBase {
    #[error("it is no address; give one such as `https://api.example.com/v1`")]
    NoAddress,
    #[error(
        "it is not encrypted, and a key would be readable on the way; give an `https://` address"
    )]
    InTheClear,
    #[error("it holds a user name or password; leave them out")]
    Userinfo,
    #[error("it has a query; leave it out")]
    Query,
}

impl Base {
    /// An `https` address, or an `http` one of this machine.
    pub(crate) fn parse(base: &str) -> Result<Self, InvalidBase> {
        let uri: Uri = base.parse().map_err(|_| InvalidBase::NoAddress)?;
        let authority = uri.authority().ok_or(InvalidBase::NoAddress)?;
        if authority.as_str().contains('@') {
            return Err(InvalidBase::Userinfo);
        }
        if uri.query().is_some() {
            return Err(InvalidBase::Query);
        }
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => {}
            Some(scheme) if *scheme == Scheme::HTTP && is_loopback(authority.host()) => {}
            Some(scheme) if *scheme == Scheme::HTTP => return Err(InvalidBase::InTheClear),
            _ => return Err(InvalidBase::NoAddress),
        }
        Ok(Self(base.trim_end_matches('/').to_owned()))
    }

    /// The address of a path, which begins with a slash.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// An id as one segment of a path; nothing, where it would be none or lead elsewhere.
pub(crate) fn segment(id: &str) -> Option<String> {
    let leads_elsewhere = id.bytes().all(|byte| byte == b'.');
    (!leads_elsewhere).then(|| utf8_percent_encode(id, IN_SEGMENT).to_string())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_or_of_this_machine() {
        let error = |base| Base::parse(base).err();
        assert_eq!(error("https://api.example.com/v1"), None);
        assert_eq!(error("http://127.0.0.1:8080"), None);
        assert_eq!(error("http://[::1]:8080/"), None);
        assert_eq!(error("http://localhost:8080"), None);
        assert_eq!(
            error("http://api.example.com"),
            Some(InvalidBase::InTheClear)
        );
        assert_eq!(
            error("http://127.0.0.1.example.com"),
            Some(InvalidBase::InTheClear)
        );
        assert_eq!(
            error("https://a:b@api.example.com"),
            Some(InvalidBase::Userinfo)
        );
        assert_eq!(
            error("https://api.example.com?a=b"),
            Some(InvalidBase::Query)
        );
        assert_eq!(error("ftp://api.example.com"), Some(InvalidBase::NoAddress));
        assert_eq!(error("/v1"), Some(InvalidBase::NoAddress));
    }

    #[test]
    fn a_path_follows_whether_or_not_the_address_ends_with_a_slash() {
        for base in ["https://api.example.com/v1", "https://api.example.com/v1/"] {
            let base = Base::parse(base).expect("an address");
            assert_eq!(base.join("/models"), "https://api.example.com/v1/models");
        }
    }

    #[test]
    fn an_id_stays_within_its_segment() {
        assert_eq!(segment("vs_1-a").as_deref(), Some("vs_1-a"));
        assert_eq!(
            segment("ft:small:acme::1").as_deref(),
            Some("ft:small:acme::1")
        );
        assert_eq!(
            segment("../files?a#b").as_deref(),
            Some("..%2Ffiles%3Fa%23b")
        );
        assert_eq!(segment(".."), None);
        assert_eq!(segment(""), None);
    }
}
