use mesh_index::{Corpus, Hit, Kind, Linked, Passage};
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::Score;
use crate::reading::{Address, is_pdf, place_of, start_of};

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
    /// The document from this passage on, as a resource of this server; absent where only a vendor has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uri: String,
    /// Where people open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
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
            uri: Address::of_document(&passage).uri_at(&fragment(&passage)),
            url: None,
            title: passage.title,
            score: Score::new(hit.score),
            quote: hit.quote,
            headings: passage.headings,
            line,
            page,
        }
    }

    /// With where people open it.
    #[must_use]
    pub fn linked(corpus: &Corpus, hit: Hit<Passage>) -> Self {
        let url = corpus.link(Linked::Passage(&hit.item));
        Self {
            url,
            ..Self::of(hit)
        }
    }

    /// The whole document, as a resource of this server.
    #[must_use]
    pub fn document_uri(&self) -> &str {
        self.uri.split('#').next().unwrap_or(&self.uri)
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
    Address::new(Kind::Knowledge, id).uri()
}

fn location(passage: &Passage) -> String {
    let path = &passage.path;
    match &passage.anchor {
        Some(anchor) if passage.is_at_anchor() => format!("{path}#{anchor}"),
        _ if is_pdf(path) => format!("{path}#{}", start_of(passage)),
        _ => format!("{path}:{}", passage.line_start),
    }
}

/// The passage's place within its document, as `fetch` finds it.
fn fragment(passage: &Passage) -> String {
    match &passage.anchor {
        Some(anchor) if passage.is_at_anchor() => anchor.clone(),
        _ => place_of(passage),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, anchor: Option<&str>, id: &str, expected: &str, place: &str) {
        let passage = Passage {
            id: id.to_owned(),
            path: path.to_owned(),
            anchor: anchor.map(str::to_owned),
            line_start: 3,
            ..Passage::default()
        };
        assert_eq!(location(&passage), expected);
        assert_eq!(fragment(&passage), place);
    }

    #[test]
    fn a_citation_leads_to_the_passage() {
        // The first one at that anchor, and another.
        let first = "a4afa4524d643ce12f72";
        let path = "docs/a.md";
        check(path, Some("install"), first, "docs/a.md#install", "install");
        check(
            path,
            Some("install"),
            "3fa9c0d1e2",
            "docs/a.md:3",
            "L3~3fa9c0",
        );
        check("notes.txt", None, "3fa9c0d1e2", "notes.txt:3", "L3~3fa9c0");
        check(
            "Book.PDF",
            None,
            "3fa9c0d1e2",
            "Book.PDF#page=3",
            "page=3~3fa9c0",
        );
    }
}
