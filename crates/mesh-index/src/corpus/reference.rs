use crate::identity::derive;
use crate::record::{CodePassage, Passage};
use crate::store::document_id;

impl Passage {
    /// The id of the document it belongs to, as [`crate::Corpus::document`] takes it.
    #[must_use]
    pub fn document_id(&self) -> String {
        document_id(&self.path)
    }

    /// Whether its anchor leads to it, and not to an earlier passage below the same one. Where a file holds several documents,
    /// as a book does, an anchor may be in each: it leads to none for certain.
    #[must_use]
    pub fn is_at_anchor(&self) -> bool {
        let first = |anchor: &String| derive(&[&self.path, anchor, "1"]);
        self.anchor.as_ref().map(first).as_ref() == Some(&self.id)
    }
}

impl CodePassage {
    /// The id of the file it belongs to, as [`crate::Corpus::by_id`] takes it.
    #[must_use]
    pub fn file_id(&self) -> String {
        document_id(&self.path)
    }
}
