use std::borrow::Cow;

use super::language::Language;

/// Text of one language: a file, or a cell of a notebook.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) language: Language,
    pub(super) text: Cow<'a, str>,
}
