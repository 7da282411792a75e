//! XML as start tags, end tags and text; what is empty starts and ends.

use std::borrow::Cow;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::package::broken;
use crate::ingest::skip::SkipReason;

#[derive(Debug)]
pub(in crate::ingest) enum Node<'a> {
    Start(BytesStart<'a>),
    End(BytesEnd<'a>),
    Text(Cow<'a, str>),
}

/// The nodes of a part of such a document; an error is the last of them.
pub(in crate::ingest) fn nodes<'a>(
    kind: &'static str,
    text: &'a str,
) -> impl Iterator<Item = Result<Node<'a>, SkipReason>> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut is_over = false;
    std::iter::from_fn(move || {
        while !is_over {
            let node = match reader.read_event() {
                Ok(Event::Start(tag)) => Node::Start(tag),
                Ok(Event::End(tag)) => Node::End(tag),
                Ok(Event::Text(text)) => Node::Text(text.into_inner()),
                Ok(Event::CData(text)) => Node::Text(text.into_inner()),
                Ok(Event::GeneralRef(reference)) => Node::Text(resolved(&reference)),
                Ok(Event::Eof) => return None,
                Ok(_) => continue,
                Err(_) => {
                    is_over = true;
                    return Some(Err(broken(kind)));
                }
            };
            return Some(Ok(node));
        }
        None
    })
}

/// `&amp;` and `&#33;`; entities that a document type declares are none of an office's or a tracker's.
pub(in crate::ingest) fn resolved<'a>(reference: &BytesRef<'_>) -> Cow<'a, str> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Cow::Owned(c.to_string()),
        _ => Cow::Borrowed(resolve_predefined_entity(reference).unwrap_or_default()),
    }
}

/// Without its prefix.
pub(in crate::ingest) fn name<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    tag.local_name().into_inner()
}

/// The attribute of this name, without its prefix.
pub(in crate::ingest) fn value<'a>(tag: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    let mut attributes = tag.attributes().filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.local_name().into_inner() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok()
}

/// The attribute of this name that has a prefix: `r:id`, where there is an `id` beside it.
pub(in crate::ingest) fn prefixed<'a>(tag: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    let mut attributes = tag.attributes().filter_map(Result::ok);
    let found = attributes.find(|attribute| {
        let key = attribute.key;
        key.prefix().is_some() && key.local_name().into_inner() == name
    })?;
    found.normalized_value(XmlVersion::Implicit1_0).ok()
}

/// A switch is on where it is there and not said to be off.
pub(in crate::ingest) fn is_on(tag: &BytesStart<'_>) -> bool {
    !matches!(value(tag, "val").as_deref(), Some("0" | "false" | "off"))
}
