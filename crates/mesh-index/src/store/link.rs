//! Where people open what a source holds.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// What stands for itself in every part of an address (RFC 3986, section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const IN_PATH: &AsciiSet = &UNRESERVED.remove(b'/').remove(b'@');

/// RFC 3986, section 3.5.
const IN_FRAGMENT: &AsciiSet = &IN_PATH
    .remove(b'=')
    .remove(b':')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'?');

const WHOLE: &str = "{}";

/// A path without its extension.
const STEM: &str = "{stem}";

/// The address below which people find what a source holds, or a pattern with `{}` or `{stem}` in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Link(String);

/// Why a text is no link. The text may hold a password: none of these repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("an address that begins with `https://` or `http://`")]
    NoAddress,
    #[error(
        "an address without user name and password, which everyone would see who gets an answer"
    )]
    Credentials,
    #[error("an address in ASCII without spaces: percent-encode what is neither")]
    Unencoded,
    #[error(
        "an address in which braces stand for the place of the path only, as `{{}}` or `{{stem}}`"
    )]
    UnknownPlace,
    #[error("an address that has `{{}}` where the path goes, as it has a `?` or `#` in it")]
    NoPlace,
}

impl Link {
    /// # Errors
    /// What the text must be instead.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(LinkError::NoAddress)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.contains('@') {
            return Err(LinkError::Credentials);
        }
        if host.is_empty() || host.starts_with(':') {
            return Err(LinkError::NoAddress);
        }
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(LinkError::Unencoded);
        }
        let others = rest.replace(WHOLE, "").replace(STEM, "");
        if others.contains(['{', '}']) || host.contains('{') {
            return Err(LinkError::UnknownPlace);
        }
        if others == rest && rest.contains(['?', '#']) {
            return Err(LinkError::NoPlace);
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of what is called `name` there; of the source itself where it has no name.
    pub(crate) fn to(&self, name: &str) -> String {
        let encoded = |name: &str| utf8_percent_encode(name, IN_PATH).to_string();
        if self.has_place() {
            let filled = self.0.replace(STEM, &encoded(stem(name)));
            return filled.replace(WHOLE, &encoded(name));
        }
        if name.is_empty() {
            return self.0.clone();
        }
        format!("{}/{}", self.base(), encoded(name))
    }

    /// As [`Self::to`], where trackers and forges keep such things in a folder of its own, which the address may name already.
    pub(crate) fn within(&self, folder: &str, name: &str) -> String {
        if self.has_place() || self.base().ends_with(&format!("/{folder}")) {
            return self.to(name);
        }
        Self(format!("{}/{folder}", self.base())).to(name)
    }

    /// As [`Self::to`], with the part of it.
    pub(crate) fn to_part(&self, name: &str, fragment: Option<&str>) -> String {
        let address = self.to(name);
        match fragment {
            Some(fragment) if !address.contains('#') => {
                format!("{address}#{}", utf8_percent_encode(fragment, IN_FRAGMENT))
            }
            _ => address,
        }
    }

    fn has_place(&self) -> bool {
        self.0.contains(WHOLE) || self.0.contains(STEM)
    }

    fn base(&self) -> &str {
        self.0.trim_end_matches('/')
    }
}

/// The path without the extension of its last part; a name that is all extension has none.
fn stem(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension))
            if !extension.contains('/') && !stem.is_empty() && !stem.ends_with('/') =>
        {
            stem
        }
        _ => path,
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Link {
    type Error = LinkError;

    fn try_from(text: String) -> Result<Self, LinkError> {
        Self::parse(&text)
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Link {
        Link::parse(text).expect(text)
    }

    #[test]
    fn a_path_is_joined_or_put_where_the_braces_are() {
        for (base, path, expected) in [
            (
                "https://git.example/team/x/-/blob/main",
                "src/a b.rs",
                "https://git.example/team/x/-/blob/main/src/a%20b.rs",
            ),
            (
                "http://docs.example:8080/",
                "größe/50%#?.md",
                "http://docs.example:8080/gr%C3%B6%C3%9Fe/50%25%23%3F.md",
            ),
            (
                "https://docs.example/{stem}/",
                "guide/install.md",
                "https://docs.example/guide/install/",
            ),
            (
                "https://view.example/?file={}&raw",
                "a/b.txt",
                "https://view.example/?file=a/b.txt&raw",
            ),
            (
                "https://docs.example/{stem}",
                "a.b/.env",
                "https://docs.example/a.b/.env",
            ),
            (
                "https://docs.example/one.html",
                "",
                "https://docs.example/one.html",
            ),
        ] {
            assert_eq!(link(base).to(path), expected);
        }
    }

    #[test]
    fn a_folder_is_added_once_and_not_to_a_pattern() {
        for base in [
            "https://jira.example",
            "https://jira.example/browse/",
            "https://jira.example/browse/{}",
        ] {
            let address = link(base).within("browse", "SHOP-7");
            assert_eq!(address, "https://jira.example/browse/SHOP-7");
        }
    }

    #[test]
    fn a_part_is_a_fragment_unless_the_pattern_has_one() {
        let part = |base: &str| link(base).to_part("a.md", Some("Über uns"));
        assert_eq!(
            part("https://docs.example"),
            "https://docs.example/a.md#%C3%9Cber%20uns"
        );
        assert_eq!(
            part("https://docs.example/#/{}"),
            "https://docs.example/#/a.md"
        );
    }

    #[test]
    fn what_is_no_address_for_people_is_refused() {
        for (text, why) in [
            ("docs.example/x", LinkError::NoAddress),
            ("ftp://docs.example", LinkError::NoAddress),
            ("https://", LinkError::NoAddress),
            ("https:///x", LinkError::NoAddress),
            ("https://:80/x", LinkError::NoAddress),
            ("javascript:alert(1)", LinkError::NoAddress),
            ("https://ann:secret@docs.example/", LinkError::Credentials),
            ("https://token@docs.example", LinkError::Credentials),
            ("https://docs.example/a b", LinkError::Unencoded),
            ("https://docs.example/größe", LinkError::Unencoded),
            ("https://docs.example/{path}", LinkError::UnknownPlace),
            ("https://{}/x", LinkError::UnknownPlace),
            ("https://docs.example/?q=x", LinkError::NoPlace),
            ("https://docs.example/#top", LinkError::NoPlace),
        ] {
            assert_eq!(Link::parse(text), Err(why), "{text}");
        }
        let at = link("https://docs.example/@team/x");
        assert_eq!(at.to("a"), "https://docs.example/@team/x/a");
    }
}
