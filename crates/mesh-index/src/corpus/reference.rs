use crate::record::{CodePassage, Passage};
use crate::store::document_id;

impl Passage {
    /// The id of the document it belongs to, as [`crate::Corpus::document`] takes it.
    #[must_use]
    pub fn document_id(&self) -> String {
        document_id(&self.path)
    }
}

impl CodePassage {
    /// The id of the file it belongs to, as [`crate::Corpus::by_id`] takes it.
    #[must_use]
    pub fn file_id(&self) -> String {
        document_id(&self.path)
    }
}
