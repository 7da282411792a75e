//! HTML: a single pass over the tokens, so no depth of nesting and no unclosed tag costs more than its bytes.

mod cdata;
mod list;
mod page;
mod plain;
mod rows;
mod tag;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer, naive_next_state};

use self::cdata::Cdata;
use self::page::Page;
pub(crate) use self::plain::{Inline, Piece, inline, pieces, plain};
pub(crate) use self::rows::{Cell, rows};
use self::tag::Tag;
use super::decode;
use super::notes::{Notes, Place};
use super::skip::SkipReason;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

/// The passages of a page, each with the nearest heading's or section's `id` above it as its anchor.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let passages = passages(path, bytes)?;
    if passages.is_empty() && has_words(bytes) {
        notes.remark(Place::File, "page has menus and lists of links only", "");
    }
    Ok(passages)
}

/// Whether a page says anything, wherever on it: some are a picture.
pub(crate) fn has_words(page: &[u8]) -> bool {
    decode::html(page).is_ok_and(|page| !plain(&page).trim().is_empty())
}

/// The passages of a page that may be a part of something.
///
/// # Errors
/// As [`read`].
pub(crate) fn passages(path: &str, bytes: &[u8]) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::html(bytes)?;
    let mut page = Page::new(path, &text);
    tokens(&text, &mut page);
    if page.is_cut_off() {
        page = Page::with_chrome(path, &text);
        tokens(&text, &mut page);
    }
    Ok(page.finish())
}

/// What takes the tokens of a page: the reader of documents, or the one that only wants the words.
trait Sink {
    fn start(&mut self, tag: &Tag);
    fn end(&mut self, name: &[u8]);
    fn text(&mut self, text: &str, offset: usize);
}

/// A tag that closes itself is over, as XHTML has it: no browser shows a page whose author meant anything else.
fn tokens(html: &str, sink: &mut impl Sink) {
    let mut tag = Tag::default();
    // Where the text begins that the next state of the tokenizer reads.
    let mut from = 0;
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| {
        match event {
            CallbackEvent::OpenStartTag { name } => tag.open(name, span.start),
            CallbackEvent::AttributeName { name } => tag.attribute(name),
            CallbackEvent::AttributeValue { value } => tag.value(value),
            CallbackEvent::CloseStartTag { self_closing } => {
                sink.start(&tag);
                if self_closing || tag.is_void() {
                    sink.end(&tag.name);
                } else {
                    from = span.end;
                    return naive_next_state(&tag.name);
                }
            }
            CallbackEvent::EndTag { name } => sink.end(name),
            CallbackEvent::String { value } => {
                sink.text(&String::from_utf8_lossy(value), span.start.max(from));
            }
            _ => {}
        }
        None
    });
    let emitter = Cdata {
        inner: emitter,
        is_text: cdata::is_in(html),
    };
    let mut tokenizer = Tokenizer::new_with_emitter(html, emitter);
    while let Some(Ok(state)) = tokenizer.next() {
        tokenizer.set_state(state);
    }
}

#[cfg(test)]
mod tests;
