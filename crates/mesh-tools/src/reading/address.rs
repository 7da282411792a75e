use std::borrow::Cow;

use mesh_index::{CodePassage, Kind, Passage};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in a path's segment and in a query's value (RFC 3986, section 3.3 and 3.4).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'=')
    .remove(b'$')
    .remove(b'+')
    .remove(b'!');

/// Enough to tell the passages at one line apart: these are few.
const ID_CHARS: usize = 6;

/// One thing that can be read, and the URI of its resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) kind: Kind,
    /// As [`mesh_index::Corpus::by_id`] takes it.
    pub(crate) id: String,
}

impl Address {
    pub(crate) fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }

    pub(crate) fn of_document(passage: &Passage) -> Self {
        Self::new(Kind::Knowledge, passage.document_id())
    }

    pub(crate) fn of_file(passage: &CodePassage) -> Self {
        Self::new(Kind::Code, passage.file_id())
    }

    pub(crate) fn uri(&self) -> String {
        format!("{}{}", prefix(self.kind), encoded(&self.id))
    }

    /// Where the text goes on.
    pub(crate) fn uri_from(&self, from: &str) -> String {
        format!("{}?from={}", self.uri(), encoded(from))
    }

    /// The part that `fragment` names: an anchor, `L10`, `page=7`.
    pub(crate) fn uri_at(&self, fragment: &str) -> String {
        format!("{}#{}", self.uri(), encoded(fragment))
    }
}

/// The line or page at which the passage stands and, as others may stand there too, the beginning of its id.
pub(crate) fn place_of(passage: &Passage) -> String {
    let id = &passage.id[..passage.id.floor_char_boundary(ID_CHARS)];
    format!("{}~{id}", start_of(passage))
}

/// The line or page at which the passage stands.
pub(crate) fn start_of(passage: &Passage) -> String {
    let start = passage.line_start;
    if is_pdf(&passage.path) {
        // RFC 8118, section 3: `page` is the fragment that PDF viewers open at.
        format!("page={start}")
    } else {
        format!("L{start}")
    }
}

pub(crate) fn is_pdf(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("pdf"))
}

/// What the URIs of a kind begin with.
pub(crate) const fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Knowledge => "aoma://doc/",
        Kind::Ticket => "jira://ticket/",
        Kind::Commit => "git://commit/",
        Kind::Code => "aoma://code/",
        Kind::Mail => "aoma://mail/",
    }
}

fn encoded(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, ENCODED).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_so_that_a_uri_can_hold_it() {
        let mail = Address::new(Kind::Mail, "a/b?c#d%20é@example.com");
        assert_eq!(
            mail.uri(),
            "aoma://mail/a%2Fb%3Fc%23d%2520%C3%A9@example.com"
        );
        let document = Address::new(Kind::Knowledge, "docs-a-md-0a1b2c");
        assert_eq!(
            document.uri_from("@8000"),
            "aoma://doc/docs-a-md-0a1b2c?from=@8000"
        );
        assert_eq!(
            document.uri_at("page=7"),
            "aoma://doc/docs-a-md-0a1b2c#page=7"
        );
    }
}
