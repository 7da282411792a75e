use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

/// Why a key may not be sent to an address, nor what is trusted be taken from it. The address is not shown: it may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
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

/// An `https` address, or an `http` one of this machine: nobody on the way reads or changes what is exchanged with it.
///
/// # Errors
/// Where it is neither, or names a user.
pub fn secure_address(address: &str) -> Result<Uri, AddressError> {
    let uri: Uri = address.parse().map_err(|_| AddressError::NoAddress)?;
    let authority = uri.authority().ok_or(AddressError::NoAddress)?;
    if authority.as_str().contains('@') {
        return Err(AddressError::Userinfo);
    }
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => Ok(uri),
        Some(scheme) if *scheme == Scheme::HTTP && is_loopback(authority.host()) => Ok(uri),
        Some(scheme) if *scheme == Scheme::HTTP => Err(AddressError::InTheClear),
        _ => Err(AddressError::NoAddress),
    }
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
        for address in [
            "https://id.example.com/keys?of=us",
            "http://127.0.0.1:8/keys",
            "http://127.0.0.2/",
            "http://[::1]:8080/",
            "http://localhost/",
        ] {
            assert!(secure_address(address).is_ok(), "{address}");
        }
        for (address, error) in [
            ("http://id.example.com/keys", AddressError::InTheClear),
            ("http://127.0.0.1.example.com/", AddressError::InTheClear),
            ("http://127.0.0.1@example.com/", AddressError::Userinfo),
            ("https://a:b@id.example.com/", AddressError::Userinfo),
            ("ftp://id.example.com/", AddressError::NoAddress),
            ("file:///etc/keys", AddressError::NoAddress),
            ("https://", AddressError::NoAddress),
            ("/keys", AddressError::NoAddress),
            ("", AddressError::NoAddress),
        ] {
            assert_eq!(secure_address(address).err(), Some(error), "{address}");
        }
    }
}
