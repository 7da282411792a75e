use mesh_http::{AddressError, secure_address};
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

impl Base {
    pub(crate) fn parse(base: &str) -> Result<Self, AddressError> {
        if secure_address(base)?.query().is_some() {
            return Err(AddressError::Query);
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
    (!leads_elsewhere).then(|| encoded(id))
}

/// A value as it may stand in a segment of a path, or in a query.
pub(crate) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, IN_SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendors_address_is_safe_for_a_key_and_has_no_query() {
        let error = |base| Base::parse(base).err();
        assert_eq!(error("https://api.example.com/v1"), None);
        assert_eq!(
            error("http://api.example.com"),
            Some(AddressError::InTheClear)
        );
        assert_eq!(
            error("https://api.example.com?a=b"),
            Some(AddressError::Query)
        );
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
