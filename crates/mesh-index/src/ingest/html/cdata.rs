//! Text that needs no escapes: `<![CDATA[a < b]]>`, as XHTML and Confluence have it.

use html5gum::{Emitter, ForwardingEmitter};

const START: &str = "<![CDATA[";

const END: &str = "]]>";

/// Whether it is read as text. The rest of a page is none because an end is missing.
pub(super) fn is_in(html: &str) -> bool {
    let mut sections = html.split(START).skip(1).peekable();
    sections.peek().is_some() && sections.all(|section| section.contains(END))
}

/// HTML knows it in foreign elements only, and takes it for a comment elsewhere.
pub(super) struct Cdata<E> {
    pub(super) inner: E,
    pub(super) is_text: bool,
}

impl<E: Emitter> ForwardingEmitter for Cdata<E> {
    type Token = E::Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = Self::Token> {
        &mut self.inner
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        if self.is_text {
            // The tokenizer does not say that text begins here, and its place would be that of the last one.
            self.inner.init_string();
        }
        self.is_text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_without_its_end_is_none_and_no_other_is_either() {
        assert!(is_in("<p><![CDATA[a]]> b <![CDATA[c]]></p>"));
        assert!(!is_in("<p><![CDATA[ a</p><pre><![CDATA[b]]></pre>"));
        assert!(!is_in("<pre><![CDATA[b]]></pre><p><![CDATA[ a</p>"));
        assert!(!is_in("a ]]> b"));
    }
}
