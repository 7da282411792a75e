use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::ingest::office::xml::resolved;

/// Jira's own nesting ends at seven.
const MAX_DEPTH: usize = 32;

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    /// Its own text, without that of its children.
    pub(super) text: String,
    pub(super) children: Vec<Self>,
}

impl Element {
    /// `None` where the text is not one whole element.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) if open.len() <= MAX_DEPTH => open.push(Self::opened(&tag)),
                Event::Start(_) => return None,
                Event::End(_) => {
                    let closed = open.pop()?;
                    open.last_mut()?.children.push(closed);
                }
                Event::Text(text) => open.last_mut()?.text.push_str(&text.into_inner()),
                Event::CData(text) => open.last_mut()?.text.push_str(&text.into_inner()),
                Event::GeneralRef(reference) => {
                    open.last_mut()?.text.push_str(&resolved(&reference));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let is_whole = open.len() == 1;
        open.pop().filter(|_| is_whole)?.children.pop()
    }

    fn opened(tag: &BytesStart<'_>) -> Self {
        let attributes = tag.attributes().filter_map(Result::ok);
        let attributes = attributes.filter_map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.into_inner().to_owned(), value.into_owned()))
        });
        Self {
            name: tag.name().into_inner().to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut named = self.attributes.iter().filter(|(given, _)| given == name);
        named.next().map(|(_, value)| value.as_str())
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.all(name).next()
    }

    /// The texts of it and of all within it, in order.
    pub(super) fn texts(&self) -> Vec<&str> {
        let own = Some(self.text.trim()).filter(|text| !text.is_empty());
        let inner = self.children.iter().flat_map(Self::texts);
        own.into_iter().chain(inner).collect()
    }
}
