use mesh_index::{Hit, Passage};
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::Score;

/// A passage that was found, and where to read on.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Citation {
    /// The document as it was indexed, with `#anchor`, `#page=` or `:line` where the passage starts.
    pub path: String,
    /// The document's title.
    pub title: String,
    pub score: Score,
    /// The document's own words; left out where the answer's text has them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub quote: String,
    /// The whole document, as a resource of this server.
    pub uri: String,
    /// The headings above the passage, outermost first.
    pub headings: Vec<String>,
    /// The line the passage starts at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The page the passage is on, for a PDF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

impl Citation {
    #[must_use]
    pub fn of(hit: Hit<Passage>) -> Self {
        let passage = hit.item;
        let start = Some(passage.line_start);
        let (line, page) = if is_pdf(&passage.path) {
            (None, start)
        } else {
            (start, None)
        };
        Self {
            path: location(&passage),
            uri: document_uri(&passage.document_id()),
            title: passage.title,
            score: Score::new(hit.score),
            quote: hit.quote,
            headings: passage.headings,
            line,
            page,
        }
    }

    /// Title and headings, as one reads them off the page: `Handbook › Refunds › Late returns`.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = self.title.clone();
        for heading in self.headings.iter().filter(|h| **h != self.title) {
            place.push_str(" › ");
            place.push_str(heading);
        }
        place
    }
}

pub(crate) fn document_uri(id: &str) -> String {
    format!("aoma://doc/{id}")
}

fn location(passage: &Passage) -> String {
    let Passage {
        path, line_start, ..
    } = passage;
    match &passage.anchor {
        Some(anchor) => format!("{path}#{anchor}"),
        // RFC 8118, section 3: `page` is the fragment that PDF viewers open at.
        None if is_pdf(path) => format!("{path}#page={line_start}"),
        None => format!("{path}:{line_start}"),
    }
}

fn is_pdf(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("pdf"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, anchor: Option<&str>, expected: &str) {
        let passage = Passage {
            path: path.to_owned(),
            anchor: anchor.map(str::to_owned),
            line_start: 3,
            ..Passage::default()
        };
        assert_eq!(location(&passage), expected);
    }

    #[test]
    fn a_citation_leads_to_the_passage() {
        check("docs/a.md", Some("install"), "docs/a.md#install");
        check("notes.txt", None, "notes.txt:3");
        check("Book.PDF", None, "Book.PDF#page=3");
    }
}
