use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

/// Where keys may come from: an `https` address, or an `http` one of this machine. Who can change them on their way can sign
/// as the issuer.
pub(super) fn trusted(address: &str) -> Option<Uri> {
    let uri: Uri = address.parse().ok()?;
    let authority = uri.authority()?;
    let is_private = uri.scheme() == Some(&Scheme::HTTPS)
        || uri.scheme() == Some(&Scheme::HTTP) && is_loopback(authority.host());
    (is_private && !authority.as_str().contains('@')).then_some(uri)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_encrypted_or_from_this_machine() {
        for address in [
            "https://id.example.com/keys",
            "http://127.0.0.1:8/keys",
            "http://[::1]/",
            "http://localhost/",
        ] {
            assert!(trusted(address).is_some(), "{address}");
        }
        for address in [
            "http://id.example.com/keys",
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1@example.com/",
            "https://a:b@id.example.com/",
            "file:///etc/keys",
            "/keys",
            "",
        ] {
            assert!(trusted(address).is_none(), "{address}");
        }
    }
}
