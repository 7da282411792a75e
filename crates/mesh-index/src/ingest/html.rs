//! HTML: a single pass over the tokens, so no depth of nesting and no unclosed tag costs more than its bytes.

mod page;
mod plain;
mod rows;
mod tag;

use html5gum::Span;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use self::page::Page;
pub(crate) use self::plain::{Inline, Piece, inline, pieces, plain};
pub(crate) use self::rows::{Cell, rows};
use self::tag::Tag;
use super::decode;
use super::notes::Notes;
use super::skip::SkipReason;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 1;

/// The passages of a page, each with the nearest heading's or section's `id` above it as its anchor.
pub fn read(path: &str, bytes: &[u8], _notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::html(bytes)?;
    let mut page = Page::new(path, &text);
    tokens(&text, &mut page);
    Ok(page.finish())
}

/// What takes the tokens of a page: the reader of documents, or the one that only wants the words.
trait Sink {
    fn start(&mut self, tag: &Tag);
    fn end(&mut self, name: &[u8]);
    fn text(&mut self, text: &str, offset: usize);
}

fn tokens(html: &str, sink: &mut impl Sink) {
    let mut tag = Tag::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| {
        match event {
            CallbackEvent::OpenStartTag { name } => tag.open(name),
            CallbackEvent::AttributeName { name } => tag.attribute(name),
            CallbackEvent::AttributeValue { value } => tag.value(value),
            CallbackEvent::CloseStartTag { .. } => sink.start(&tag),
            CallbackEvent::EndTag { name } => sink.end(name),
            CallbackEvent::String { value } => {
                sink.text(&String::from_utf8_lossy(value), span.start);
            }
            _ => {}
        }
        None::<()>
    });
    emitter.naively_switch_states(true);
    html5gum::Tokenizer::new_with_emitter(html, emitter).for_each(drop);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str) -> Vec<Passage> {
        read("manual/page.html", source.as_bytes(), &mut Notes::default())
            .expect("the test gives valid UTF-8")
    }

    #[test]
    fn each_change_is_a_passage_below_its_release() {
        let passages = check(
            "<h1>Kiln</h1><h2>2.1.0</h2><ul><li>The door<ul><li>its hinge</ul><li>The lamp</ul><p>Thanks.<h2>Use</h2><ul><li>Open<li>Close</ul>",
        );
        let seen: Vec<_> = passages.iter().map(|passage| &*passage.text).collect();
        assert_eq!(
            seen,
            [
                "- The door\n\n- its hinge",
                "- The lamp",
                "Thanks.",
                "- Open\n\n- Close"
            ]
        );
    }

    #[test]
    fn a_docbook_section_has_its_id_and_its_title() {
        let passages = check(
            r#"<html><head><title>9.2. Comparison</title><script>var x = "<p>";</script></head>
<body><div class="navheader"><table><tr><td>Prev</td></tr></table></div>
<div class="sect1" id="FUNCTIONS-COMPARISON"><div class="titlepage"><div><div>
<h2 class="title" style="clear: both">9.2. Comparison</h2></div></div></div>
<a id="id-1.5.8.8.2" class="indexterm"></a>
<p>The usual <em>comparison</em>
operators.</p>
<div class="sect2" id="PREDICATES"><div class="titlepage"><h3 class="title">9.2.1. Predicates</h3></div>
<p>Some.</p></div>
<p>After.</p>
</div><div class="navfooter">Next</div></body></html>"#,
        );
        let seen: Vec<_> = passages
            .iter()
            .map(|p| (p.anchor.as_deref(), p.headings.join("/"), p.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (
                    Some("FUNCTIONS-COMPARISON"),
                    String::new(),
                    "The usual comparison operators."
                ),
                (Some("PREDICATES"), "9.2.1. Predicates".to_owned(), "Some."),
                (Some("FUNCTIONS-COMPARISON"), String::new(), "After."),
            ]
        );
        assert_eq!(passages[0].title, "9.2. Comparison");
        assert_eq!((passages[0].line_start, passages[0].line_end), (6, 7));
    }

    #[test]
    fn an_entry_of_a_definition_list_with_an_id_is_a_passage() {
        let passages = check(
            r#"<h1>Options</h1><p>All of them:</p><div class="variablelist"><dl class="variablelist">
<dt id="OPT-V"><span class="term"><code>-v</code></span></dt><dd><p>Be loud.</p></dd>
<dt><a name="OPT-Q"></a><span class="term">-q</span></dt><dd>Be still.</dd>
<dt>plain</dt><dd>No name.</dd></dl></div><p>End.</p>"#,
        );
        let seen: Vec<_> = passages
            .iter()
            .map(|p| (p.anchor.as_deref(), p.headings.join("/"), p.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (None, String::new(), "All of them:"),
                (Some("OPT-V"), "-v".to_owned(), "Be loud."),
                (Some("OPT-Q"), "-q".to_owned(), "Be still."),
                (None, String::new(), "plain\n\nNo name.\n\nEnd."),
            ]
        );
    }

    #[test]
    fn a_titled_table_is_a_passage_of_its_rows() {
        let passages = check(
            r#"<h2 id="s">S</h2><div class="table" id="T"><p class="title"><strong>Table 1. Names</strong></p>
<table><thead><tr><th>Name</th><th>Use</th></tr></thead><tbody><tr><td><p>a</p></td><td>first</td></tr></tbody></table></div><p>Rest.</p>"#,
        );
        assert_eq!(passages[0].anchor.as_deref(), Some("T"));
        assert_eq!(passages[0].headings, ["Table 1. Names"]);
        assert_eq!(passages[0].text, "Name | Use\na | first");
        assert_eq!(passages[1].anchor.as_deref(), Some("s"));
    }

    #[test]
    fn a_note_is_text_of_the_section_it_stands_in() {
        let passages = check(
            r#"<h2 id="s">S</h2><p>One.</p><div class="note"><h3 class="title">Note</h3><p>Two.</p></div><p>Three.</p>"#,
        );
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].text, "One.\n\nNote\n\nTwo.\n\nThree.");
    }

    #[test]
    fn paragraphs_of_a_cell_are_lines() {
        let passages = check(
            "<table>\n <tr>\n <td> <p> f(x) </p> <p> Calls f. </p> </td> <td> y </td> </tr> </table>",
        );
        assert_eq!(passages[0].text, "f(x)\nCalls f. | y");
    }

    #[test]
    fn code_keeps_its_lines_and_chrome_is_left_out() {
        let passages = check(
            "<nav>Menu</nav><main><h1>T</h1><pre>\n  a\n    b\n</pre><p>x &amp; y<br>z</p></main><footer>(c)</footer>",
        );
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].text, "  a\n    b\n\nx & y z");
    }

    #[test]
    fn an_unclosed_heading_ends_where_a_paragraph_begins() {
        let passages = check("<h2>Head<p>One<p>Two<h2>Next<p>Three");
        let seen: Vec<_> = passages
            .iter()
            .map(|p| (&p.headings[..], p.text.as_str()))
            .collect();
        assert_eq!(passages[0].title, "Head");
        assert_eq!(seen[0], (&[][..], "One\n\nTwo"));
        assert_eq!(seen[1], (&["Next".to_owned()][..], "Three"));
    }
}
